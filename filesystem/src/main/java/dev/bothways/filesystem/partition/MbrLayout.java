package dev.bothways.filesystem.partition;

import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.VolumeException.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gives new partitions their places in an MBR. */
final class MbrLayout {
    private final int sectorSize;
    private final long step;
    private final int signature;
    private final List<MbrEntry> entries = new ArrayList<>();
    private long next;

    MbrLayout(String identity, int sectorSize) {
        this.sectorSize = sectorSize;
        this.step = PartitionTable.ALIGNMENT / sectorSize;
        this.signature = Identity.signature(identity);
        this.next = step;
    }

    MbrTable place(List<NewPartition> wanted) throws VolumeException {
        Set<Integer> numbers = new HashSet<>();
        List<NewPartition> logical = new ArrayList<>();
        for (NewPartition partition : wanted) {
            if (!numbers.add(partition.number())) {
                throw unfit("two partitions are to have the number " + partition.number());
            }
            if (partition.number() > 4) {
                logical.add(partition);
            } else if (!logical.isEmpty()) {
                throw unfit("primary partition " + partition.number() + " is to stand behind a logical one");
            } else {
                entries.add(entry(partition, next, 0));
                next = aligned(entries.getLast().end());
            }
        }
        if (!logical.isEmpty()) {
            placeLogical(logical, numbers);
        }
        entries.sort(Comparator.comparingInt(MbrEntry::number));
        return new MbrTable(sectorSize, next, signature, entries, List.of());
    }

    private void placeLogical(List<NewPartition> logical, Set<Integer> numbers) throws VolumeException {
        int slot = 4;
        while (numbers.contains(slot)) {
            slot--;
        }
        if (slot == 0) {
            throw unfit("four primary partitions leave no entry for logical ones");
        }
        long base = next;
        List<MbrEntry> placed = new ArrayList<>();
        for (NewPartition partition : logical) {
            if (partition.number() != 5 + placed.size()) {
                throw unfit("logical partitions are numbered from 5 on without a gap, so " + partition.number()
                        + " cannot follow " + (4 + placed.size()));
            }
            MbrEntry entry = entry(partition, next + step, next);
            placed.add(entry);
            next = aligned(entry.end());
        }
        entries.add(new MbrEntry(slot, false, 0x05, base, next - base, 0));
        entries.addAll(placed);
    }

    private MbrEntry entry(NewPartition wanted, long first, long chainSector) throws VolumeException {
        int type = wanted.kind()
                .mbrType()
                .orElseThrow(
                        () -> unfit("an MBR has no type for " + wanted.kind().description()));
        long count = Math.ceilDiv(wanted.length(), sectorSize);
        if (first + count > 1L << 32) {
            throw unfit("partition " + wanted.number() + " would end beyond 2^32 sectors; use a GPT");
        }
        return new MbrEntry(wanted.number(), wanted.bootable(), type, first, count, chainSector);
    }

    private long aligned(long sector) {
        return Math.ceilDiv(sector, step) * step;
    }

    private static VolumeException unfit(String why) {
        return new VolumeException(Kind.UNSUPPORTED, "the partitions do not fit into an MBR: " + why);
    }
}
