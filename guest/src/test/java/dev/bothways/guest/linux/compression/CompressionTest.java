package dev.bothways.guest.linux.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class CompressionTest {
    private static final byte[] FOLLOWING = {'0', '7', '0', '7', '0', '1', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    @TempDir
    private Path folder;

    @AfterEach
    void nativeAgain() {
        System.clearProperty("bothways.native");
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "LZO")
    void readsToTheEndOfTheStreamAndNoFurther(Compression compression) throws IOException {
        byte[] plain = text(100_000);

        readsExactly(compression, plain, Compressor.compress(compression, plain));
        readsExactly(compression, new byte[0], Compressor.compress(compression, new byte[0]));
    }

    @Test
    void readsZstdWithoutTheNativeLibrary() throws IOException {
        System.setProperty("bothways.native", "off");
        byte[] plain = text(1_000_000);

        readsExactly(Compression.ZSTD, plain, Compressor.compress(Compression.ZSTD, plain));
    }

    @ParameterizedTest
    @CsvSource({
        "GZIP, gzip, -9, .gz",
        "ZSTD, zstd, -3, .zst",
        "ZSTD, zstd, -9, .zst",
        "XZ, xz, --check=crc32, .xz",
        "LZMA, lzma, -2, .lzma",
        "BZIP2, bzip2, -9, .bz2"
    })
    void readsWhatTheCommandLineToolsWrite(Compression compression, String program, String option, String ending)
            throws IOException {
        byte[] plain = text(1_000_000);
        Path file = Files.write(folder.resolve("plain"), plain);
        Oracle.require(program).run("-k", option, file).orFail();

        readsExactly(compression, plain, Files.readAllBytes(folder.resolve("plain" + ending)));
    }

    @Test
    void readsTheLegacyFrameOfLz4() throws IOException {
        byte[] plain = text(9_000_000);
        Path file = Files.write(folder.resolve("plain"), plain);
        Oracle.require("lz4").run("-l", "-1", file, folder.resolve("plain.lz4")).orFail();

        readsExactly(Compression.LZ4, plain, Files.readAllBytes(folder.resolve("plain.lz4")));
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "LZO")
    void refusesWhatIsCutShort(Compression compression) throws IOException {
        byte[] whole = Compressor.compress(compression, text(200_000));
        byte[] cut = Arrays.copyOf(whole, whole.length / 2);

        assertThatThrownBy(() -> readAll(compression, cut)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAWindowLargerThanAKernelWouldGive() {
        // A frame header with a window descriptor of 2^41 bytes.
        byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xf8, 1, 0, 0};

        assertThatThrownBy(() -> readAll(Compression.ZSTD, frame)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesADictionaryLargerThanAKernelWouldGive() {
        byte[] header = {0x5d, 0, 0, (byte) 0xff, 0x7f, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0};

        assertThatThrownBy(() -> readAll(Compression.LZMA, header)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "LZO")
    void damagedDataGivesAnErrorOrWrongBytesButNothingElse(Compression compression) throws IOException {
        Seed seed = Seed.of(7);
        Random random = seed.random();
        byte[] whole = Compressor.compress(compression, text(30_000));
        for (int round = 0; round < 40; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try (InputStream in = compression.open(new CountedInput(new ByteArrayInputStream(damaged)))) {
                assertThat(in.readNBytes(10_000_000)).as(seed.toString()).isNotNull();
            } catch (IOException e) {
                assertThat(e).as(seed.toString()).isNotNull();
            }
        }
    }

    private static void readsExactly(Compression compression, byte[] plain, byte[] compressed) throws IOException {
        assertThat(Compression.detect(compressed)).isEqualTo(Optional.of(compression));
        // What follows an LZ4 stream begins with zeros, else its first bytes would be a block's size.
        byte[] following = compression == Compression.LZ4 ? new byte[8] : FOLLOWING;
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(compressed);
        both.writeBytes(following);
        CountedInput in = new CountedInput(new ByteArrayInputStream(both.toByteArray()));
        try (InputStream stream = compression.open(in)) {
            assertThat(stream.readAllBytes()).isEqualTo(plain);
        }
        assertThat(in.position()).isEqualTo(compressed.length);
        assertThat(in.readAllBytes()).isEqualTo(following);
    }

    private static byte[] readAll(Compression compression, byte[] compressed) throws IOException {
        try (InputStream in = compression.open(new CountedInput(new ByteArrayInputStream(compressed)))) {
            return in.readAllBytes();
        }
    }

    /** Compressible, but not by much. */
    private static byte[] text(int length) {
        Random random = new Random(5);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) ("abcdefgh".charAt(random.nextInt(8)) + (i >> 16 & 7));
        }
        return text;
    }
}
