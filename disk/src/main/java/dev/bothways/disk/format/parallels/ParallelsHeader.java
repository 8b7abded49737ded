package dev.bothways.disk.format.parallels;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The header of an expanding image, 64 bytes, little-endian (qemu's {@code docs/interop/parallels.rst}). A plain record of
 * its fields: {@link ParallelsStructure} judges them. Numbers of 32 bits are unsigned.
 *
 * @param extended whether it is of the later kind, whose table counts clusters and not sectors
 * @param clusterSectors sectors of 512 bytes in a cluster
 * @param entries of the table
 * @param sectors what the guest sees, in sectors of 512 bytes
 * @param inUse {@link #OPEN} while a program writes to it
 * @param dataSector where the clusters begin, in sectors; 0 for "after the table"
 * @param extensionSector where the extension lies, in sectors; 0 for nowhere
 */
record ParallelsHeader(
        boolean extended,
        int version,
        long clusterSectors,
        long entries,
        long sectors,
        int inUse,
        long dataSector,
        int flags,
        long extensionSector) {

    static final int BYTES = 64;
    static final int SECTOR_BYTES = 512;
    static final int OPEN = 0x746F6E59;
    static final int CLOSED = 0x312E3276;
    static final int EMPTY = 1;
    private static final String PLAIN_MARK = "WithoutFreeSpace";
    private static final String EXTENDED_MARK = "WithouFreSpacExt";

    private static String mark(ByteBuffer in) {
        byte[] mark = new byte[PLAIN_MARK.length()];
        in.get(0, mark);
        return new String(mark, StandardCharsets.ISO_8859_1);
    }

    /** Whether these bytes begin with one of the two marks. */
    static boolean hasMark(ByteBuffer in) {
        String mark = mark(in);
        return mark.equals(PLAIN_MARK) || mark.equals(EXTENDED_MARK);
    }

    static ParallelsHeader parse(ByteBuffer in) {
        boolean extended = mark(in).equals(EXTENDED_MARK);
        return new ParallelsHeader(
                extended,
                in.getInt(16),
                unsigned(in, 28),
                unsigned(in, 32),
                extended ? in.getLong(36) : unsigned(in, 36), // The higher half is no one's in the older kind.
                in.getInt(44),
                unsigned(in, 48),
                in.getInt(52),
                in.getLong(56));
    }

    private static long unsigned(ByteBuffer in, int at) {
        return Integer.toUnsignedLong(in.getInt(at));
    }

    long clusterBytes() {
        return clusterSectors * SECTOR_BYTES;
    }

    /** How many bytes an entry of the table counts. */
    long entryUnit() {
        return extended ? clusterBytes() : SECTOR_BYTES;
    }
}
