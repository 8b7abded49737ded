package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first sector of a disk that may be an MBR.
 *
 * @param signature the disk's own number, bytes 440 to 443
 * @param entries the used ones of the four entries from byte 446 on
 */
record MbrSector(int sectorSize, int signature, List<MbrEntry> entries) {
    static final int SIGNATURE = 440;
    static final int ENTRIES = 446;
    static final int ENTRY = 16;
    static final int MAGIC = 510;
    static final short MAGIC_VALUE = (short) 0xaa55;
    private static final int PROTECTIVE = 0xee;

    /** The first sector; empty where its signature or a boot flag that is neither 0 nor 0x80 says that it is no MBR. */
    static Optional<MbrSector> read(VirtualDisk disk) throws IOException {
        if (disk.size() < 512) {
            return Optional.empty();
        }
        ByteBuffer sector = Sectors.read(disk, 0, 512);
        if (sector.getShort(MAGIC) != MAGIC_VALUE) {
            return Optional.empty();
        }
        for (int slot = 0; slot < 4; slot++) {
            if ((sector.get(ENTRIES + ENTRY * slot) & 0x7f) != 0) {
                return Optional.empty();
            }
        }
        List<MbrEntry> entries = entries(sector, 0, 0);
        return Optional.of(new MbrSector(disk.sectorSize(), sector.getInt(SIGNATURE), entries));
    }

    /** The used entries of a sector, numbered by their place from 1 on. */
    static List<MbrEntry> entries(ByteBuffer sector, long chainSector, long base) {
        List<MbrEntry> entries = new ArrayList<>();
        for (int slot = 0; slot < 4; slot++) {
            int at = ENTRIES + ENTRY * slot;
            int type = Byte.toUnsignedInt(sector.get(at + 4));
            long count = Sectors.unsigned(sector, at + 12);
            if (type == 0 || count == 0) {
                continue;
            }
            // Links count from the extended partition's start, volumes from the sector that names them.
            boolean link = type == 0x05 || type == 0x0f || type == 0x85;
            long first = Sectors.unsigned(sector, at + 8) + (link ? base : chainSector);
            boolean active = sector.get(at) == (byte) 0x80;
            entries.add(new MbrEntry(slot + 1, active, type, first, count, chainSector));
        }
        return List.copyOf(entries);
    }

    /** Whether a GPT follows. */
    boolean protective() {
        return entries.stream().anyMatch(entry -> entry.type() == PROTECTIVE);
    }

    /** Whether there are partitions and all of them lie on the disk, without overlaps. */
    boolean plausible(VirtualDisk disk) {
        long sectors = disk.size() / sectorSize;
        List<Span> spans = spans(entries);
        return !entries.isEmpty()
                && spans.stream().noneMatch(span -> span.first() == 0 || span.outside(sectors))
                && Span.overlaps(spans).isEmpty();
    }

    static List<Span> spans(List<MbrEntry> entries) {
        return entries.stream()
                .map(entry -> new Span(entry.number(), entry.first(), entry.end()))
                .toList();
    }

    /** Four entries and the magic number into the sector; what is before them stays. */
    static void write(ByteBuffer sector, List<MbrEntry> entries) {
        sector.put(ENTRIES, new byte[4 * ENTRY]);
        for (MbrEntry entry : entries) {
            if (entry.number() <= 4) {
                entry.write(sector, ENTRIES + ENTRY * (entry.number() - 1), 0);
            }
        }
        sector.putShort(MAGIC, MAGIC_VALUE);
    }
}
