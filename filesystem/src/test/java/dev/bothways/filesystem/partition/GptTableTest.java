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
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GptTableTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    Path scratch;

    private static List<NewPartition> wanted(Random random) {
        List<PartitionKind> kinds = List.of(
                PartitionKind.LINUX, PartitionKind.LINUX_SWAP, PartitionKind.BIOS_BOOT, PartitionKind.EFI_SYSTEM);
        List<NewPartition> wanted = new ArrayList<>();
        int number = 0;
        for (int count = random.nextInt(9); count > 0; count--) {
            number += 1 + random.nextInt(3);
            PartitionKind kind = kinds.get(random.nextInt(kinds.size()));
            long length = random.nextLong(50 * MEBIBYTE) + 1;
            String name = List.of("", "root", "Größe", "x".repeat(36)).get(random.nextInt(4));
            wanted.add(new NewPartition(number, kind, length, name, random.nextInt(3) == 0));
        }
        return wanted;
    }

    @Test
    void writesWhatSgdiskAndSfdiskCallWhole() throws IOException {
        Oracle sgdisk = Oracle.require("sgdisk");
        Seed seed = Seed.of(4);
        Random random = seed.random();
        for (int round = 0; round < 30; round++) {
            GptTable table = GptTable.layOut("round " + round, 512, wanted(random));
            Path image = scratch.resolve("ours" + round);
            try (ImageFile disk = new ImageFile(image, table.sectors() * 512, 512)) {
                table.write(disk);
                assertThat(PartitionTable.read(disk))
                        .as("%s round %d", seed, round)
                        .contains(table);
            }
            assertThat(sgdisk.run("--verify", image).orFail().output())
                    .as("%s round %d", seed, round)
                    .contains("No problems found");
            assertThat(Dump.ofOurs(table)).as("%s round %d", seed, round).isEqualTo(Dump.bySfdisk(image));
            for (GptEntry entry : table.entries()) {
                assertThat(sgdisk.run("--info=" + entry.number(), image)
                                .orFail()
                                .output())
                        .contains("Partition name: '" + entry.name() + "'");
            }
            Files.delete(image);
        }
    }

    @Test
    void readsAndWritesTheVeryBytesOfSgdisk() throws IOException {
        Oracle sgdisk = Oracle.require("sgdisk");
        Path image = scratch.resolve("theirs");
        try (ImageFile disk = new ImageFile(image, 64 * MEBIBYTE, 512)) {
            sgdisk.run("-n", "1:2048:+10M", "-c", "1:Größe", "-n", "3:0:+5M", "-t", "3:8200", "-A", "3:set:2", image)
                    .orFail();
            PartitionTable table = PartitionTable.read(disk).orElseThrow();
            assertThat(Dump.ofOurs(table)).hasSize(3).isEqualTo(Dump.bySfdisk(image));
            assertThat(table.partitions().getFirst().name()).contains("Größe");
            assertThat(table.partitions().getLast().kind()).contains(PartitionKind.LINUX_SWAP);
            assertThat(table.warnings()).isEmpty();
            byte[] theirs = Files.readAllBytes(image);
            table.write(disk);
            assertThat(ByteBuffer.wrap(Files.readAllBytes(image)).mismatch(ByteBuffer.wrap(theirs)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void keepsOtherSizesOfTheArray() throws IOException {
        Oracle sgdisk = Oracle.require("sgdisk");
        Path image = scratch.resolve("wide");
        try (ImageFile disk = new ImageFile(image, 64 * MEBIBYTE, 512)) {
            sgdisk.run("--resize-table=256", "-n", "200:4096:+1M", image).orFail();
            GptTable table = (GptTable) PartitionTable.read(disk).orElseThrow();
            assertThat(table.array().slots()).isEqualTo(256);
            assertThat(Dump.ofOurs(table)).hasSize(2).isEqualTo(Dump.bySfdisk(image));
            GptTable wide = new GptTable(
                    512,
                    table.sectors(),
                    table.disk(),
                    130,
                    new GptTable.Array(2, 128, 512),
                    List.of(new GptEntry(
                            128, table.entries().getFirst().type(), new UUID(1, 2), 4096, 8191, 1L << 60, "wide")),
                    List.of(),
                    List.of());
            wide.write(disk);
            assertThat(PartitionTable.read(disk)).contains(wide);
        }
    }

    @Test
    void readsTheCorpus() throws IOException {
        Path raw = Corpus.expand("dfvfs/gpt.raw.gz", scratch);
        try (ImageFile disk = new ImageFile(raw, Files.size(raw), 512)) {
            PartitionTable table = PartitionTable.read(disk).orElseThrow();
            assertThat(table.warnings()).isEmpty();
            assertThat(Dump.ofOurs(table))
                    .containsExactly(
                            "e86e657a-d840-4c09-afe3-a1a5f665cf44",
                            "1 2048 128 0fc63daf-8483-4772-8e79-3d69d8477de4 1e25588c-27a9-4094-868c-2f257021f87b",
                            "2 4096 128 0fc63daf-8483-4772-8e79-3d69d8477de4 53d86ccf-3188-4b54-90d8-81866426b70a");
        }
    }

    @Test
    void findsHeadersOfSectorsThatTheImageDoesNotTellOf() throws IOException {
        Path image = Files.copy(Corpus.file("dissect.volume/gpt_4k.bin"), scratch.resolve("4k"));
        try (ImageFile disk = new ImageFile(image, 0x1060L * 4096, 512)) {
            PartitionTable table = PartitionTable.read(disk).orElseThrow();
            assertThat(table.sectorSize()).isEqualTo(4096);
            assertThat(table.partitions()).extracting(Partition::offset).startsWith(256L * 4096, 768L * 4096);
            assertThat(table.warnings()).containsExactly("the GPT's backup header has no signature");
        }
    }

    @Test
    void readsAHybridAndKeepsItsMbr() throws IOException {
        Path image = Files.copy(Corpus.file("dissect.volume/gpt.bin"), scratch.resolve("hybrid"));
        try (ImageFile disk = new ImageFile(image, 0x3a98000L * 512, 512)) {
            GptTable table = (GptTable) PartitionTable.read(disk).orElseThrow();
            assertThat(table.hybrid()).extracting(MbrEntry::type).containsExactly(0xee, 0x07);
            assertThat(table.partitions()).isNotEmpty();
            table.write(disk);
            assertThat(PartitionTable.read(disk).map(read -> ((GptTable) read).hybrid()))
                    .contains(table.hybrid());
        }
    }

    @Test
    void writesDisksOfLargeSectors() throws IOException {
        GptTable table =
                GptTable.layOut("4k", 4096, List.of(NewPartition.of(1, PartitionKind.LINUX, 3 * MEBIBYTE + 1)));
        try (ImageFile disk = new ImageFile(scratch.resolve("4k"), table.sectors() * 4096, 4096)) {
            table.write(disk);
            assertThat(PartitionTable.read(disk)).contains(table);
            assertThat(table.partitions().getFirst().offset()).isEqualTo(MEBIBYTE);
            assertThat(table.firstUsable()).isEqualTo(6);
        }
    }

    @Test
    void usesTheBackupWhereTheFirstHeaderIsBad() throws IOException {
        GptTable table = sample();
        try (ImageFile disk = new ImageFile(scratch.resolve("image"), table.sectors() * 512, 512)) {
            for (long spoilt : new long[] {512 + 56, 1024 + 3}) {
                table.write(disk);
                disk.write(spoilt, ByteBuffer.wrap(new byte[] {0x5a}));
                PartitionTable read = PartitionTable.read(disk).orElseThrow();
                assertThat(read.partitions()).isEqualTo(table.partitions());
                assertThat(read.warnings()).singleElement().asString().contains("wrong checksum");
                read.write(disk);
                assertThat(PartitionTable.read(disk)).contains(table);
            }
        }
    }

    @Test
    void saysSoWhereTheBackupIsBadOrElsewhere() throws IOException {
        GptTable table = sample();
        Path image = scratch.resolve("image");
        try (ImageFile disk = new ImageFile(image, table.sectors() * 512, 512)) {
            table.write(disk);
            disk.write((table.sectors() - 1) * 512, ByteBuffer.allocate(512));
            assertThat(PartitionTable.read(disk).orElseThrow().warnings())
                    .containsExactly("the GPT's backup header has no signature");
            table.write(disk);
        }
        try (ImageFile grown = new ImageFile(image, (table.sectors() + 100) * 512, 512)) {
            GptTable read = (GptTable) PartitionTable.read(grown).orElseThrow();
            assertThat(read.warnings()).singleElement().asString().contains("not in the disk's last");
            read.write(grown);
            assertThat(PartitionTable.read(grown)).contains(table.onDiskOf(table.sectors() + 100));
        }
    }

    @Test
    void refusesAProtectiveMbrWithoutAGpt() throws IOException {
        GptTable table = sample();
        try (ImageFile disk = new ImageFile(scratch.resolve("image"), table.sectors() * 512, 512)) {
            table.write(disk);
            disk.write(512, ByteBuffer.allocate(512));
            disk.write((table.sectors() - 1) * 512, ByteBuffer.allocate(512));
            assertThatExceptionOfType(VolumeException.class)
                    .isThrownBy(() -> PartitionTable.read(disk))
                    .withMessageContaining("repair it with gdisk");
        }
    }

    @Test
    void refusesToWriteOverlappingOrOutlyingPartitions() throws IOException {
        GptTable table = sample();
        GptEntry one = table.entries().getFirst();
        GptEntry same = new GptEntry(9, one.type(), new UUID(1, 1), one.first(), one.last(), 0, "");
        GptEntry outside = new GptEntry(9, one.type(), new UUID(1, 1), table.sectors() - 20, table.sectors(), 0, "");
        GptEntry early = new GptEntry(9, one.type(), new UUID(1, 1), 20, 30, 0, "");
        try (ImageFile disk = new ImageFile(scratch.resolve("image"), table.sectors() * 512, 512)) {
            for (GptEntry wrong : List.of(same, outside, early)) {
                GptTable bad = new GptTable(
                        512,
                        table.sectors(),
                        table.disk(),
                        34,
                        table.array(),
                        List.of(one, wrong),
                        List.of(),
                        List.of());
                assertThatExceptionOfType(VolumeException.class).isThrownBy(() -> bad.write(disk));
            }
            assertThat(PartitionTable.read(disk)).isEmpty();
        }
    }

    private static GptTable sample() throws VolumeException {
        return GptTable.layOut(
                "sample",
                512,
                List.of(
                        NewPartition.of(1, PartitionKind.BIOS_BOOT, MEBIBYTE),
                        NewPartition.of(2, PartitionKind.LINUX, 4 * MEBIBYTE)));
    }
}
