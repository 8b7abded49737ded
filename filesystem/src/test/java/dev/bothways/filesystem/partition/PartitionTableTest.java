package dev.bothways.filesystem.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.filesystem.VolumeException;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartitionTableTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    Path scratch;

    private ImageFile disk() throws IOException {
        return new ImageFile(scratch.resolve("image"), 40 * MEBIBYTE, 512);
    }

    @Test
    void findsNoTableOnABlankDisk() throws IOException {
        try (ImageFile disk = disk()) {
            assertThat(PartitionTable.read(disk)).isEmpty();
        }
    }

    @Test
    void readsATableWithoutPartitions() throws IOException {
        try (ImageFile disk = disk()) {
            MbrTable.layOut("empty", 512, List.of()).write(disk);
            assertThat(PartitionTable.read(disk).orElseThrow().partitions()).isEmpty();
        }
    }

    @Test
    void takesNoBootSectorOfAFatForATable() throws IOException {
        for (int bits : new int[] {12, 16, 32}) {
            try (ImageFile disk = new ImageFile(scratch.resolve("fat" + bits), 40 * MEBIBYTE, 512)) {
                Oracle.require("mkfs.fat")
                        .run("-F", bits, "-I", scratch.resolve("fat" + bits))
                        .orFail();
                assertThat(PartitionTable.read(disk)).isEmpty();
            }
        }
    }

    @Test
    void takesNoBootSectorOfAnNtfsForATable() throws IOException {
        try (ImageFile disk = disk()) {
            Oracle.require("mkfs.ntfs")
                    .run("-Q", "-F", "-s", "512", scratch.resolve("image"))
                    .orFail();
            assertThat(PartitionTable.read(disk)).isEmpty();
        }
    }

    @Test
    void takesNoBootCodeBeforeAFileSystemForATable() throws IOException {
        // A boot loader put into the first sector of a disk without partitions leaves the signature there.
        try (ImageFile disk = disk()) {
            Oracle.require("mkfs.ext4")
                    .run("-q", "-F", scratch.resolve("image"))
                    .orFail();
            disk.write(510, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xaa}));
            assertThat(PartitionTable.read(disk)).isEmpty();
        }
    }

    @Test
    void takesTextWhereTheEntriesAreForNoTable() throws IOException {
        try (ImageFile disk = disk()) {
            disk.write(446, ByteBuffer.wrap("Remove disks or other media. ".getBytes(StandardCharsets.US_ASCII)));
            disk.write(510, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xaa}));
            assertThat(PartitionTable.read(disk)).isEmpty();
        }
    }

    @Test
    void prefersPartitionsToTheRemainsOfAFileSystem() throws IOException {
        try (ImageFile disk = disk()) {
            Oracle.require("mkfs.ext4")
                    .run("-q", "-F", scratch.resolve("image"))
                    .orFail();
            MbrTable table = MbrTable.layOut("over", 512, List.of(NewPartition.of(1, PartitionKind.LINUX, MEBIBYTE)));
            table.write(disk);
            assertThat(PartitionTable.read(disk).orElseThrow().partitions()).isEqualTo(table.partitions());
        }
    }

    @Test
    void givesOnlyPartitionsOnTheDiskWhateverTheTableSays() throws IOException {
        Seed seed = Seed.of(5);
        Random random = seed.random();
        List<NewPartition> wanted = List.of(
                NewPartition.of(1, PartitionKind.LINUX, MEBIBYTE), NewPartition.of(2, PartitionKind.LINUX, MEBIBYTE));
        List<NewPartition> logical = List.of(
                NewPartition.of(5, PartitionKind.LINUX, MEBIBYTE), NewPartition.of(6, PartitionKind.LINUX, MEBIBYTE));
        int read = 0;
        int refused = 0;
        try (ImageFile disk = disk()) {
            for (int round = 0; round < 20_000; round++) {
                PartitionTable table = round % 2 == 0
                        ? MbrTable.layOut("hostile", 512, logical)
                        : GptTable.layOut("hostile", 512, wanted).onDiskOf(disk.size() / 512);
                table.write(disk);
                spoil(disk, random, table);
                try {
                    Optional<PartitionTable> found = PartitionTable.read(disk);
                    read += found.isPresent() ? 1 : 0;
                    List<Partition> partitions =
                            found.map(PartitionTable::partitions).orElse(List.of());
                    assertThat(partitions).as("%s round %d", seed, round).allSatisfy(partition -> {
                        assertThat(partition.offset()).isBetween(0L, disk.size() - 1);
                        assertThat(partition.length()).isBetween(1L, disk.size() - partition.offset());
                    });
                } catch (VolumeException e) {
                    refused++;
                }
            }
        }
        assertThat(read).as("tables read").isGreaterThan(5_000);
        assertThat(refused).as("tables refused").isGreaterThan(100);
    }

    /** A few wild bytes in the entries or headers; where those have checksums, they are made right again. */
    private static void spoil(ImageFile disk, Random random, PartitionTable table) throws IOException {
        if (table instanceof MbrTable mbr) {
            List<Long> sectors = List.of(
                    0L,
                    mbr.entries().getLast().chainSector(),
                    mbr.entries().get(1).chainSector());
            long sector = sectors.get(random.nextInt(3));
            for (int count = random.nextInt(8) + 1; count > 0; count--) {
                long at = sector * 512 + 446 + random.nextInt(64);
                disk.write(at, ByteBuffer.wrap(new byte[] {wild(random)}));
            }
            return;
        }
        ByteBuffer entries = Sectors.read(disk, 1024, 128 * 128);
        ByteBuffer header = Sectors.read(disk, 512, 512);
        for (int count = random.nextInt(4) + 1; count > 0; count--) {
            entries.put(random.nextInt(384), wild(random));
            if (random.nextBoolean()) {
                header.put(24 + random.nextInt(64), wild(random));
            }
        }
        header.putInt(88, GptHeader.sum(entries));
        header.putInt(16, 0);
        header.putInt(16, GptHeader.sum(header.slice(0, 92)));
        Sectors.write(disk, 512, header);
        Sectors.write(disk, 1024, entries);
        if (random.nextBoolean()) {
            disk.write(disk.size() - 512, ByteBuffer.allocate(512));
        }
    }

    private static byte wild(Random random) {
        return List.of((byte) 0, (byte) 1, (byte) 5, (byte) 0x80, (byte) 0xff, (byte) random.nextInt())
                .get(random.nextInt(6));
    }
}
