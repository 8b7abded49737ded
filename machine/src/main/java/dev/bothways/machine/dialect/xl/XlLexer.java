package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import java.util.List;

/**
 * The scanner: xl.cfg(5) and {@code libxlu_cfg_l.l}, and of xm's Python only how literals are written (signs, {@code """},
 * escapes by number, a backslash at the end of a line). Everything that Python would have to compute is refused by name.
 */
final class XlLexer {
    private static final String MARKS = "=,[]()+-";
    private static final int HIGHEST_NUMBERED = 0x7e;

    private final String text;
    private final String fileName;
    private final List<String> warnings;
    private int at;
    private int line = 1;
    private int lineStart;

    XlLexer(String text, String fileName, List<String> warnings) {
        this.text = text;
        this.fileName = fileName;
        this.warnings = warnings;
    }

    /** The next token; at the end always {@link XlToken.Kind#END}. */
    XlToken next() throws DefinitionException {
        skipBlanks();
        int column = at - lineStart + 1;
        if (at == text.length()) {
            return new XlToken(XlToken.Kind.END, "", line, column);
        }
        char c = text.charAt(at);
        if (c == '\n' || c == ';') {
            XlToken token = new XlToken(XlToken.Kind.SEPARATOR, String.valueOf(c), line, column);
            advance();
            return token;
        }
        if (isLetter(c)) {
            return new XlToken(XlToken.Kind.IDENTIFIER, word(), line, column);
        }
        if (isDigit(c)) {
            return new XlToken(XlToken.Kind.NUMBER, number(column), line, column);
        }
        if (c == '"' || c == '\'') {
            int startLine = line;
            return new XlToken(XlToken.Kind.STRING, string(c), startLine, column);
        }
        if (MARKS.indexOf(c) >= 0) {
            at++;
            return new XlToken(XlToken.Kind.MARK, String.valueOf(c), line, column);
        }
        throw error(column, unexpected(c));
    }

    private static String unexpected(char c) {
        return switch (c) {
            case '%', '*', '/', '<', '>', '!', '|', '&', '^', '~' ->
                "the Python operator '" + c + "' is not evaluated: write the resulting value itself";
            case '{', '}' -> "a Python dictionary is not read: settings are KEY = VALUE";
            case ':' -> "a Python block or slice is not evaluated: write KEY = VALUE lines alone";
            case '.' -> "a Python attribute is not evaluated: write the resulting value itself";
            case '@' -> "a Python decorator is not evaluated: write KEY = VALUE lines alone";
            default -> "unexpected character " + shown(c) + ": strings stand between quotes";
        };
    }

    /** The character for a message: itself if it prints, else its number. */
    private static String shown(char c) {
        return c > ' ' && c < 0x7f ? "'" + c + "'" : "U+%04X".formatted((int) c);
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == ' ' || c == '\t' || (c == '\r' && (lineEndsAt(at + 1) || at + 1 == text.length()))) {
                at++;
            } else if (c == '\\' && continuedLine()) {
                advance();
            } else {
                return;
            }
        }
    }

    /** Whether a line ends right after the backslash here; if so, stops at that line's end. */
    private boolean continuedLine() {
        int next = at + 1;
        if (next < text.length() && text.charAt(next) == '\r') {
            next++;
        }
        if (!lineEndsAt(next)) {
            return false;
        }
        at = next;
        return true;
    }

    private boolean lineEndsAt(int index) {
        return index < text.length() && text.charAt(index) == '\n';
    }

    private void advance() {
        if (text.charAt(at++) == '\n') {
            line++;
            lineStart = at;
        }
    }

    private String word() {
        int start = at;
        while (at < text.length() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        return text.substring(start, at);
    }

    /** xl's scanner takes letters up to f and x for part of a number; capitals are Python's. */
    private String number(int column) throws DefinitionException {
        String number = word();
        if (!number.matches("[0-9][0-9a-fA-FxX]*")) {
            throw error(column, "'" + number + "' is no number: put text into quotes");
        }
        return number;
    }

    private String string(char quote) throws DefinitionException {
        int startLine = line;
        int startColumn = at - lineStart + 1;
        String triple = String.valueOf(quote).repeat(3);
        boolean isTriple = text.startsWith(triple, at);
        String end = isTriple ? triple : String.valueOf(quote);
        at += end.length();
        StringBuilder content = new StringBuilder();
        while (!text.startsWith(end, at)) {
            if (at == text.length() || (!isTriple && text.charAt(at) == '\n')) {
                throw DefinitionException.at(
                        fileName, startLine, startColumn, "the string has no closing " + end + " in its line");
            }
            char c = text.charAt(at);
            if (c == '\\') {
                escape(content);
            } else if (c == '\r' && lineEndsAt(at + 1)) {
                at++;
            } else if (XlText.expressible(c)) {
                content.append(c);
                advance();
            } else {
                throw error(at - lineStart + 1, "the string holds the control character " + shown(c));
            }
        }
        at += end.length();
        return content.toString();
    }

    private void escape(StringBuilder content) throws DefinitionException {
        int column = at - lineStart + 1;
        at++;
        if (at == text.length()) {
            throw error(column, "the string ends in a backslash");
        }
        char letter = text.charAt(at);
        int meant = XlText.unescaped(letter);
        if (meant >= 0) {
            content.append((char) meant);
            at++;
        } else if (letter == 'x') {
            at++;
            content.append(numbered(column, 16, 2, 2));
        } else if (letter >= '0' && letter <= '7') {
            warnings.add(fileName + ", line " + line + ", column " + column
                    + ": read an octal escape as Python does; xl itself drops such a character");
            content.append(numbered(column, 8, 1, 3));
        } else {
            throw error(column, "a backslash before " + shown(letter) + " means nothing: write \\\\ for a backslash");
        }
    }

    private char numbered(int column, int base, int least, int most) throws DefinitionException {
        int value = 0;
        int digits = 0;
        while (digits < most && at < text.length() && Character.digit(text.charAt(at), base) >= 0) {
            value = value * base + Character.digit(text.charAt(at), base);
            digits++;
            at++;
        }
        if (digits < least || value > HIGHEST_NUMBERED || !XlText.expressible(value)) {
            throw error(column, "this escape stands for no character of text: write the character itself");
        }
        return (char) value;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private DefinitionException error(int column, String message) {
        return DefinitionException.at(fileName, line, column, message);
    }
}
