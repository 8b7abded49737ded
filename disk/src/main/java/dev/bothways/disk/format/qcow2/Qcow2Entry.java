package dev.bothways.disk.format.qcow2;

/** What an entry of a table of clusters says (qcow2 specification, "Cluster mapping"). */
final class Qcow2Entry {
    static final long COPIED = 1L << 63;
    static final long COMPRESSED = 1L << 62;
    static final long ZERO = 1;
    /** Bits 9 to 55. */
    static final long OFFSET = 0x00FF_FFFF_FFFF_FE00L;

    private static final int SECTOR = 512;

    private Qcow2Entry() {}

    static long offset(long entry) {
        return entry & OFFSET;
    }

    static boolean isCompressed(long entry) {
        return (entry & COMPRESSED) != 0;
    }

    /** Whether the cluster lies in the file. In a file for data alone it may lie at 0. */
    static boolean isAllocated(long entry, boolean dataFile) {
        return offset(entry) != 0 || (dataFile && (entry & COPIED) != 0);
    }

    private static int lengthShift(int clusterBits) {
        return 62 - (clusterBits - 8);
    }

    /** Where the bytes of a compressed cluster begin. */
    static long packedOffset(long entry, int clusterBits) {
        return entry & ((1L << lengthShift(clusterBits)) - 1) & 0x00FF_FFFF_FFFF_FFFFL;
    }

    /** How many bytes a compressed cluster takes at most: to the end of its last sector of 512. */
    static int packedBytes(long entry, int clusterBits) {
        long sectors = ((entry & ~(COPIED | COMPRESSED)) >>> lengthShift(clusterBits)) + 1;
        return (int) (sectors * SECTOR - packedOffset(entry, clusterBits) % SECTOR);
    }

    /** The entry of a compressed cluster. */
    static long packed(long offset, int bytes, int clusterBits) {
        long last = (offset + bytes - 1) / SECTOR - offset / SECTOR;
        return COMPRESSED | last << lengthShift(clusterBits) | offset;
    }
}
