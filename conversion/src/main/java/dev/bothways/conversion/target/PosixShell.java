package dev.bothways.conversion.target;

/** Texts in a script of the POSIX shell. */
final class PosixShell {
    private PosixShell() {}

    /**
     * A text between single quotes, where the shell expands nothing; a single quote itself stands outside them, escaped.
     * Control characters but ends of lines, which no program shows as they are, become {@code _}.
     */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("'");
        text.codePoints().forEach(c -> {
            if (c == '\'') {
                out.append("'\\''");
            } else if ((Character.isISOControl(c) && c != '\n') || isLoneSurrogate(c)) {
                out.append('_');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append('\'').toString();
    }

    private static boolean isLoneSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }
}
