package dev.bothways.conversion.target;

/** Texts in a PowerShell script. */
final class PowerShell {
    private PowerShell() {}

    /**
     * A text between single quotes, where PowerShell expands nothing. It takes four more characters for a single quote, the
     * typographic ones; each of them doubled stands for itself. What {@link PlainText} leaves out
     * becomes {@code _}.
     */
    static String quoted(String text) {
        return quoted(text, false);
    }

    /** Likewise a text of several lines, whose ends such a text may hold. */
    static String quotedLines(String text) {
        return quoted(text.replace("\r\n", "\n"), true);
    }

    private static String quoted(String text, boolean lines) {
        StringBuilder out = new StringBuilder("'");
        text.codePoints().forEach(c -> {
            if (lines && c == '\n') {
                out.append('\n');
            } else if (PlainText.isHostile(c)) {
                out.append('_');
            } else {
                out.appendCodePoint(c);
                if (isSingleQuote(c)) {
                    out.appendCodePoint(c);
                }
            }
        });
        return out.append('\'').toString();
    }

    private static boolean isSingleQuote(int c) {
        return c == '\'' || (c >= 0x2018 && c <= 0x201b);
    }
}
