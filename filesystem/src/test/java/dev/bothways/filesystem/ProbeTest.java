package dev.bothways.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskImages;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What volumes hold is told as blkid tells it. */
final class ProbeTest {
    @TempDir
    Path scratch;

    private Path made(String command, int mebibytes) throws IOException {
        Path image = scratch.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) mebibytes << 20);
        }
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        Oracle program = Oracle.require(words.removeFirst());
        words.add(image.toString());
        program.run(words.toArray()).orFail();
        return image;
    }

    @ParameterizedTest
    @CsvSource({
        "mke2fs -q -F -t ext2 -L name, 8, ext2, ext2",
        "mke2fs -q -F -t ext3 -L name, 8, ext3, ext3",
        "mke2fs -q -F -t ext4 -L name, 8, ext4, ext4",
        "mkfs.xfs -q -L name, 320, xfs, xfs",
        "mkfs.btrfs -q -L name, 128, btrfs, btrfs",
        "mkfs.fat -F 12 -n NAME, 2, fat12, vfat",
        "mkfs.fat -F 16 -n NAME, 32, fat16, vfat",
        "mkfs.fat -F 32 -n NAME, 64, fat32, vfat",
        "mkswap -q -L name, 4, swap, swap"
    })
    void tellsTypeUuidAndLabelAsBlkidDoes(String command, int mebibytes, String type, String blkidType)
            throws IOException {
        Path image = made(command, mebibytes);
        Oracle blkid = Oracle.require("blkid");
        try (VirtualDisk disk = DiskImages.open(image)) {
            VolumeIdentity identity = FileSystems.probe(disk).orElseThrow();
            assertThat(identity.type()).isEqualTo(type);
            assertThat(blkid.run("-p", "-o", "value", "-s", "TYPE", image).output())
                    .contains(blkidType);
            String uuid = blkid.run("-p", "-o", "value", "-s", "UUID", image).output();
            assertThat(identity.uuid()).hasValue(uuid.strip());
            assertThat(identity.label())
                    .hasValueSatisfying(label -> assertThat(label).isEqualToIgnoringCase("name"));
        }
    }

    @Test
    void namesWhatIsNotOpened() throws IOException {
        Path image = made("mkfs.fat -F 16", 32);
        try (VirtualDisk disk = DiskImages.open(image)) {
            assertThatThrownBy(() -> FileSystems.open(disk))
                    .isInstanceOf(VolumeException.class)
                    .hasMessageContaining("FAT16");
        }
    }

    @Test
    void findsNothingOnEmptyVolumesOfAnySize() throws IOException {
        for (int size : new int[] {0, 1, 511, 1024, 4096, 70_000, 1 << 20}) {
            try (VirtualDisk disk = new MemoryDisk(size)) {
                assertThat(FileSystems.probe(disk)).as("of " + size + " bytes").isEmpty();
            }
        }
    }
}
