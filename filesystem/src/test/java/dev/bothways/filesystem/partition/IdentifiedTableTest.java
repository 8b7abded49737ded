package dev.bothways.filesystem.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.MemoryDisk;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table gets other identities, and nothing else about the disk changes. */
class IdentifiedTableTest {
    private static final List<NewPartition> WANTED = List.of(
            NewPartition.of(1, PartitionKind.LINUX, 3 << 20), NewPartition.of(2, PartitionKind.LINUX_SWAP, 1 << 20));

    private static void changesNamesAlone(PartitionTable table) throws IOException {
        MemoryDisk disk = new MemoryDisk(table.sectors() * table.sectorSize());
        table.write(disk);
        PartitionTable before = PartitionTable.read(disk).orElseThrow();
        before.identified("other words").writeIdentity(disk);
        PartitionTable after = PartitionTable.read(disk).orElseThrow();
        assertThat(after.warnings()).isEmpty();
        assertThat(after.uuid()).isNotEqualTo(before.uuid());
        assertThat(after.partitions())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("uuid")
                .isEqualTo(before.partitions());
        assertThat(after.partitions())
                .extracting(Partition::uuid)
                .doesNotContainAnyElementsOf(
                        before.partitions().stream().map(Partition::uuid).toList());
        assertThat(before.identified("other words").uuid()).isEqualTo(after.uuid());
    }

    @Test
    void changesTheNamesOfAGpt() throws IOException {
        changesNamesAlone(GptTable.layOut("words", 512, WANTED));
        changesNamesAlone(GptTable.layOut("words", 4096, WANTED));
    }

    @Test
    void changesTheNamesOfAnMbr() throws IOException {
        changesNamesAlone(MbrTable.layOut("words", 512, WANTED));
    }
}
