package dev.bothways.disk.format.vmdk;

import java.util.Arrays;

/**
 * Ranges of a file that something takes, in sectors, packed into eight bytes each; neighbours that come one after the other are
 * one. 32 MiB of memory at most.
 */
final class UsedRanges {
    private static final int MOST = 1 << 22;
    private static final int LENGTH_BITS = 24;
    private static final long LONGEST = (1L << LENGTH_BITS) - 1;
    private static final int SECTOR = SparseHeader.SECTOR;

    private long[] ranges = new long[1024];
    private int count;
    private boolean full;

    /** What is found between two ranges when they are walked in order. */
    interface Finder {
        /** Bytes that two ranges take. */
        void overlap(long start, long end);

        /** Bytes between two ranges. */
        void gap(long start, long end);
    }

    /** Takes bytes {@code [start, end)}, widened to whole sectors. */
    void take(long start, long end) {
        long first = start / SECTOR;
        long last = Math.ceilDiv(end, SECTOR);
        while (first < last) {
            long length = Math.min(last - first, LONGEST);
            add(first, length);
            first += length;
        }
    }

    private void add(long first, long length) {
        if (count > 0) {
            long before = ranges[count - 1];
            long joined = length(before) + length;
            if (start(before) + length(before) == first && joined <= LONGEST) {
                ranges[count - 1] = start(before) << LENGTH_BITS | joined;
                return;
            }
        }
        if (count == MOST) {
            full = true;
            return;
        }
        if (count == ranges.length) {
            ranges = Arrays.copyOf(ranges, count * 2);
        }
        ranges[count++] = first << LENGTH_BITS | length;
    }

    private static long start(long range) {
        return range >>> LENGTH_BITS;
    }

    private static long length(long range) {
        return range & LONGEST;
    }

    /** Whether there were more ranges than are kept. */
    boolean isFull() {
        return full;
    }

    /** Walks over all ranges in order, and tells what lies between them and up to {@code end}. */
    void walk(long end, Finder finder) {
        Arrays.sort(ranges, 0, count);
        long until = 0;
        for (int i = 0; i < count; i++) {
            long start = start(ranges[i]) * SECTOR;
            long behind = start + length(ranges[i]) * SECTOR;
            if (start < until) {
                finder.overlap(start, Math.min(until, behind));
            } else if (start > until) {
                finder.gap(until, start);
            }
            until = Math.max(until, behind);
        }
        if (until < end) {
            finder.gap(until, end);
        }
    }
}
