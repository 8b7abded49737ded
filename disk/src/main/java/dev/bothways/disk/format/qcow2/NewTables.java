package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The tables of a new image, filled in guest order. A table of clusters is written when the next one begins, right behind the
 * clusters that it tells of, so that memory is needed for one alone, and clusters lie side by side.
 */
final class NewTables {
    private static final long ALL_SUBCLUSTERS = 0xFFFF_FFFFL;

    private final HostFile file;
    private final Qcow2Settings settings;
    private final NewSpace space;
    private final int clusterBytes;
    private final long clusters;
    /** The table of tables: the entries as they stand in the file. */
    private final long[] tables;

    /** The entries of the present table, one or two numbers each. */
    private final long[] entries;

    private long tableIndex;
    /** Where all clusters get a place, the first that has none yet. */
    private long taken;

    NewTables(HostFile file, long size, Qcow2Settings settings, NewSpace space) {
        this.file = file;
        this.settings = settings;
        this.space = space;
        this.clusterBytes = settings.clusterBytes();
        this.clusters = Math.ceilDiv(size, clusterBytes);
        this.tables = new long[Math.max(1, (int) Math.ceilDiv(size, settings.bytesPerTable()))];
        this.entries = new long[clusterBytes / Long.BYTES];
    }

    /** How many entries the table of tables has. */
    int tableCount() {
        return tables.length;
    }

    /** Where guest cluster {@code cluster}, of which {@code subclusters} are written, lies; it gets a place if it has none. */
    long place(long cluster, BitSet subclusters) throws IOException {
        int at = moveTo(cluster);
        takePlace(at);
        if (settings.extended()) {
            long bits = bits(subclusters);
            entries[at + 1] = (entries[at + 1] | bits) & ~(bits << Integer.SIZE);
        }
        return Qcow2Entry.offset(entries[at]);
    }

    private void takePlace(int at) {
        if (Qcow2Entry.offset(entries[at]) == 0) {
            entries[at] = space.cluster() | Qcow2Entry.COPIED;
        }
    }

    /** Makes the subclusters of a guest cluster zeros. */
    void zero(long cluster, BitSet subclusters) throws IOException {
        int at = moveTo(cluster);
        if (settings.extended()) {
            long bits = bits(subclusters);
            entries[at + 1] = (entries[at + 1] | bits << Integer.SIZE) & ~bits;
        } else if (settings.version() > 2) {
            entries[at] |= Qcow2Entry.ZERO;
        } else {
            takePlace(at); // Version 2 has no zeros that hide a parent but those in the file.
        }
    }

    /** Puts a compressed cluster of {@code bytes} bytes into the table. Where it goes. */
    long pack(long cluster, int bytes) throws IOException {
        int at = moveTo(cluster);
        long place = space.packed(bytes);
        entries[at] = Qcow2Entry.packed(place, bytes, settings.clusterBits());
        return place;
    }

    private static long bits(BitSet subclusters) {
        return subclusters.isEmpty() ? 0 : subclusters.toLongArray()[0];
    }

    /** Where the entry of a cluster stands, once its table is the present one. */
    private int moveTo(long cluster) throws IOException {
        long index = cluster / settings.clustersPerTable();
        while (tableIndex < index) {
            finishTable();
            tableIndex = settings.fixed() ? tableIndex + 1 : index;
        }
        takeUntil(cluster + 1);
        return indexOf(cluster);
    }

    private int indexOf(long cluster) {
        return (int) (cluster % settings.clustersPerTable()) * settings.wordsPerEntry();
    }

    /** Gives the clusters before {@code end}, all of the present table, their places, where all get one. */
    private void takeUntil(long end) {
        for (; settings.fixed() && taken < end; taken++) {
            int at = indexOf(taken);
            takePlace(at);
            if (settings.extended()) {
                entries[at + 1] = ALL_SUBCLUSTERS;
            }
        }
    }

    private void finishTable() throws IOException {
        takeUntil(Math.min(clusters, (tableIndex + 1) * settings.clustersPerTable()));
        if (Arrays.stream(entries).noneMatch(entry -> entry != 0)) {
            return;
        }
        long at = space.cluster();
        ByteBuffer bytes = ByteBuffer.allocate(clusterBytes);
        bytes.asLongBuffer().put(entries);
        file.write(at, bytes);
        tables[(int) tableIndex] = at | Qcow2Entry.COPIED;
        Arrays.fill(entries, 0);
    }

    /** Writes the tables that are left, the table of tables as the last. Where that one lies. */
    long finish() throws IOException {
        if (settings.fixed() && clusters > 0) {
            moveTo(clusters - 1);
        }
        finishTable();
        long bytes = Math.ceilDiv((long) tables.length * Long.BYTES, clusterBytes) * clusterBytes;
        long at = space.clusters(bytes / clusterBytes);
        ByteBuffer out = ByteBuffer.allocate((int) bytes);
        out.asLongBuffer().put(tables);
        file.write(at, out);
        return at;
    }
}
