package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SafeTextTest {

    @Test
    void showsWhatATerminalWouldObey() {
        assertThat(SafeText.of("\u001b[31mred\u001b[0m")).isEqualTo("\\u001b[31mred\\u001b[0m");
        assertThat(SafeText.of("a\nb\rc\0d\u007fe")).isEqualTo("a\\u000ab\\u000dc\\u0000d\\u007fe");
        assertThat(SafeText.of("\u009b31m"))
                .as("the one-byte escape of 8-bit terminals")
                .isEqualTo("\\u009b31m");
    }

    @Test
    void showsWhatTurnsTextAroundOrHidesInIt() {
        assertThat(SafeText.of("web\u202egpj.exe\u2066")).isEqualTo("web\\u202egpj.exe\\u2066");
        assertThat(SafeText.of("zero\u200bwidth\ufeff")).isEqualTo("zero\\u200bwidth\\ufeff");
        assertThat(SafeText.of("line\u2028paragraph\u2029")).isEqualTo("line\\u2028paragraph\\u2029");
        assertThat(SafeText.of("tag\udb40\udc41")).isEqualTo("tag\\ue0041");
    }

    @Test
    void showsHalvesOfCharacters() {
        assertThat(SafeText.of("a\ud800b")).isEqualTo("a\\ud800b");
    }

    @Test
    void leavesTextOfAnyLanguageAsItIs() {
        String text = "Büro-Server 東京 ελ · \ud83d\ude00";
        assertThat(SafeText.of(text)).isEqualTo(text);
        assertThat(SafeText.of("a\tb")).isEqualTo("a b");
    }
}
