package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.VolumeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A GUID partition table (UEFI 2.10, section 5.3): in sector 0 an MBR whose entry of type ee covers the disk, in sector 1 a
 * header with a checksum, mostly from sector 2 on an array of entries of mostly 128 bytes with a checksum of their own; at the
 * disk's end the array again and then, in the last sector, a second header.
 *
 * @param sectorSize the unit of its numbers, in bytes
 * @param sectors the disk's size; the second header goes into the last one
 * @param disk the disk's identity
 * @param firstUsable the first sector that a partition may take
 * @param array how the array of entries is kept
 * @param entries the used entries, by number
 * @param hybrid the entries of the MBR, where it has others than the one of type ee; else none
 * @param warnings what is wrong with it
 */
public record GptTable(
        int sectorSize,
        long sectors,
        UUID disk,
        long firstUsable,
        Array array,
        List<GptEntry> entries,
        List<MbrEntry> hybrid,
        List<String> warnings)
        implements PartitionTable {

    /**
     * The array of entries.
     *
     * @param at the first one's sector at the disk's start
     * @param slots how many entries it has
     * @param entrySize how many bytes an entry has: 128 times a power of two
     */
    public record Array(long at, int slots, int entrySize) {
        long sectors(int sectorSize) {
            return Math.ceilDiv((long) slots * entrySize, sectorSize);
        }
    }

    /** Keeps copies. */
    public GptTable {
        entries = List.copyOf(entries);
        hybrid = List.copyOf(hybrid);
        warnings = List.copyOf(warnings);
    }

    /**
     * Places partitions one after the other, each on a boundary of 1 MiB, the first at 1 MiB. {@link #sectors} of the result
     * is the smallest disk that it fits on, in whole MiB.
     *
     * @param identity words that make the GUIDs of the disk and of its partitions: the same words, the same GUIDs
     */
    public static GptTable layOut(String identity, int sectorSize, List<NewPartition> wanted) throws VolumeException {
        Array array = new Array(2, 128, GptEntry.SMALLEST);
        long step = ALIGNMENT / sectorSize;
        long next = step;
        List<GptEntry> entries = new ArrayList<>();
        Set<Integer> numbers = new HashSet<>();
        for (NewPartition partition : wanted) {
            UUID type = partition
                    .kind()
                    .gptType()
                    .orElseThrow(() ->
                            unfit("a GPT has no type for " + partition.kind().description()));
            if (partition.number() > array.slots || !numbers.add(partition.number())) {
                throw unfit("the number " + partition.number() + " is not free in it");
            }
            long last = Math.addExact(next, Math.ceilDiv(partition.length(), sectorSize)) - 1;
            UUID uuid = Identity.uuid(identity + ", partition " + partition.number());
            long attributes = partition.bootable() ? GptEntry.BIOS_BOOTS : 0;
            entries.add(new GptEntry(partition.number(), type, uuid, next, last, attributes, partition.name()));
            next = Math.ceilDiv(last + 1, step) * step;
        }
        entries.sort(Comparator.comparingInt(GptEntry::number));
        long sectors = Math.ceilDiv(next + array.sectors(sectorSize) + 1, step) * step;
        long firstUsable = array.at + array.sectors(sectorSize);
        return new GptTable(
                sectorSize, sectors, Identity.uuid(identity), firstUsable, array, entries, List.of(), List.of());
    }

    /** The same table for a disk of another size: the second header moves to its end. */
    public GptTable onDiskOf(long newSectors) {
        return new GptTable(sectorSize, newSectors, disk, firstUsable, array, entries, hybrid, List.of());
    }

    @Override
    public String uuid() {
        return disk.toString();
    }

    @Override
    public GptTable identified(String words) {
        List<GptEntry> own = entries.stream()
                .map(entry -> new GptEntry(
                        entry.number(),
                        entry.type(),
                        Identity.uuid(words + ", partition " + entry.number()),
                        entry.first(),
                        entry.last(),
                        entry.attributes(),
                        entry.name()))
                .toList();
        return new GptTable(sectorSize, sectors, Identity.uuid(words), firstUsable, array, own, hybrid, warnings);
    }

    @Override
    public void writeIdentity(VirtualDisk disk) throws IOException {
        write(disk);
    }

    @Override
    public List<Partition> partitions() {
        return entries.stream()
                .filter(entry -> entry.first() >= 0
                        && entry.first() < sectors
                        && Long.compareUnsigned(entry.first(), entry.last()) <= 0)
                .map(this::partition)
                .toList();
    }

    private Partition partition(GptEntry entry) {
        long last = Long.compareUnsigned(entry.last(), sectors) < 0 ? entry.last() : sectors - 1;
        return new Partition(
                entry.number(),
                entry.first() * sectorSize,
                (last + 1 - entry.first()) * sectorSize,
                entry.type().toString(),
                PartitionKind.ofGpt(entry.type()),
                entry.name().isEmpty() ? Optional.empty() : Optional.of(entry.name()),
                Optional.of(entry.uuid().toString()),
                (entry.attributes() & GptEntry.BIOS_BOOTS) != 0);
    }

    @Override
    public void write(VirtualDisk target) throws IOException {
        long last = sectors - 1;
        long arraySectors = array.sectors(sectorSize);
        long lastUsable = last - arraySectors - 1;
        check(target, lastUsable);
        ByteBuffer bytes = Sectors.zeros(Math.toIntExact(arraySectors * sectorSize));
        for (GptEntry entry : entries) {
            int at = (entry.number() - 1) * array.entrySize;
            entry.write(bytes.slice(at, array.entrySize).order(bytes.order()));
        }
        int sum = GptHeader.sum(bytes.slice(0, array.slots * array.entrySize));
        long backupAt = last - arraySectors;
        GptHeader primary =
                new GptHeader(1, last, firstUsable, lastUsable, disk, array.at, array.slots, array.entrySize, sum);
        GptHeader backup =
                new GptHeader(last, 1, firstUsable, lastUsable, disk, backupAt, array.slots, array.entrySize, sum);
        Sectors.write(target, backupAt * sectorSize, bytes);
        Sectors.write(target, last * sectorSize, backup.write(sectorSize));
        Sectors.write(target, array.at * sectorSize, bytes);
        Sectors.write(target, sectorSize, primary.write(sectorSize));
        ByteBuffer sector = Sectors.read(target, 0, 512);
        if (hybrid.isEmpty()) {
            MbrEntry protective = new MbrEntry(1, false, 0xee, 1, Math.min(last, 0xffff_ffffL), 0);
            MbrSector.write(sector, List.of(protective));
        } else {
            MbrSector.write(sector, hybrid);
        }
        Sectors.write(target, 0, sector);
    }

    private void check(VirtualDisk target, long lastUsable) throws VolumeException {
        List<Span> spans = entries.stream().map(GptEntry::span).toList();
        List<String> faults = new ArrayList<>(Span.beyond(spans, lastUsable + 1));
        if (faults.isEmpty()) {
            faults.addAll(Span.overlaps(spans));
        }
        for (Span span : spans) {
            if (span.first() < firstUsable) {
                faults.add("partition " + span.number() + " begins before the first usable sector, " + firstUsable);
            }
        }
        if (target.size() / sectorSize < sectors) {
            faults.add("it is for a disk of " + sectors + " sectors, and this one has " + target.size() / sectorSize);
        }
        if (firstUsable > lastUsable || array.at + array.sectors(sectorSize) > firstUsable) {
            faults.add("it leaves no room for partitions");
        }
        if (!faults.isEmpty()) {
            throw new VolumeException(Kind.MALFORMED, "the partition table cannot be written: " + faults.getFirst());
        }
    }

    private static VolumeException unfit(String why) {
        return new VolumeException(Kind.UNSUPPORTED, "the partitions do not fit into a GPT: " + why);
    }
}
