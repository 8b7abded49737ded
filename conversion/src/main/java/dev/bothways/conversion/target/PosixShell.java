package dev.bothways.conversion.target;

/** Texts in a script of the POSIX shell. */
final class PosixShell {
    private PosixShell() {}

    /**
     * A text between single quotes, where the shell expands nothing; a single quote itself stands outside them, escaped.
     * What {@link PlainText} leaves out, but ends of lines, becomes {@code _}.
     */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("'");
        text.codePoints().forEach(c -> {
            if (c == '\'') {
                out.append("'\\''");
            } else if (PlainText.isHostile(c) && c != '\n') {
                out.append('_');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append('\'').toString();
    }
}
