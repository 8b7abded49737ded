package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.VolumeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A partition table in a PC's master boot record.
 *
 * <p>Sector 0: boot code (0 to 439), the disk's signature (440 to 443), two bytes that are mostly zero, four entries of 16 bytes
 * from 446 on, {@code 55 aa}. An entry: boot flag, first sector as cylinder/head/sector, type, last sector likewise, first
 * sector, count of sectors (both 32 bits). An entry of type 5, f or 85 holds logical partitions: its first sector has an entry
 * for the first of them, counted from this sector, and one that leads to the next such sector, counted from the start of the
 * whole; and so on. (There is no specification; this is what Linux' {@code block/partitions/msdos.c} reads and util-linux'
 * fdisk writes. UEFI 2.10 section 5.2.1 describes the four entries.)
 *
 * @param sectorSize the unit of its numbers, in bytes
 * @param sectors the disk's size
 * @param signature the disk's number; zero for none
 * @param entries the used entries: the MBR's own, extended ones among them, then the logical ones in the order of their chain
 * @param warnings what is wrong with it
 */
public record MbrTable(int sectorSize, long sectors, int signature, List<MbrEntry> entries, List<String> warnings)
        implements PartitionTable {
    private static final long MOST_SECTORS = 0xffff_ffffL;

    /** Keeps copies. */
    public MbrTable {
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
    }

    /**
     * Places partitions one after the other, each on a boundary of 1 MiB, the first at 1 MiB. Those numbered 5 and on become
     * logical ones in an extended one, which gets the highest free number up to 4; they stand last in {@code wanted}. {@link
     * #sectors} of the result is the smallest disk that it fits on, in whole MiB.
     *
     * @param identity words that make the disk's signature: the same words, the same signature
     */
    public static MbrTable layOut(String identity, int sectorSize, List<NewPartition> wanted) throws VolumeException {
        return new MbrLayout(identity, sectorSize).place(wanted);
    }

    @Override
    public String uuid() {
        return String.format("%08x", signature);
    }

    @Override
    public MbrTable identified(String words) {
        return new MbrTable(sectorSize, sectors, Identity.signature(words), entries, warnings);
    }

    @Override
    public void writeIdentity(VirtualDisk disk) throws IOException {
        ByteBuffer sector = Sectors.read(disk, 0, 512);
        sector.putInt(MbrSector.SIGNATURE, signature);
        Sectors.write(disk, 0, sector);
    }

    @Override
    public List<Partition> partitions() {
        return entries.stream()
                .filter(entry -> !entry.extended() && entry.first() < sectors)
                .map(this::partition)
                .toList();
    }

    private Partition partition(MbrEntry entry) {
        long end = Math.min(entry.end(), sectors);
        Optional<String> uuid =
                signature == 0 ? Optional.empty() : Optional.of(String.format("%08x-%02x", signature, entry.number()));
        return new Partition(
                entry.number(),
                entry.first() * sectorSize,
                (end - entry.first()) * sectorSize,
                String.format("0x%02x", entry.type()),
                PartitionKind.ofMbr(entry.type()),
                Optional.empty(),
                uuid,
                entry.active());
    }

    @Override
    public void write(VirtualDisk disk) throws IOException {
        List<String> faults = new ArrayList<>(Span.beyond(MbrSector.spans(entries), disk.size() / sectorSize));
        List<MbrEntry> volumes =
                entries.stream().filter(entry -> !entry.extended()).toList();
        faults.addAll(Span.overlaps(MbrSector.spans(volumes)));
        if (!faults.isEmpty()) {
            throw new VolumeException(Kind.MALFORMED, "the partition table cannot be written: " + faults.getFirst());
        }
        for (MbrEntry entry : entries) {
            if (entry.first() > MOST_SECTORS || entry.count() > MOST_SECTORS) {
                throw new VolumeException(
                        Kind.UNSUPPORTED,
                        "an MBR cannot hold partition " + entry.number() + " beyond 2^32 sectors; use a GPT");
            }
        }
        for (MbrEntry entry : entries) {
            if (entry.extended()) {
                writeChain(disk, entry);
                break;
            }
        }
        ByteBuffer sector = Sectors.read(disk, 0, 512);
        sector.putInt(MbrSector.SIGNATURE, signature);
        MbrSector.write(sector, entries);
        Sectors.write(disk, 0, sector);
    }

    private void writeChain(VirtualDisk disk, MbrEntry extended) throws IOException {
        // The chain begins in the extended partition's first sector, even if that one names no volume.
        Map<Long, List<MbrEntry>> chain = new LinkedHashMap<>();
        chain.put(extended.first(), new ArrayList<>());
        for (MbrEntry entry : entries) {
            if (entry.number() > 4) {
                chain.computeIfAbsent(entry.chainSector(), ignored -> new ArrayList<>())
                        .add(entry);
            }
        }
        List<Long> links = List.copyOf(chain.keySet());
        for (int i = 0; i < links.size(); i++) {
            long at = links.get(i);
            ByteBuffer sector = Sectors.zeros(512);
            int slot = MbrSector.ENTRIES;
            for (MbrEntry volume : at(chain, at)) {
                volume.write(sector, slot, at);
                slot += MbrSector.ENTRY;
            }
            if (i + 1 < links.size()) {
                long next = links.get(i + 1);
                long end =
                        at(chain, next).stream().mapToLong(MbrEntry::end).max().orElse(next + 1);
                int place = Math.max(slot, MbrSector.ENTRIES + MbrSector.ENTRY);
                MbrEntry.writeLink(sector, place, next, end - next, extended.first());
            }
            sector.putShort(MbrSector.MAGIC, MbrSector.MAGIC_VALUE);
            Sectors.write(disk, at * sectorSize, sector);
        }
    }

    private static Collection<MbrEntry> at(Map<Long, List<MbrEntry>> chain, long sector) {
        return chain.getOrDefault(sector, List.of());
    }
}
