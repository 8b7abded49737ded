package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.VolumeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Follows the chain of logical partitions behind an MBR. */
final class MbrReader {
    /** As many as Linux gives device names to. */
    private static final int MOST_PARTITIONS = 256;

    private final VirtualDisk disk;
    private final MbrSector mbr;
    private final long sectors;
    private final List<MbrEntry> entries;
    private final List<String> warnings = new ArrayList<>();

    MbrReader(VirtualDisk disk, MbrSector mbr) {
        this.disk = disk;
        this.mbr = mbr;
        this.sectors = disk.size() / mbr.sectorSize();
        this.entries = new ArrayList<>(mbr.entries());
    }

    MbrTable read() throws IOException {
        Optional<MbrEntry> extended = Optional.empty();
        for (MbrEntry entry : mbr.entries()) {
            if (entry.extended() && extended.isEmpty()) {
                extended = Optional.of(entry);
            } else if (entry.extended()) {
                warnings.add("partition " + entry.number() + " is a second extended one, which is not looked into");
            }
        }
        if (extended.isPresent()) {
            follow(extended.get());
        }
        warnings.addAll(Span.beyond(MbrSector.spans(entries), sectors));
        warnings.addAll(Span.overlaps(MbrSector.spans(volumes())));
        return new MbrTable(mbr.sectorSize(), sectors, mbr.signature(), entries, warnings);
    }

    private List<MbrEntry> volumes() {
        return entries.stream().filter(entry -> !entry.extended()).toList();
    }

    private void follow(MbrEntry extended) throws IOException {
        Set<Long> seen = new HashSet<>();
        Optional<Long> next = Optional.of(extended.first());
        int number = 5;
        while (next.isPresent()) {
            long at = next.get();
            if (at == 0 || !seen.add(at)) {
                throw new VolumeException(
                        Kind.UNSAFE,
                        "the chain of logical partitions leads back to sector " + at + ", which it has passed");
            }
            if (seen.size() > MOST_PARTITIONS || number > MOST_PARTITIONS) {
                throw new VolumeException(
                        Kind.UNSAFE, "the chain of logical partitions has more than " + MOST_PARTITIONS + " links");
            }
            next = Optional.empty();
            for (MbrEntry entry : link(at, extended.first())) {
                if (!entry.extended()) {
                    entries.add(new MbrEntry(number++, entry.active(), entry.type(), entry.first(), entry.count(), at));
                } else if (next.isEmpty()) {
                    next = Optional.of(entry.first());
                }
            }
        }
    }

    /** The entries of one sector of the chain; none, with a warning, where it is not one: Linux ends the chain there too. */
    private List<MbrEntry> link(long at, long base) throws IOException {
        if (at >= sectors) {
            warnings.add("the chain of logical partitions leads to sector " + at + ", beyond the disk's end");
            return List.of();
        }
        ByteBuffer sector = Sectors.read(disk, at * mbr.sectorSize(), 512);
        if (sector.getShort(MbrSector.MAGIC) != MbrSector.MAGIC_VALUE) {
            warnings.add("the chain of logical partitions ends at sector " + at + ", which is no part of one");
            return List.of();
        }
        return MbrSector.entries(sector, at, base);
    }
}
