package dev.bothways.machine.dialect.xl;

/** Texts as xl's scanner reads them (libxlutil, {@code xlu__cfgl_dequote}). */
final class XlText {
    private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b";
    private static final String ESCAPES = "abfnrtv";

    private XlText() {}

    /** The text in double quotes. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = ESCAPED.indexOf(c);
            if (escape >= 0) {
                out.append('\\').append(ESCAPES.charAt(escape));
            } else if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** The character that a letter stands for after a backslash, or -1 if it is no such letter. */
    static int unescaped(char letter) {
        int escape = ESCAPES.indexOf(letter);
        if (escape >= 0) {
            return ESCAPED.charAt(escape);
        }
        return letter == '"' || letter == '\'' || letter == '\\' ? letter : -1;
    }

    /**
     * Whether a text can stand between quotes. xl knows no working escape for other control characters, and its scanner
     * aborts the whole program at a NUL.
     */
    static boolean expressible(String text) {
        return text.chars().allMatch(XlText::expressible);
    }

    /** Whether a character can stand between quotes, escaped or not. */
    static boolean expressible(int c) {
        return (c >= ' ' && c != 0x7f) || ESCAPED.indexOf(c) >= 0;
    }

    /** The text without the characters that cannot stand between quotes. */
    static String expressiblePart(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().filter(XlText::expressible).forEach(c -> out.append((char) c));
        return out.toString();
    }
}
