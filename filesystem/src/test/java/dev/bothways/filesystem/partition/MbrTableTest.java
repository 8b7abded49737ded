package dev.bothways.filesystem.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.filesystem.VolumeException;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MbrTableTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    Path scratch;

    private static List<NewPartition> wanted(Random random) {
        List<PartitionKind> kinds = List.of(
                PartitionKind.LINUX, PartitionKind.LINUX_SWAP, PartitionKind.LINUX_LVM, PartitionKind.MICROSOFT_DATA);
        List<NewPartition> wanted = new ArrayList<>();
        int primary = random.nextInt(4);
        for (int number = 1; number <= primary; number++) {
            wanted.add(partition(random, number, kinds));
        }
        for (int number = 5; number < 5 + random.nextInt(6); number++) {
            wanted.add(partition(random, number, kinds));
        }
        return wanted;
    }

    private static NewPartition partition(Random random, int number, List<PartitionKind> kinds) {
        // Some reach beyond the last cylinder that an address has room for.
        long length = random.nextInt(4) == 0 ? random.nextLong(12L << 30) + 1 : random.nextLong(50 * MEBIBYTE) + 1;
        NewPartition made = NewPartition.of(number, kinds.get(random.nextInt(kinds.size())), length);
        return random.nextInt(3) == 0 ? made.booted() : made;
    }

    @Test
    void writesWhatSfdiskReads() throws IOException {
        Seed seed = Seed.of(1);
        Random random = seed.random();
        for (int round = 0; round < 40; round++) {
            MbrTable table = MbrTable.layOut("round " + round, 512, wanted(random));
            Path image = scratch.resolve("ours" + round);
            try (ImageFile disk = new ImageFile(image, table.sectors() * 512, 512)) {
                table.write(disk);
                assertThat(PartitionTable.read(disk))
                        .as("%s round %d", seed, round)
                        .contains(table);
            }
            assertThat(Dump.ofOurs(table)).as("%s round %d", seed, round).isEqualTo(Dump.bySfdisk(image));
            Files.delete(image);
        }
    }

    @Test
    void readsAndWritesTheVeryBytesOfSfdisk() throws IOException {
        Oracle.require("sfdisk");
        Seed seed = Seed.of(2);
        Random random = seed.random();
        for (int round = 0; round < 15; round++) {
            MbrTable table = MbrTable.layOut("round " + round, 512, wanted(random));
            Path image = scratch.resolve("theirs" + round);
            Files.writeString(scratch.resolve("script"), script(table));
            try (ImageFile disk = new ImageFile(image, table.sectors() * 512, 512)) {
                Oracle.shell("sfdisk -q --no-reread " + image + " < " + scratch.resolve("script"), "sfdisk")
                        .orFail();
                PartitionTable read = PartitionTable.read(disk).orElseThrow();
                assertThat(Dump.ofOurs(read)).as("%s round %d", seed, round).isEqualTo(Dump.bySfdisk(image));
                List<byte[]> theirs = tableSectors(disk, (MbrTable) read);
                read.write(disk);
                assertThat(tableSectors(disk, (MbrTable) read))
                        .as("%s round %d", seed, round)
                        .usingRecursiveComparison()
                        .isEqualTo(theirs);
            }
            Files.delete(image);
        }
    }

    private static String script(MbrTable table) {
        StringBuilder script = new StringBuilder("label: dos\nlabel-id: 0x" + table.uuid() + "\n");
        for (MbrEntry entry : table.entries()) {
            script.append(String.format(
                    "/dev/sda%d : start=%d, size=%d, type=%x%s%n",
                    entry.number(), entry.first(), entry.count(), entry.type(), entry.active() ? ", bootable" : ""));
        }
        return script.toString();
    }

    private static List<byte[]> tableSectors(ImageFile disk, MbrTable table) throws IOException {
        List<byte[]> sectors = new ArrayList<>();
        sectors.add(Sectors.read(disk, 0, 512).array());
        for (MbrEntry entry : table.entries()) {
            if (entry.number() > 4) {
                sectors.add(Sectors.read(disk, entry.chainSector() * 512, 512).array());
            }
        }
        return sectors;
    }

    @Test
    void readsTheCorpus() throws IOException {
        Path raw = Corpus.expand("dfvfs/mbr.raw.gz", scratch);
        try (ImageFile disk = new ImageFile(raw, Files.size(raw), 512)) {
            PartitionTable table = PartitionTable.read(disk).orElseThrow();
            assertThat(Dump.ofOurs(table)).containsExactly("df7c7c37", "1 1 129 0x83", "5 131 129 0x83");
            assertThat(table.partitions().getLast().uuid()).contains("df7c7c37-05");
            assertThat(table.warnings()).isEmpty();
        }
        Path first = Files.copy(Corpus.file("dissect.volume/mbr.bin"), scratch.resolve("mbr.bin"));
        try (ImageFile disk = new ImageFile(first, 64L << 30, 512)) {
            PartitionTable table = PartitionTable.read(disk).orElseThrow();
            assertThat(Dump.ofOurs(table))
                    .containsExactly("baff7d5c", "1 2048 1024000 0x07 bootable", "2 1026048 124801024 0x07");
        }
    }

    @Test
    void keepsTheBootCode() throws IOException {
        try (ImageFile disk = new ImageFile(scratch.resolve("image"), 4 * MEBIBYTE, 512)) {
            byte[] code = new byte[440];
            new Random(3).nextBytes(code);
            disk.write(0, ByteBuffer.wrap(code));
            layOutOf(NewPartition.of(1, PartitionKind.LINUX, MEBIBYTE)).write(disk);
            assertThat(Sectors.read(disk, 0, 440).array()).isEqualTo(code);
        }
    }

    @Test
    void derivesTheSignatureFromTheIdentity() throws IOException {
        NewPartition root = NewPartition.of(1, PartitionKind.LINUX, MEBIBYTE);
        String one = MbrTable.layOut("one", 512, List.of(root)).uuid();
        assertThat(MbrTable.layOut("one", 512, List.of(root)).uuid()).isEqualTo(one);
        assertThat(MbrTable.layOut("two", 512, List.of(root)).uuid()).isNotEqualTo(one);
    }

    @Test
    void laysOutPartitionsByTheirNumbersInTheOrderGiven() throws IOException {
        MbrTable table = layOutOf(
                NewPartition.of(2, PartitionKind.LINUX, 10 * MEBIBYTE).booted(),
                NewPartition.of(1, PartitionKind.LINUX_SWAP, MEBIBYTE + 1));
        assertThat(Dump.ofOurs(table)).containsExactly(table.uuid(), "1 22528 2049 0x82", "2 2048 20480 0x83 bootable");
        assertThat(table.sectors()).isEqualTo(26624);
    }

    @Test
    void refusesToLayOutWhatAnMbrCannotHold() {
        assertThatExceptionOfType(VolumeException.class)
                .isThrownBy(() -> layOutOf(NewPartition.of(1, PartitionKind.LINUX, 3L << 40)))
                .withMessageContaining("use a GPT");
        assertThatExceptionOfType(VolumeException.class)
                .isThrownBy(() -> layOutOf(
                        NewPartition.of(5, PartitionKind.LINUX, 1), NewPartition.of(7, PartitionKind.LINUX, 1)))
                .withMessageContaining("7 cannot follow 5");
        assertThatExceptionOfType(VolumeException.class)
                .isThrownBy(() -> layOutOf(NewPartition.of(1, PartitionKind.BIOS_BOOT, 1)))
                .withMessageContaining("no type for BIOS boot");
    }

    @Test
    void refusesToWriteOverlappingOrOutlyingPartitions() throws IOException {
        try (ImageFile disk = new ImageFile(scratch.resolve("image"), 4 * MEBIBYTE, 512)) {
            MbrEntry one = new MbrEntry(1, false, 0x83, 2048, 2048, 0);
            MbrEntry inside = new MbrEntry(2, false, 0x83, 3000, 10, 0);
            MbrEntry outside = new MbrEntry(2, false, 0x83, 8000, 1000, 0);
            MbrTable overlapping = new MbrTable(512, 8192, 1, List.of(one, inside), List.of());
            assertThatExceptionOfType(VolumeException.class)
                    .isThrownBy(() -> overlapping.write(disk))
                    .withMessageContaining("partitions 1 and 2 overlap");
            MbrTable outlying = new MbrTable(512, 8192, 1, List.of(one, outside), List.of());
            assertThatExceptionOfType(VolumeException.class)
                    .isThrownBy(() -> outlying.write(disk))
                    .withMessageContaining("the disk has only 8192");
            assertThat(PartitionTable.read(disk)).isEmpty();
        }
    }

    @Test
    void cutsAPartitionAtTheDisksEndAndSaysSo() throws IOException {
        MbrTable table = layOutOf(
                NewPartition.of(1, PartitionKind.LINUX, 2 * MEBIBYTE),
                NewPartition.of(2, PartitionKind.LINUX, MEBIBYTE));
        Path image = scratch.resolve("image");
        try (ImageFile disk = new ImageFile(image, table.sectors() * 512, 512)) {
            table.write(disk);
        }
        try (ImageFile disk = new ImageFile(image, 2 * MEBIBYTE, 512)) {
            PartitionTable read = PartitionTable.read(disk).orElseThrow();
            assertThat(Dump.ofOurs(read)).containsExactly(table.uuid(), "1 2048 2048 0x83");
            assertThat(read.warnings())
                    .hasSize(2)
                    .first()
                    .asString()
                    .contains("partition 1 takes sectors 2048 to 6143");
        }
    }

    @Test
    void detectsAChainThatLeadsBack() throws IOException {
        List<NewPartition> logical = List.of(
                NewPartition.of(5, PartitionKind.LINUX, MEBIBYTE), NewPartition.of(6, PartitionKind.LINUX, MEBIBYTE));
        MbrTable table = MbrTable.layOut("cycle", 512, logical);
        try (ImageFile disk = new ImageFile(scratch.resolve("image"), table.sectors() * 512, 512)) {
            table.write(disk);
            MbrEntry last = table.entries().getLast();
            ByteBuffer sector = Sectors.read(disk, last.chainSector() * 512, 512);
            MbrEntry.writeLink(sector, 462, last.chainSector(), 1, 2048);
            Sectors.write(disk, last.chainSector() * 512, sector);
            assertThatExceptionOfType(VolumeException.class)
                    .isThrownBy(() -> PartitionTable.read(disk))
                    .withMessageContaining("leads back to sector 6144")
                    .extracting(VolumeException::kind)
                    .isEqualTo(VolumeException.Kind.UNSAFE);
        }
    }

    private static MbrTable layOutOf(NewPartition... wanted) throws VolumeException {
        return MbrTable.layOut("test", 512, List.of(wanted));
    }
}
