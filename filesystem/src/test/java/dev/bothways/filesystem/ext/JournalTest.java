package dev.bothways.filesystem.ext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.MemoryDisk;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.WritableFileSystem;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Journals left dirty, as debugfs writes them and e2fsck plays them back. */
final class JournalTest {
    private static final Instant TIME = Instant.parse("2026-11-22T12:00:00Z");
    private static final int BLOCK = 1024;

    @TempDir
    Path scratch;

    /** An image with one file of four blocks, and in its journal transactions that change them. */
    private Path dirty(String options, String open) throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext4 -b 1024 " + options + " 16M");
        Path content = scratch.resolve("content");
        Files.write(content, filled('o', 4));
        ExtImages.debugfs(image, "write " + content + " f");
        String[] blocks = ExtImages.debugfs(image, "blocks f").strip().split("\\s+");
        String last = String.join(" ", Arrays.copyOfRange(blocks, blocks.length - 4, blocks.length));
        String[] b = last.split(" ");
        byte[] magic = filled('m', 1);
        ByteBuffer.wrap(magic).putInt(0, 0xC03B3998);
        Path first = Files.write(scratch.resolve("first"), filled('a', 2));
        Path second = Files.write(scratch.resolve("second"), filled('b', 1));
        Path escaped = Files.write(scratch.resolve("escaped"), magic);
        Path commands = scratch.resolve("commands");
        Files.writeString(
                commands,
                String.join(
                        "\n",
                        "jo " + open,
                        "jw -b " + b[0] + "," + b[1] + " " + first,
                        "jw -r " + b[1],
                        "jw -b " + b[2] + " " + second,
                        "jw -b " + b[3] + " " + escaped,
                        "jc",
                        ""));
        Oracle.require("debugfs").run("-w", "-f", commands, image).orFail();
        return image;
    }

    private static byte[] filled(char c, int blocks) {
        byte[] bytes = new byte[blocks * BLOCK];
        Arrays.fill(bytes, (byte) c);
        return bytes;
    }

    private Path playedBackByE2fsck(Path image) throws IOException {
        Path copy = Files.copy(image, scratch.resolve("copy"));
        int exit = Oracle.require("e2fsck").run("-fy", copy).exitCode();
        assertThat(exit).isLessThan(4);
        Path out = scratch.resolve("out");
        ExtImages.debugfs(copy, "dump f " + out);
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        "-O metadata_csum,'-c -v 3'",
        "-O metadata_csum,'-c -v 2'",
        "'-O ^metadata_csum,^64bit',''",
        "-O ^metadata_csum,''",
        "'-O 64bit,metadata_csum,metadata_csum_seed',-c"
    })
    void readsThroughTheJournalAndPlaysItBackAsE2fsckDoes(String options, String open) throws IOException {
        Path image = dirty(options, open);
        byte[] expected = Files.readAllBytes(playedBackByE2fsck(image));
        assertThat((char) expected[0]).isEqualTo('a');
        assertThat((char) expected[BLOCK]).as("revoked").isEqualTo('o');

        MemoryDisk disk = ExtImages.inMemory(image);
        byte[] before = ExtImages.bytes(disk);
        try (ExtFileSystem read = ExtFileSystem.open(disk)) {
            assertThat(read.readAll("/f", 4 * BLOCK)).isEqualTo(expected);
        }
        assertThat(ExtImages.bytes(disk)).isEqualTo(before);

        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            assertThat(edited.readAll("/f", 4 * BLOCK)).isEqualTo(expected);
            edited.flush();
        }
        Path written = Files.write(scratch.resolve("written"), ExtImages.bytes(disk));
        String said = Oracle.require("e2fsck").run("-fn", written).orFail().output();
        assertThat(said).doesNotContain("recovery").doesNotContain("? no");
    }

    @Test
    void refusesACommittedTransactionWithADamagedBlock() throws IOException {
        Path image = dirty("-O metadata_csum", "-c -v 3");
        byte[] bytes = Files.readAllBytes(image);
        byte[] wanted = filled('b', 1);
        for (int at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
            if (Arrays.equals(bytes, at, at + BLOCK, wanted, 0, BLOCK)) {
                bytes[at + 7] = 'X';
            }
        }
        MemoryDisk disk = new MemoryDisk(bytes.length);
        disk.write(0, ByteBuffer.wrap(bytes));
        assertThatThrownBy(() -> ExtFileSystem.open(disk))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("journal has a block with a wrong checksum");
    }

    @Test
    void refusesADirtyJournalOnAnotherDevice() throws IOException {
        Path journal = scratch.resolve("journal");
        ExtImages.make(journal, "-O journal_dev -b 1024 8M");
        Path image = ExtImages.make(scratch.resolve("image"), "-t ext4 -b 1024 -O ^metadata_csum 16M");
        ExtImages.debugfs(image, "set_super_value journal_inum 0");
        ExtImages.debugfs(image, "set_super_value journal_dev 2049");
        ExtImages.debugfs(image, "feature needs_recovery");
        assertThatThrownBy(() -> ExtFileSystem.open(ExtImages.inMemory(image)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("external journal");
        assertThatThrownBy(() -> ExtFileSystem.open(ExtImages.inMemory(journal)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("journal_dev");
    }
}
