package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A sparse extent being filled: header, descriptor, spare directory and tables, directory and tables, and grains on multiples of
 * their size. Only tables that tell something are written, each when all its grains are placed;
 * the others are holes.
 */
final class NewSparseExtent {
    static final int GRAIN_SECTORS = 128;
    static final int GRAIN_BYTES = GRAIN_SECTORS * SparseHeader.SECTOR;
    /** As VMware makes room for a descriptor. */
    static final int DESCRIPTOR_SECTORS = 20;

    private static final int SECTOR = SparseHeader.SECTOR;
    private static final int TABLE_SECTORS = SparseHeader.TABLE_ENTRIES * Integer.BYTES / SECTOR;
    private static final long MOST_SECTORS = 0xFFFF_FFFFL;
    private static final int ZERO = 1;

    private final HostFile file;
    private final long sectors;
    private final int descriptorSectors;
    private final int tables;
    private final int directorySectors;
    private final long overhead;
    /** The table of the grains that are being placed; those before it are written, for places ascend. */
    private final int[] table = new int[SparseHeader.TABLE_ENTRIES];

    private long currentTable = -1;
    private long end;
    private boolean zeros;

    /** An extent of so many guest bytes, whole sectors. */
    NewSparseExtent(HostFile file, long size, boolean embedsDescriptor) throws IOException {
        this.file = file;
        this.sectors = size / SECTOR;
        this.descriptorSectors = embedsDescriptor ? DESCRIPTOR_SECTORS : 0;
        this.tables = tables(size);
        this.directorySectors = directorySectors(tables);
        this.overhead = overhead(size, descriptorSectors);
        this.end = overhead;
        // A header of nothing but the mark: everybody takes the file for a damaged disk, nobody for a raw one.
        file.write(0, ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN).putInt(0, SparseHeader.MAGIC));
    }

    private static int tables(long size) {
        return Math.toIntExact(Math.ceilDiv(size, (long) GRAIN_BYTES * SparseHeader.TABLE_ENTRIES));
    }

    private static int directorySectors(int tables) {
        return Math.ceilDiv(tables * Integer.BYTES, SECTOR);
    }

    private static long overhead(long size, int descriptorSectors) {
        int tables = tables(size);
        long sectors = 1L + descriptorSectors + 2L * (directorySectors(tables) + (long) tables * TABLE_SECTORS);
        return Math.ceilDiv(sectors, GRAIN_SECTORS) * GRAIN_SECTORS;
    }

    /** Whether a disk of so many bytes has its place in one file, whose places have 32 bits. */
    static boolean holds(long size) {
        return size <= MOST_SECTORS * SECTOR
                && overhead(size, DESCRIPTOR_SECTORS) + Math.ceilDiv(size, (long) GRAIN_BYTES) * GRAIN_SECTORS
                        <= MOST_SECTORS;
    }

    HostFile file() {
        return file;
    }

    /** Gives out space for bytes {@code [offset, offset + length)} of the extent, which begins at byte {@code start} of the disk. */
    void place(long start, long offset, long length, List<Place> places) throws IOException {
        long until = offset + length;
        for (long at = offset; at < until; ) {
            long grain = at / GRAIN_BYTES;
            long inGrain = at - grain * GRAIN_BYTES;
            long count = Math.min(until - at, GRAIN_BYTES - inGrain);
            Place place = new Place(start + at, count, file, sectorOf(grain) * SECTOR + inGrain);
            Place last = places.isEmpty() ? place : places.getLast();
            if (last.file().equals(file)
                    && last.offset() + last.length() == place.offset()
                    && last.fileOffset() + last.length() == place.fileOffset()) {
                places.removeLast();
                place = new Place(last.offset(), last.length() + count, file, last.fileOffset());
            }
            places.add(place);
            at += count;
        }
    }

    /** The entry of a grain in its table, which becomes the current one. */
    private int entry(long grain) throws IOException {
        long index = grain / SparseHeader.TABLE_ENTRIES;
        if (index != currentTable) {
            writeTable();
            currentTable = index;
        }
        return (int) (grain % SparseHeader.TABLE_ENTRIES);
    }

    private long spareAt() {
        return 1L + descriptorSectors;
    }

    private long directoryAt() {
        return spareAt() + directorySectors + (long) tables * TABLE_SECTORS;
    }

    private void writeTable() throws IOException {
        if (currentTable < 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(TABLE_SECTORS * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(table);
        for (long directory : new long[] {spareAt(), directoryAt()}) {
            file.write((directory + directorySectors + currentTable * TABLE_SECTORS) * SECTOR, bytes.clear());
        }
        Arrays.fill(table, 0);
    }

    private long sectorOf(long grain) throws IOException {
        int entry = entry(grain);
        if (table[entry] == 0) {
            table[entry] = (int) end;
            end += GRAIN_SECTORS;
        }
        return Integer.toUnsignedLong(table[entry]);
    }

    /** Makes whole grains read as zeros. */
    void zero(long offset, long length) throws IOException {
        for (long grain = offset / GRAIN_BYTES; grain * GRAIN_BYTES < offset + length; grain++) {
            int entry = entry(grain);
            table[entry] = ZERO;
            zeros = true;
        }
    }

    /** Writes tables and descriptor; the header, which makes the file count, comes last. */
    void finish(String descriptor) throws IOException {
        file.resize(end * SECTOR);
        writeTable();
        writeDirectory(spareAt());
        writeDirectory(directoryAt());
        if (descriptorSectors > 0) {
            file.write(SECTOR, DescriptorArea.of(file.path(), descriptor, descriptorSectors));
        }
        file.force();
        SparseHeader header = new SparseHeader(
                zeros ? 2 : 1,
                SparseHeader.NEWLINES | SparseHeader.SPARE_DIRECTORY | (zeros ? SparseHeader.ZERO_ENTRIES : 0),
                sectors,
                GRAIN_SECTORS,
                descriptorSectors > 0 ? 1 : 0,
                descriptorSectors,
                SparseHeader.TABLE_ENTRIES,
                spareAt(),
                directoryAt(),
                overhead,
                false,
                0);
        file.write(0, header.bytes());
        file.force();
    }

    private void writeDirectory(long at) throws IOException {
        ByteBuffer directory = ByteBuffer.allocate(directorySectors * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tables; i++) {
            directory.putInt((int) (at + directorySectors + (long) i * TABLE_SECTORS));
        }
        file.write(at * SECTOR, directory.clear());
    }
}
