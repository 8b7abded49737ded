package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The grains of a stream whose directory is damaged, found by going from marker to marker. A stream that ends before the marker
 * of its directory lacks data, and is refused.
 */
final class MarkedGrains implements GrainLookup {
    private static final int SECTOR = SparseHeader.SECTOR;
    /** 1 TiB in grains of 64 KiB: 64 MiB of memory. */
    private static final long MOST_GRAINS = 1 << 24;

    static final int END = 0;
    static final int TABLE = 1;
    static final int DIRECTORY = 2;
    static final int FOOTER = 3;

    private final HostFile file;
    private final SparseHeader header;
    private final long fileLength;
    /** Sector numbers, in tables of {@link SparseHeader#TABLE_ENTRIES}. */
    private final NavigableMap<Long, int[]> tables = new TreeMap<>();

    private long found;

    private MarkedGrains(HostFile file, SparseHeader header) throws IOException {
        this.file = file;
        this.header = header;
        this.fileLength = file.size();
    }

    /** Goes through the stream. */
    static MarkedGrains find(HostFile file, SparseHeader header) throws IOException {
        MarkedGrains grains = new MarkedGrains(file, header);
        grains.scan();
        return grains;
    }

    private void scan() throws IOException {
        long descriptorEnd = header.descriptorAt() + header.descriptorLength();
        long at = Math.max(1, header.overhead() > 0 ? header.overhead() : descriptorEnd) * SECTOR;
        ByteBuffer marker = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        while (at > 0 && at <= fileLength - SECTOR) {
            file.read(at, marker.clear());
            long value = marker.getLong(0);
            long size = Integer.toUnsignedLong(marker.getInt(8));
            if (size > 0) {
                at = grain(value, size, at);
                continue;
            }
            switch (marker.getInt(12)) {
                case END -> {
                    if (at == fileLength - SECTOR && found > 0) {
                        return; // Old programs put the directory in front.
                    }
                    throw truncated(at);
                }
                case TABLE -> at = Math.addExact(at, (1 + checkedSectors(value, at)) * SECTOR);
                case DIRECTORY, FOOTER -> {
                    return;
                }
                default -> throw damaged(at);
            }
        }
        throw truncated(fileLength);
    }

    private long checkedSectors(long value, long at) throws DiskImageException {
        if (value < 0 || value > fileLength / SECTOR) {
            throw damaged(at);
        }
        return value;
    }

    /** Notes a grain, and gives the byte behind it. */
    private long grain(long sector, long size, long at) throws DiskImageException {
        if (sector < 0 || sector >= header.capacity() || sector % header.grain() != 0) {
            throw damaged(at);
        }
        long next = at + Math.ceilDiv(size + PackedGrains.MARKER_BYTES, SECTOR) * SECTOR;
        if (next > fileLength) {
            throw truncated(at);
        }
        if (++found > MOST_GRAINS || at / SECTOR > 0xFFFF_FFFFL) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "the grain directory is damaged, and the stream too long to do without");
        }
        long grain = sector / header.grain();
        int[] table = tables.computeIfAbsent(
                grain / SparseHeader.TABLE_ENTRIES, index -> new int[SparseHeader.TABLE_ENTRIES]);
        table[(int) (grain % SparseHeader.TABLE_ENTRIES)] = (int) (at / SECTOR);
        return next;
    }

    private DiskImageException truncated(long at) {
        return new DiskImageException(
                Kind.TRUNCATED,
                file.path(),
                at,
                "the stream ends here, before its grain directory; copy it again from where it came from");
    }

    private DiskImageException damaged(long at) {
        return new DiskImageException(
                Kind.MALFORMED,
                file.path(),
                at,
                "the grain directory is damaged, and so is the marker here; copy it again from where it came from");
    }

    @Override
    public long grains() {
        return header.grains();
    }

    @Override
    public long place(long grain) {
        int[] table = tables.get(grain / SparseHeader.TABLE_ENTRIES);
        long sector = table == null ? 0 : Integer.toUnsignedLong(table[(int) (grain % SparseHeader.TABLE_ENTRIES)]);
        return sector == 0 ? ABSENT : sector * SECTOR;
    }

    @Override
    public long behindAbsentTable(long grain) {
        long index = grain / SparseHeader.TABLE_ENTRIES;
        Long next = tables.ceilingKey(index);
        if (next == null) {
            return Math.max(grain, grains());
        }
        return next == index ? grain : next * SparseHeader.TABLE_ENTRIES;
    }

    @Override
    public List<Range> fixedParts() {
        return List.of(new Range("the header", 0, SECTOR));
    }
}
