package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The first sector of a sparse extent, or the footer of a stream. Little-endian; all numbers are sectors of 512 bytes.
 *
 * @param flags see the constants
 * @param capacity what the guest sees
 * @param grain the unit in which space is given out
 * @param descriptorAt where the embedded descriptor lies; zero where there is none
 * @param tableEntries entries of a grain table
 * @param spareDirectoryAt where the redundant grain directory lies
 * @param directoryAt where the grain directory lies; {@link #AT_END} where the footer tells
 * @param overhead where the first grain may lie
 */
record SparseHeader(
        int version,
        int flags,
        long capacity,
        long grain,
        long descriptorAt,
        long descriptorLength,
        long tableEntries,
        long spareDirectoryAt,
        long directoryAt,
        long overhead,
        boolean unclean,
        int compression) {

    static final int BYTES = 512;
    static final int SECTOR = 512;
    /** "KDMV", as it stands in the file. */
    static final int MAGIC = 0x564D_444B;

    static final long AT_END = -1;
    static final int TABLE_ENTRIES = 512;
    static final int DEFLATE = 1;

    static final int NEWLINES = 1;
    static final int SPARE_DIRECTORY = 1 << 1;
    static final int ZERO_ENTRIES = 1 << 2;
    static final int COMPRESSED = 1 << 16;
    static final int MARKERS = 1 << 17;

    private static final int KNOWN = NEWLINES | SPARE_DIRECTORY | ZERO_ENTRIES | COMPRESSED | MARKERS;
    /** Line ends of Unix, none, and of Windows: a transfer as text changes them. */
    private static final int NEWLINE_BYTES = 0x0A0D_200A;

    private static final int NEWLINES_AT = 73;
    private static final long LARGEST_GRAIN = 0x20_0000;
    private static final long LARGEST_PACKED_GRAIN = (16 << 20) / SECTOR;
    static final long LARGEST = Long.MAX_VALUE / SECTOR;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** How many bytes a grain has. */
    long grainBytes() {
        return grain * SECTOR;
    }

    /** How many grain tables there are. */
    long tables() {
        return Math.ceilDiv(grains(), tableEntries);
    }

    /** How many grains there are. */
    long grains() {
        return Math.ceilDiv(capacity, grain);
    }

    /** These numbers with a footer's places of the directories. */
    SparseHeader withDirectoriesOf(SparseHeader footer) {
        return new SparseHeader(
                version,
                flags,
                capacity,
                grain,
                descriptorAt,
                descriptorLength,
                tableEntries,
                footer.spareDirectoryAt,
                footer.directoryAt,
                overhead,
                unclean,
                compression);
    }

    /** Whether a sector begins as a header does. */
    static boolean hasMagic(ByteBuffer sector) {
        return sector.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(0) == MAGIC;
    }

    /** Reads and judges the header at byte {@code position}. */
    static SparseHeader read(HostFile file, long position) throws IOException {
        if (file.size() - position < BYTES) {
            throw new DiskImageException(Kind.TRUNCATED, file.path(), "the file ends within its header");
        }
        ByteBuffer sector = ByteBuffer.allocate(BYTES);
        file.read(position, sector);
        return of(file.path(), sector.flip());
    }

    /** Understands and judges the sector at the position of {@code sector}. */
    static SparseHeader of(Path path, ByteBuffer sector) throws DiskImageException {
        ByteBuffer in = sector.slice().order(ByteOrder.LITTLE_ENDIAN);
        SparseHeader header = new SparseHeader(
                in.getInt(4),
                in.getInt(8),
                in.getLong(12),
                in.getLong(20),
                in.getLong(28),
                in.getLong(36),
                Integer.toUnsignedLong(in.getInt(44)),
                in.getLong(48),
                in.getLong(56),
                in.getLong(64),
                in.get(72) != 0,
                Short.toUnsignedInt(in.getShort(77)));
        header.check(path, in.getInt(NEWLINES_AT));
        return header;
    }

    private void check(Path path, int newlines) throws DiskImageException {
        if (version == 0 && flags == 0) {
            throw new DiskImageException(
                    Kind.MALFORMED, path, "the image was never finished: its header is empty; make it again");
        }
        if (version < 1 || version > 3) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "the header's version is " + version + "; only 1, 2 and 3 are known");
        }
        if ((flags & ~KNOWN) != 0) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "the header has the unknown flags %#x".formatted(flags & ~KNOWN));
        }
        if (has(NEWLINES) && newlines != NEWLINE_BYTES) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    "line ends in the header were changed: the file was transferred as text; transfer it again as binary");
        }
        if (has(COMPRESSED) && compression != DEFLATE) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "grains are compressed by the unknown method " + compression);
        }
        checkNumbers(path);
    }

    private void checkNumbers(Path path) throws DiskImageException {
        if (capacity < 0 || capacity > LARGEST) {
            throw malformed(path, "a capacity of " + Long.toUnsignedString(capacity) + " sectors");
        }
        long most = has(COMPRESSED) ? LARGEST_PACKED_GRAIN : LARGEST_GRAIN;
        if (grain < 1 || grain > most || Long.bitCount(grain) != 1) {
            throw malformed(path, "grains of " + Long.toUnsignedString(grain) + " sectors");
        }
        if (tableEntries < 1 || tableEntries > TABLE_ENTRIES || Long.bitCount(tableEntries) != 1) {
            throw malformed(path, "grain tables of " + tableEntries + " entries");
        }
        if (descriptorAt < 0 || descriptorAt > LARGEST || descriptorLength < 0 || descriptorLength > LARGEST) {
            throw malformed(path, "an embedded descriptor that lies nowhere");
        }
    }

    private static DiskImageException malformed(Path path, String what) {
        return new DiskImageException(Kind.MALFORMED, path, "the header tells of " + what);
    }

    /** The header as it stands in the file. */
    ByteBuffer bytes() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(version).putInt(flags);
        out.putLong(capacity).putLong(grain).putLong(descriptorAt).putLong(descriptorLength);
        out.putInt((int) tableEntries)
                .putLong(spareDirectoryAt)
                .putLong(directoryAt)
                .putLong(overhead);
        out.put((byte) (unclean ? 1 : 0)).putInt(NEWLINE_BYTES).putShort((short) compression);
        return out.clear();
    }
}
