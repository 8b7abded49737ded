package dev.bothways.disk.format.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Iso9660Test {
    private static final int DESCRIPTORS = 16 * 2048;

    @TempDir
    Path scratch;

    private Map<String, String> details(Path image) throws IOException {
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().format()).isEqualTo(DiskFormat.RAW);
            return disk.describe().details();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-quiet | a CD's file system, ISO 9660",
                "-R | a CD's file system, ISO 9660, Rock Ridge",
                "-r -J | a CD's file system, ISO 9660, Rock Ridge, Joliet",
                "-J | a CD's file system, ISO 9660, Joliet",
            })
    void namesWhatGenisoimageMakes(String options, String holds) throws IOException {
        Path tree = Files.createDirectory(scratch.resolve("tree"));
        Files.writeString(tree.resolve("a long name.txt"), "text");
        Path iso = scratch.resolve("a.iso");
        String words = options + " -V INSTALL_1 -o " + iso + " " + tree;
        Oracle.require("genisoimage").run((Object[]) words.split(" ")).orFail();
        assertThat(details(iso)).containsEntry("volume", "INSTALL_1").containsEntry("holds", holds);
    }

    @Test
    void saysNothingOfOtherDisks() throws IOException {
        assertThat(details(Files.write(scratch.resolve("a.img"), new byte[1 << 20])))
                .isEmpty();
        assertThat(details(Files.write(scratch.resolve("short.img"), new byte[DESCRIPTORS + 5])))
                .isEmpty();
    }

    @Test
    void survivesDirectoriesThatLeadNowhere() throws IOException {
        byte[] bytes = new byte[DESCRIPTORS + 2048];
        ByteBuffer descriptor = ByteBuffer.wrap(bytes, DESCRIPTORS, 2048).slice();
        byte[] blank = new byte[32];
        Arrays.fill(blank, (byte) ' ');
        descriptor
                .put(0, "\u0001CD001".getBytes(StandardCharsets.US_ASCII))
                .put(40, blank)
                .putInt(158, -1);
        assertThat(details(Files.write(scratch.resolve("a.iso"), bytes)))
                .containsExactly(Map.entry("holds", "a CD's file system, ISO 9660"));
    }
}
