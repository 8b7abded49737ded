package dev.bothways.conversion.bundle.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OvfManifestTest {
    private static final String EMPTY_SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHA1(a b (1).vmdk)= " + EMPTY_SHA1 + "\n",
                "SHA1(a b (1).vmdk)=" + EMPTY_SHA1,
                "sha1 (a b (1).vmdk) = DA39A3EE5E6B4B0D3255BFEF95601890AFD80709\r\n\r\n",
                "\ufeffSHA-1(a b (1).vmdk)= " + EMPTY_SHA1 + "  \r"
            })
    void readsTheWaysThatProgramsWriteIt(String text) throws IOException {
        OvfManifest manifest = read(text);
        OvfManifest.Entry entry = manifest.entry("a b (1).vmdk").orElseThrow();
        assertThat(entry.algorithm()).isEqualTo("SHA-1");
        assertThat(entry.matches(new ByteArrayInputStream(new byte[0]))).isTrue();
        assertThat(entry.matches(new ByteArrayInputStream(new byte[1]))).isFalse();
        assertThat(read(manifest.text())).isEqualTo(manifest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MD5(a)= 00",
                "SHA1(a)= 00",
                "SHA3(a)= " + EMPTY_SHA1,
                "SHA1 a " + EMPTY_SHA1,
                "\u0000",
                "SHA1()= " + EMPTY_SHA1
            })
    void refusesOtherLinesByTheirNumber(String line) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> read("SHA1(x)= " + EMPTY_SHA1 + "\n" + line))
                .withMessageStartingWith("web01.mf: line 2 ");
    }

    @Test
    void takesAnEmptyOneForOne() throws IOException {
        assertThat(read("\n").entries()).isEmpty();
    }

    private static OvfManifest read(String text) throws ConversionException {
        return OvfManifest.read(text.getBytes(StandardCharsets.UTF_8), Path.of("web01.mf"));
    }
}
