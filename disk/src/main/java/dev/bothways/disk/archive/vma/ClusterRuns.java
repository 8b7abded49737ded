package dev.bothways.disk.archive.vma;

import java.util.Arrays;

/**
 * Where the clusters of a device lie, those that have any block. Whole clusters that lie side by side are one run, so that a disk
 * that was backed up at rest needs 16 bytes for each 4 MiB; the worst archive needs 16 bytes for each of its blocks.
 */
final class ClusterRuns {
    private static final int MOST = Integer.MAX_VALUE - 8;
    private static final int LONGEST = 0xffff;

    /** The number of the first cluster, 32 bits; of clusters, 16; the mask of blocks, 16. */
    private long[] runs = new long[16];

    private long[] places = new long[16];
    private int count;

    /**
     * Adds a cluster.
     *
     * @param cluster its number, less than 2^31
     * @param mask its blocks that are there; at least one
     * @param place where they lie, in the archive
     */
    void add(long cluster, int mask, long place) {
        int last = count - 1;
        if (last >= 0 && mask == VmaExtent.WHOLE && mask(last) == VmaExtent.WHOLE) {
            int length = length(last);
            if (first(last) + length == cluster
                    && places[last] + (long) length * VmaExtent.CLUSTER == place
                    && length < LONGEST) {
                runs[last] += 1L << 16;
                return;
            }
        }
        if (count == runs.length) {
            int more = (int) Math.min(MOST, count * 2L);
            runs = Arrays.copyOf(runs, more);
            places = Arrays.copyOf(places, more);
        }
        runs[count] = cluster << 32 | 1L << 16 | mask;
        places[count] = place;
        count++;
    }

    /** Puts them into the order of the disk; whether no cluster is there twice. */
    boolean sort() {
        long[] order = new long[count];
        for (int i = 0; i < count; i++) {
            order[i] = first(i) << 32 | i;
        }
        Arrays.sort(order);
        long[] sortedRuns = new long[count];
        long[] sortedPlaces = new long[count];
        boolean apart = true;
        for (int i = 0; i < count; i++) {
            int from = (int) order[i];
            sortedRuns[i] = runs[from];
            sortedPlaces[i] = places[from];
            apart &=
                    i == 0 || (sortedRuns[i - 1] >>> 32) + (sortedRuns[i - 1] >>> 16 & LONGEST) <= sortedRuns[i] >>> 32;
        }
        runs = sortedRuns;
        places = sortedPlaces;
        return apart;
    }

    int count() {
        return count;
    }

    /** The number of the last run that begins at or before a cluster; -1 if none does. */
    int before(long cluster) {
        int found = Arrays.binarySearch(runs, 0, count, cluster << 32 | 0xffff_ffffL);
        return found >= 0 ? found : -found - 2;
    }

    long first(int run) {
        return runs[run] >>> 32;
    }

    int length(int run) {
        return (int) (runs[run] >>> 16) & LONGEST;
    }

    int mask(int run) {
        return (int) runs[run] & 0xffff;
    }

    long place(int run) {
        return places[run];
    }
}
