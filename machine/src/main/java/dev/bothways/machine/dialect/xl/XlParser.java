package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.Limits;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The grammar of xl.cfg(5) ({@code libxlu_cfg_y.y}): assignments ended by line breaks or semicolons, lists that may nest and
 * go over lines, {@code +=}. Of xm's Python also tuples, strings side by side, {@code True}, {@code False} and {@code None}.
 */
final class XlParser {
    /** No definition comes near; it keeps a hostile file from taking memory. */
    static final int LARGEST_FILE = 1 << 20;

    private static final int DEEPEST_LIST = 32;
    private static final Set<String> PYTHON = Set.of(
            "import", "from", "def", "class", "if", "elif", "else", "for", "while", "try", "except", "with", "return",
            "lambda", "print", "exec", "assert", "del", "global", "pass", "raise", "not", "yield", "async", "await");

    private final String fileName;
    private final XlLexer lexer;
    private final XlSettings settings;
    private XlToken token;
    private int assignments;

    private XlParser(String text, String fileName, List<String> warnings) throws DefinitionException {
        this.fileName = fileName;
        this.lexer = new XlLexer(text, fileName, warnings);
        this.settings = new XlSettings(fileName);
        this.token = lexer.next();
    }

    /** The settings of a file. */
    static XlSettings parse(byte[] content, String fileName, List<String> warnings) throws DefinitionException {
        if (content.length > LARGEST_FILE) {
            throw DefinitionException.of(
                    fileName, "is " + content.length + " bytes long, which no xl definition is; is it a disk image?");
        }
        return new XlParser(decoded(content, fileName), fileName, warnings).file();
    }

    /** A value standing alone, or nothing if the text is not exactly one value. */
    static Optional<XlValue> value(String source) {
        try {
            XlParser parser = new XlParser("v=" + source, "", new ArrayList<>());
            XlSettings settings = parser.file();
            return settings.keys().equals(List.of("v"))
                    ? settings.find("v").map(XlSettings.Setting::value)
                    : Optional.empty();
        } catch (DefinitionException e) {
            return Optional.empty();
        }
    }

    private static String decoded(byte[] content, String fileName) throws DefinitionException {
        ByteBuffer in = ByteBuffer.wrap(content);
        CharBuffer out = CharBuffer.allocate(content.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            throw DefinitionException.of(
                    fileName, "is not UTF-8 at byte " + in.position() + ": convert it, for example with iconv");
        }
        String text = out.flip().toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private XlSettings file() throws DefinitionException {
        while (token.kind() != XlToken.Kind.END) {
            if (token.kind() == XlToken.Kind.SEPARATOR) {
                step();
            } else {
                assignment();
            }
        }
        return settings;
    }

    private void assignment() throws DefinitionException {
        XlToken name = token;
        if (name.kind() != XlToken.Kind.IDENTIFIER) {
            throw error(name, "expected KEY = VALUE, found " + name.shown());
        }
        refusePython(name);
        if (++assignments > Limits.MOST_SETTINGS) {
            throw error(name, "there are more than " + Limits.MOST_SETTINGS + " settings");
        }
        step();
        boolean adds = token.is('+');
        if (adds) {
            step();
        }
        if (!token.is('=')) {
            throw error(
                    token,
                    token.is('(')
                            ? "the Python call of '" + name.text() + "' is not evaluated: write KEY = VALUE lines alone"
                            : "expected '=' after '" + name.text() + "', found " + token.shown());
        }
        step();
        Optional<XlValue> value = value(0);
        if (token.kind() != XlToken.Kind.SEPARATOR && token.kind() != XlToken.Kind.END) {
            throw error(token, afterValue());
        }
        if (value.isEmpty()) {
            settings.remove(name.text());
        } else if (adds) {
            settings.add(name.text(), name.line(), value.get());
        } else {
            settings.set(name.text(), name.line(), value.get());
        }
    }

    private String afterValue() {
        if (token.is('+') || token.is('-')) {
            return "the Python operator '" + token.text() + "' is not evaluated: write the resulting value itself";
        }
        if (token.is('(') || token.is('[')) {
            return "a Python call or subscript is not evaluated: write the resulting value itself";
        }
        if (token.is('=')) {
            return "found a second '=': a setting has one key";
        }
        return "expected the end of the line after the value, found " + token.shown();
    }

    private void refusePython(XlToken word) throws DefinitionException {
        if (PYTHON.contains(word.text())) {
            throw error(
                    word,
                    "the Python statement '" + word.text()
                            + "' is not evaluated: write the resulting values themselves");
        }
    }

    /** A value; nothing for Python's {@code None}. */
    private Optional<XlValue> value(int depth) throws DefinitionException {
        XlToken first = token;
        return switch (first.kind()) {
            case STRING -> Optional.of(new XlValue.Text(strings()));
            case NUMBER -> {
                step();
                yield Optional.of(new XlValue.Text(first.text()));
            }
            case MARK -> Optional.of(marked(first, depth));
            case IDENTIFIER -> {
                step();
                yield constant(first);
            }
            case SEPARATOR, END -> throw error(first, "expected a value, found " + first.shown());
        };
    }

    private XlValue marked(XlToken first, int depth) throws DefinitionException {
        if (first.is('[') || first.is('(')) {
            return list(first, depth);
        }
        if (first.is('-') || first.is('+')) {
            step();
            if (token.kind() == XlToken.Kind.NUMBER) {
                String number = (first.is('-') ? "-" : "") + token.text();
                step();
                return new XlValue.Text(number);
            }
        }
        throw error(first, "expected a value, found " + first.shown());
    }

    private Optional<XlValue> constant(XlToken word) throws DefinitionException {
        return switch (word.text()) {
            case "True" -> Optional.of(new XlValue.Text("1"));
            case "False" -> Optional.of(new XlValue.Text("0"));
            case "None" -> Optional.empty();
            default -> {
                refusePython(word);
                if (token.kind() == XlToken.Kind.STRING) {
                    throw error(
                            word, "the Python string prefix '" + word.text() + "' is not read: write a plain string");
                }
                throw error(
                        word,
                        "'" + word.text() + "' is a Python name, which is not evaluated: write the value itself, in"
                                + " quotes if it is text");
            }
        };
    }

    private String strings() throws DefinitionException {
        StringBuilder text = new StringBuilder();
        while (token.kind() == XlToken.Kind.STRING) {
            text.append(token.text());
            step();
        }
        return text.toString();
    }

    private XlValue list(XlToken open, int depth) throws DefinitionException {
        if (depth == DEEPEST_LIST) {
            throw error(open, "lists nest deeper than " + DEEPEST_LIST + " levels");
        }
        char close = open.is('[') ? ']' : ')';
        List<XlValue> items = new ArrayList<>();
        boolean comma = false;
        step();
        skipLines();
        while (!token.is(close)) {
            if (!items.isEmpty() && !comma) {
                throw error(token, "expected ',' or '" + close + "' in the list, found " + token.shown());
            }
            XlToken first = token;
            items.add(value(depth + 1).orElseThrow(() -> error(first, "a list holds no None")));
            skipLines();
            comma = token.is(',');
            if (comma) {
                step();
                skipLines();
            }
        }
        step();
        boolean parenthesised = close == ')' && items.size() == 1 && !comma;
        return parenthesised ? items.getFirst() : new XlValue.Items(items);
    }

    private void skipLines() throws DefinitionException {
        while (token.kind() == XlToken.Kind.SEPARATOR && !token.text().equals(";")) {
            step();
        }
    }

    private void step() throws DefinitionException {
        token = lexer.next();
    }

    private DefinitionException error(XlToken where, String message) {
        return DefinitionException.at(fileName, where.line(), where.column(), message);
    }
}
