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

    /** Signatures at their places, for kinds whose own programs are seldom installed. */
    @ParameterizedTest
    @CsvSource({
        "3, 5265465300000000, REFS, ReFS",
        "3, 2d4656452d46532d, BITLOCKER, BitLocker",
        "0, 4c554b53babe0001, LUKS1, crypto_LUKS",
        "0, 4c554b53babe0002, LUKS2, crypto_LUKS",
        "32, 4e585342, APFS, apfs",
        "1024, 482b0004, HFS_PLUS, hfsplus",
        "1024, 48580005, HFS_PLUS, hfsplus",
        "66908, 19015419, UFS, ufs",
        "9564, 54190100, UFS, ufs",
        "66908, 19540119, UFS, ufs",
        "1048576, 0dd001c0, VMFS_VOLUME, VMFS_volume_member",
        "2097152, 5ef1ab2f, VMFS, VMFS",
        "34817, 4e53523032, UDF, udf",
        "32769, 4344303031, ISO9660, iso9660",
        "0, 68737173, SQUASHFS, squashfs",
        "1024, 1020f5f2, F2FS, f2fs",
        "0, 58465342, XFS, xfs"
    })
    void knowsSignatures(long at, String hex, FileSystemKind kind, String type) throws IOException {
        byte[] signature = java.util.HexFormat.of().parseHex(hex);
        try (MemoryDisk disk = new MemoryDisk(4 << 20)) {
            disk.write(at, java.nio.ByteBuffer.wrap(signature));
            VolumeIdentity identity = FileSystems.probe(disk).orElseThrow();
            assertThat(identity.kind()).isEqualTo(kind);
            assertThat(identity.type()).isEqualTo(type);
            assertThat(DiskContents.of(disk).contents())
                    .singleElement()
                    .satisfies(content -> assertThat(content.description()).isEqualTo(kind.description()));
        }
    }

    @Test
    void tellsEmptyFromUnknown() throws IOException {
        try (MemoryDisk disk = new MemoryDisk(1 << 20)) {
            assertThat(DiskContents.of(disk).contents().getFirst().description())
                    .isEqualTo("empty");
            disk.write(5000, java.nio.ByteBuffer.wrap(new byte[] {1}));
            assertThat(DiskContents.of(disk).contents().getFirst().description())
                    .isEqualTo("not recognized");
        }
    }
}
