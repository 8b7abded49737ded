package dev.bothways.conversion.target;

import java.util.function.IntPredicate;

/**
 * Texts of a machine as they may stand in a script, in a definition and on a terminal: without characters that control a terminal,
 * end a line for some program, or turn the direction in which a text is shown (Unicode's categories Cc, Zl, Zp, and the
 * bidirectional and invisible ones of Cf), so that a text is what it looks like.
 */
public final class PlainText {
    private static final int LEFT_TO_RIGHT_MARK = 0x200e;
    private static final int RIGHT_TO_LEFT_MARK = 0x200f;
    private static final int ARABIC_LETTER_MARK = 0x061c;
    private static final int LINE_SEPARATOR = 0x2028;
    private static final int RIGHT_TO_LEFT_OVERRIDE = 0x202e;
    private static final int FIRST_ISOLATE = 0x2066;
    private static final int LAST_ISOLATE = 0x2069;
    private static final int BYTE_ORDER_MARK = 0xfeff;

    private PlainText() {}

    /** The text with {@code _} for each character that it may not have. */
    public static String of(String text) {
        return replaced(text, c -> false);
    }

    /** Likewise a text of several lines, whose ends and tabulators stay. */
    public static String ofLines(String text) {
        return replaced(text, c -> c == '\n' || c == '\t' || c == '\r');
    }

    private static String replaced(String text, IntPredicate kept) {
        if (text.codePoints().allMatch(c -> kept.test(c) || !isHostile(c))) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> out.appendCodePoint(kept.test(c) || !isHostile(c) ? c : '_'));
        return out.toString();
    }

    /** Whether a character changes how the text around it is shown, or is none. */
    static boolean isHostile(int c) {
        return Character.isISOControl(c)
                || (c >= LINE_SEPARATOR && c <= RIGHT_TO_LEFT_OVERRIDE)
                || (c >= FIRST_ISOLATE && c <= LAST_ISOLATE)
                || c == LEFT_TO_RIGHT_MARK
                || c == RIGHT_TO_LEFT_MARK
                || c == ARABIC_LETTER_MARK
                || c == BYTE_ORDER_MARK
                || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
