package dev.bothways.filesystem.partition;

import java.nio.ByteBuffer;

/**
 * One used entry of an MBR, or of a sector in the chain of an extended partition; numbers in sectors from the disk's start.
 *
 * @param number as Linux counts: 1 to 4 in the MBR itself, logical ones from 5 on
 * @param active the boot flag
 * @param type 1 to 255
 * @param first its first sector
 * @param count how many sectors; more than zero
 * @param chainSector the sector whose entry this is: 0, or that of the chain's link
 */
public record MbrEntry(int number, boolean active, int type, long first, long count, long chainSector) {

    /** The types that hold a chain of logical partitions instead of a volume. */
    public boolean extended() {
        return type == 0x05 || type == 0x0f || type == 0x85;
    }

    /** Where it ends, in sectors, exclusive. */
    public long end() {
        return first + count;
    }

    /** The 16 bytes at {@code at}; the numbers in them count from {@code origin}. */
    void write(ByteBuffer sector, int at, long origin) {
        writeRaw(sector, at, active, type, first, count, first - origin);
    }

    /** A link to the next sector of an extended partition's chain. */
    static void writeLink(ByteBuffer sector, int at, long next, long count, long base) {
        writeRaw(sector, at, false, 0x05, next, count, next - base);
    }

    private static void writeRaw(
            ByteBuffer sector, int at, boolean active, int type, long first, long count, long relative) {
        sector.put(at, (byte) (active ? 0x80 : 0));
        putGeometry(sector, at + 1, first);
        sector.put(at + 4, (byte) type);
        putGeometry(sector, at + 5, first + count - 1);
        sector.putInt(at + 8, (int) relative);
        sector.putInt(at + 12, (int) count);
    }

    /**
     * Cylinder, head and sector of a disk with 255 heads and 63 sectors a track, as fdisk writes them. What lies beyond the
     * last address that fits is written as that address.
     */
    private static void putGeometry(ByteBuffer sector, int at, long lba) {
        long cylinder = lba / (255 * 63);
        int head = (int) (lba / 63 % 255);
        int track = (int) (lba % 63) + 1;
        if (cylinder > 1023) {
            cylinder = 1023;
            head = 254;
            track = 63;
        }
        sector.put(at, (byte) head);
        sector.put(at + 1, (byte) (track | (cylinder >> 2 & 0xc0)));
        sector.put(at + 2, (byte) cylinder);
    }
}
