package dev.bothways.disk.format.mapped;

import java.util.BitSet;

/** Which parts of a file something uses, in steps of some size. Memory has an end: beyond it nothing is noted. */
public final class UsedBytes {
    private static final long MOST_STEPS = 1L << 30;

    private final long fileLength;
    private final int step;
    private final BitSet used = new BitSet();

    /** Nothing is used of a file of this length yet. */
    public UsedBytes(long fileLength, int step) {
        this.fileLength = fileLength;
        this.step = step;
    }

    /** Whether the file is short enough to be noted to its end. */
    public boolean holdsAll() {
        return fileLength / step < MOST_STEPS;
    }

    /** Notes that bytes {@code [start, end)} are used, as far as they are in the file. Whether none of them was before. */
    public boolean add(long start, long end) {
        int first = index(start / step);
        int last = index(Math.ceilDiv(Math.min(end, fileLength), step));
        if (first >= last) {
            return true;
        }
        int taken = used.nextSetBit(first);
        used.set(first, last);
        return taken < 0 || taken >= last;
    }

    private static int index(long steps) {
        return (int) Math.min(steps, MOST_STEPS);
    }

    /** How many bytes from {@code start} on nothing uses, in whole steps. */
    public long unused(long start) {
        int all = index(Math.ceilDiv(fileLength, step));
        int first = index(Math.ceilDiv(start, step));
        return first >= all ? 0 : (long) (all - first - used.get(first, all).cardinality()) * step;
    }
}
