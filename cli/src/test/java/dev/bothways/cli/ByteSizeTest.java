package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1048576, 1048576",
        "1k, 1024",
        "1 K, 1024",
        "512M, 536870912",
        "512MiB, 536870912",
        "512mb, 536870912",
        "2G, 2147483648",
        "1T, 1099511627776",
        "8191P, 9222246136947933184",
        "7E, 8070450532247928832",
        "1.5G, 1610612736",
        "1.1G, 1181116006",
        "0.5T, 549755813888",
        "10Gi, 10737418240",
        "10GiB, 10737418240",
        "512, 512",
        "12B, 12"
    })
    void readsSizesInPowersOf1024(String text, long bytes) {
        assertThat(new ByteSize().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "G", "-1", "1.5", "1X", ".5G", "1.G", "1,5G", "0x10", "1GG", "1e9", "99999999999999999999"})
    void refusesWhatIsNoSize(String text) {
        assertThatExceptionOfType(CommandLine.TypeConversionException.class)
                .isThrownBy(() -> new ByteSize().convert(text))
                .withMessage("'" + text + "' is no size; say for example 2G, 1.5G or 512M");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8192P", "8E", "999999999999999999T"})
    void refusesMoreThanFits(String text) {
        assertThatExceptionOfType(CommandLine.TypeConversionException.class)
                .isThrownBy(() -> new ByteSize().convert(text))
                .withMessage("'" + text + "' is more than any disk holds");
    }

    @Test
    void writesSizesToRead() {
        assertThat(ByteSize.text(0)).isEqualTo("0 bytes");
        assertThat(ByteSize.text(1)).isEqualTo("1 byte");
        assertThat(ByteSize.text(1023)).isEqualTo("1023 bytes");
        assertThat(ByteSize.text(1024)).isEqualTo("1.0 KiB");
        assertThat(ByteSize.text(2L << 30)).isEqualTo("2.0 GiB");
        assertThat(ByteSize.text(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    }
}
