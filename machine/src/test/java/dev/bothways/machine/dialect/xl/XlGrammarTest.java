package dev.bothways.machine.dialect.xl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.DefinitionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class XlGrammarTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    a = "x"                         | x
                    a = 'it\\'s'                    | it's
                    a = 0x1f                        | 0x1f
                    a = 1; a = 2                    | 2
                    a = "x"; a += "y"               | xy
                    a = "x" # comment               | x
                    a = -3600                       | -3600
                    a = "one" "two"                 | onetwo
                    a = ("x")                       | x
                    a = True                        | 1
                    a = "\\x41\\102"                | AB
                    """)
    void readsTexts(String source, String expected) throws DefinitionException {
        assertThat(value(source)).isEqualTo(new XlValue.Text(expected));
    }

    @Test
    void readsEscapes() throws DefinitionException {
        assertThat(value("a = \"\\\"\\'\\\\\\t\\n\\a\"")).isEqualTo(new XlValue.Text("\"'\\\t\n\u0007"));
    }

    @Test
    void readsListsOverLinesWithCommentsAndATrailingComma() throws DefinitionException {
        XlValue value = value("a = [ # first\n  'x', # second\n\n  [ 1, \"y\" ],\n]\n");
        assertThat(value.source()).isEqualTo("[ \"x\", [ 1, \"y\" ] ]");
    }

    @Test
    void readsTripleQuotedStringsOverLines() throws DefinitionException {
        assertThat(value("a = \"\"\"one'\"\ntwo\"\"\"")).isEqualTo(new XlValue.Text("one'\"\ntwo"));
    }

    @Test
    void readsFilesFromWindows() throws DefinitionException {
        assertThat(value("\ufeff# c\r\na = [\r\n1,\r\n2 ]\r\n").source()).isEqualTo("[ 1, 2 ]");
    }

    @Test
    void addsListsToLists() throws DefinitionException {
        assertThat(value("a = [ 1 ]\na += [ 2 ]").source()).isEqualTo("[ 1, 2 ]");
    }

    @Test
    void treatsNoneAsNotSet() throws DefinitionException {
        assertThat(settings("a = 1\na = None").keys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    import os                       | line 1, column 1: the Python statement 'import' is not evaluated
                    def vmid(): pass                | line 1, column 1: the Python statement 'def' is not evaluated
                    a = os.uname()                  | column 7: a Python attribute is not evaluated: write the resulting value itself
                    a = "x%d" % 5                   | column 11: the Python operator '%' is not evaluated
                    a = "x" + "y"                   | column 9: the Python operator '+' is not evaluated
                    a = "x"[1]                      | column 8: a Python call or subscript is not evaluated
                    a = str(5)                      | column 5: 'str' is a Python name, which is not evaluated
                    a = r"x"                        | column 5: the Python string prefix 'r' is not read
                    a = { }                         | column 5: a Python dictionary is not read
                    run(5)                          | column 4: the Python call of 'run' is not evaluated
                    a = "x                          | column 5: the string has no closing " in its line
                    a = "\\d"                       | column 6: a backslash before 'd' means nothing
                    a = "\\x9"                      | column 6: this escape stands for no character of text
                    a = [ 1 2 ]                     | column 9: expected ',' or ']' in the list, found '2'
                    a = [ , ]                       | column 7: expected a value, found ','
                    a = [ 1                         | expected ',' or ']' in the list, found the end of the file
                    a =                             | expected a value, found the end of the file
                    a 5                             | column 3: expected '=' after 'a', found '5'
                    = 5                             | column 1: expected KEY = VALUE, found '='
                    a = 5 b = 6                     | column 7: expected the end of the line after the value, found 'b'
                    a = 5m                          | column 5: '5m' is no number: put text into quotes
                    a = [ 1 ]; a += "x"             | a: += adds a list to a text or a text to a list
                    """)
    void refusesWithTheLineAndTheConstruct(String source, String message) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> settings(source))
                .withMessageStartingWith("test.cfg, line 1")
                .withMessageContaining(message);
    }

    @Test
    void namesTheLineOfAnErrorAfterLongValues() {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> settings("a = [\n 1,\n 2 ]\n\n  for x in y:\n"))
                .withMessageContaining("line 5, column 3")
                .satisfies(e -> assertThat(e.line()).hasValue(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a = \"x\u0000y\"", "a = \"x\u001by\"", "a = 'x\u007fy'"})
    void refusesControlCharactersInStrings(String source) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> settings(source))
                .withMessageContaining("the string holds the control character U+00");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() ->
                        XlParser.parse(new byte[] {'a', '=', '"', (byte) 0xe9, '"'}, "test.cfg", new ArrayList<>()))
                .withMessage("test.cfg: is not UTF-8 at byte 3: convert it, for example with iconv");
    }

    @Test
    void refusesFilesFarTooLongForADefinition() {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> XlParser.parse(new byte[2 << 20], "test.cfg", new ArrayList<>()))
                .withMessageContaining("is it a disk image?");
    }

    @Test
    void refusesListsThatNestWithoutEnd() {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> settings("a = " + "[".repeat(100_000)))
                .withMessageContaining("lists nest deeper than 32 levels");
    }

    private static XlValue value(String source) throws DefinitionException {
        return settings(source).find("a").orElseThrow().value();
    }

    private static XlSettings settings(String source) throws DefinitionException {
        List<String> warnings = new ArrayList<>();
        return XlParser.parse(source.getBytes(StandardCharsets.UTF_8), "test.cfg", warnings);
    }
}
