package dev.bothways.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShellPatternTest {

    @ParameterizedTest
    @CsvSource({
        "*, eth0, true",
        "eth*, eth0, true",
        "eth*, wlan0, false",
        "eth?, eth0, true",
        "eth?, eth, false",
        "e*h*0, eth10, true",
        "[ew]*, wlan0, true",
        "[!e]*, eth0, false",
        "en[0-9], en5, true",
        "en[0-9], enx, false",
        "[, [, true",
        "a.c, abc, false",
        "eth0, eth0, true",
        "'', '', true"
    })
    void matchesAsAShellDoes(String pattern, String name, boolean fits) {
        assertThat(new ShellPattern(pattern).matches(name)).isEqualTo(fits);
    }

    @Test
    void takesNoTimeOnHostilePatterns() {
        assertThat(new ShellPattern("*a".repeat(100) + "b").matches("a".repeat(255)))
                .isFalse();
    }
}
