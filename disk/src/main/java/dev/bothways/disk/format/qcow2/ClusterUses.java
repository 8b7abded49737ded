package dev.bothways.disk.format.qcow2;

import java.util.Optional;

/**
 * What uses each cluster of a file, and how often. Memory goes by what is used, and has an end: an image that uses more than
 * some forty million clusters is not counted to the last.
 */
final class ClusterUses {
    private static final int CHUNK = 4096;
    private static final int MOST_CHUNKS = 10_240;
    private static final long MOST_CLUSTERS = 1L << 34;
    private static final int COUNT_BITS = 20;
    /** A count that says "or more". */
    static final int MANY = (1 << COUNT_BITS) - 1;

    /** What a cluster is used for. */
    enum Use {
        HEADER(0, "the header", true),
        REFCOUNT_TABLE(1, "the table of refcounts", true),
        REFCOUNTS(2, "a block of refcounts", true),
        TABLE_OF_TABLES(3, "a table of tables", true),
        TABLE(4, "a table of clusters", false),
        SNAPSHOTS(5, "the table of snapshots", true),
        ENCRYPTION(6, "the header of the encryption", true),
        BITMAPS(7, "a bitmap", true),
        DATA(8, "a cluster of data", false),
        PACKED(9, "compressed clusters", false),
        /** No use: the table there was looked at. */
        SEEN(10, "", false);

        private final String words;
        /** Whether two of the kind in one place clash. */
        private final boolean alone;

        private final int bit;

        Use(int number, String words, boolean alone) {
            this.bit = 1 << (COUNT_BITS + number);
            this.words = words;
            this.alone = alone;
        }

        String words() {
            return words;
        }
    }

    private final int[][] chunks;
    private final long clusters;
    private int allocated;
    private boolean overflowed;

    /** A file of so many clusters, the last one perhaps in part. */
    ClusterUses(long clusters) {
        this.clusters = clusters;
        this.overflowed = clusters > MOST_CLUSTERS;
        this.chunks = new int[overflowed ? 0 : (int) Math.ceilDiv(clusters, CHUNK)][];
    }

    /** Whether something was not counted. */
    boolean overflowed() {
        return overflowed;
    }

    long clusters() {
        return clusters;
    }

    /**
     * Counts {@code times} uses of clusters {@code [first, end)}, as far as they are in the file.
     *
     * @return what else is there already, if that cannot be; of a use that must be alone nothing is counted then
     */
    Optional<Use> add(Use use, long first, long end, int times) {
        Optional<Use> clash = Optional.empty();
        for (long cluster = first; cluster < Math.min(end, clusters) && clash.isEmpty(); cluster++) {
            clash = clash(use, word(cluster));
        }
        if (clash.isPresent() && use.alone) {
            return clash;
        }
        for (long cluster = first; cluster < Math.min(end, clusters); cluster++) {
            change(cluster, use.bit, times);
        }
        return clash;
    }

    private static Optional<Use> clash(Use use, int word) {
        for (Use other : Use.values()) {
            if (other != Use.SEEN && (word & other.bit) != 0 && (other != use || use.alone)) {
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }

    private void change(long cluster, int bits, int times) {
        if (chunks.length == 0) {
            return;
        }
        int index = (int) (cluster / CHUNK);
        int[] chunk = chunks[index];
        if (chunk == null) {
            if (allocated == MOST_CHUNKS) {
                overflowed = true;
                return;
            }
            allocated++;
            chunk = new int[CHUNK];
            chunks[index] = chunk;
        }
        int at = (int) (cluster % CHUNK);
        int count = (int) Math.min(MANY, (long) (chunk[at] & MANY) + times);
        chunk[at] = (chunk[at] & ~MANY) | bits | count;
    }

    private int word(long cluster) {
        if (chunks.length == 0 || cluster >= clusters) {
            return 0;
        }
        int[] chunk = chunks[(int) (cluster / CHUNK)];
        return chunk == null ? 0 : chunk[(int) (cluster % CHUNK)];
    }

    /** How often a cluster is used. */
    int count(long cluster) {
        return word(cluster) & MANY;
    }

    /** Marks the table in a cluster as looked at. Whether it was not before. */
    boolean see(long cluster) {
        boolean before = (word(cluster) & Use.SEEN.bit) != 0;
        change(cluster, Use.SEEN.bit, 0);
        return !before;
    }

    /** The first cluster from {@code from} on that something uses, {@code end} if none is. */
    long nextUsed(long from, long end) {
        long cluster = from;
        while (cluster < Math.min(end, clusters)) {
            if (chunks.length > 0 && chunks[(int) (cluster / CHUNK)] == null) {
                cluster = (cluster / CHUNK + 1) * CHUNK;
            } else if (count(cluster) > 0) {
                return cluster;
            } else {
                cluster++;
            }
        }
        return end;
    }
}
