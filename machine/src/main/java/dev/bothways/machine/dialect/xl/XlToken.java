package dev.bothways.machine.dialect.xl;

/**
 * A token.
 *
 * @param text the identifier, the number, the string's content, or the character itself
 * @param line from 1
 * @param column from 1
 */
record XlToken(Kind kind, String text, int line, int column) {

    enum Kind {
        IDENTIFIER,
        NUMBER,
        STRING,
        /** One of {@code = , [ ] ( ) + -}. */
        MARK,
        /** A line break or a semicolon. */
        SEPARATOR,
        END
    }

    boolean is(char mark) {
        return kind == Kind.MARK && text.charAt(0) == mark;
    }

    /** How messages name it. */
    String shown() {
        return switch (kind) {
            case IDENTIFIER, NUMBER -> "'" + text + "'";
            case STRING -> "a string";
            case MARK -> "'" + text + "'";
            case SEPARATOR -> text.equals(";") ? "';'" : "the end of the line";
            case END -> "the end of the file";
        };
    }
}
