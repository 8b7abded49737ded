package dev.bothways.disk.format.vhd;

/** Cylinders, heads and sectors per track, as the footer holds them: 16, 8 and 8 bits. */
record VhdGeometry(int cylinders, int heads, int sectorsPerTrack) {
    private static final long MAX_SECTORS = 65535L * 16 * 255;

    /** The geometry that the specification's appendix "CHS Calculation" gives for a disk of so many sectors. */
    static VhdGeometry of(long sectors) {
        long total = Math.min(sectors, MAX_SECTORS);
        if (total >= 65535L * 16 * 63) {
            return new VhdGeometry((int) (total / 255 / 16), 16, 255);
        }
        long track = 17;
        long cylindersTimesHeads = total / track;
        long heads = Math.max(4, (cylindersTimesHeads + 1023) / 1024);
        if (cylindersTimesHeads >= heads * 1024 || heads > 16) {
            track = 31;
            heads = 16;
            cylindersTimesHeads = total / track;
        }
        if (cylindersTimesHeads >= heads * 1024) {
            track = 63;
            heads = 16;
            cylindersTimesHeads = total / track;
        }
        return new VhdGeometry((int) (cylindersTimesHeads / heads), (int) heads, (int) track);
    }

    /** How many sectors it reaches. */
    long sectors() {
        return (long) cylinders * heads * sectorsPerTrack;
    }

    /** Whether it is the largest one there is, which says nothing of the size of the disk. */
    boolean isLargest() {
        return sectors() == MAX_SECTORS;
    }
}
