package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.qcow2.ClusterUses.Use;
import java.io.IOException;
import java.util.List;

/** Looks at the tables that say where the guest's clusters lie: at each once, though many states may share it. */
final class Qcow2TableCheck {
    private static final long L1_RESERVED = 0x7F00_0000_0000_01FFL;
    private static final long L2_RESERVED = 0x3F00_0000_0000_01FEL;

    private final Qcow2Structure structure;
    private final Qcow2Header header;
    private final Qcow2Refcounts refcounts;
    private final UsedRanges ranges;
    private final FindingList findings;
    private final boolean extended;
    private final boolean dataFile;

    Qcow2TableCheck(Qcow2Structure structure, Qcow2Refcounts refcounts, UsedRanges ranges, FindingList findings) {
        this.structure = structure;
        this.header = structure.header();
        this.refcounts = refcounts;
        this.ranges = ranges;
        this.findings = findings;
        this.extended = header.has(Qcow2Header.EXTENDED);
        this.dataFile = header.has(Qcow2Header.DATA_FILE);
    }

    /** Looks at all tables of these states, the present one in front. */
    void run(List<Qcow2Structure.State> states) throws IOException {
        for (Qcow2Structure.State state : states) {
            addTables(state);
        }
        for (Qcow2Structure.State state : states) {
            boolean present = state.equals(structure.present());
            for (long index = 0; index < state.l1Entries(); index++) {
                long entry = entryOfTable(state, index);
                long at = Qcow2Entry.offset(entry);
                if (isReadable(at) && ranges.uses().see(at / header.clusterBytes())) {
                    checkTable(at, index, present);
                }
            }
        }
    }

    private long entryOfTable(Qcow2Structure.State state, long index) throws IOException {
        return structure.words().entry(state.l1Offset() / Long.BYTES + index);
    }

    private boolean isReadable(long table) {
        return table != 0 && table % header.clusterBytes() == 0 && structure.holdsCluster(table);
    }

    private void addTables(Qcow2Structure.State state) throws IOException {
        boolean present = state.equals(structure.present());
        for (long index = 0; index < state.l1Entries(); index++) {
            long entry = entryOfTable(state, index);
            long table = Qcow2Entry.offset(entry);
            long at = state.l1Offset() + index * Long.BYTES;
            if ((entry & L1_RESERVED) != 0) {
                findings.add(Severity.ERROR, at, "reserved bits are set in a table of tables");
            }
            if (table == 0) {
                continue;
            }
            if (!isReadable(table)) {
                findings.add(Severity.ERROR, at, "a table of clusters is not at a whole cluster in the file");
                continue;
            }
            ranges.add(Use.TABLE, table, header.clusterBytes(), "");
            if (present) {
                checkCopied(at, entry, table, "a table of clusters");
            }
        }
    }

    /** The highest bit promises that nothing else uses the cluster, so that it may be written to. */
    private void checkCopied(long at, long entry, long cluster, String what) throws IOException {
        boolean copied = (entry & Qcow2Entry.COPIED) != 0;
        long refcount = refcounts.of(cluster / header.clusterBytes());
        if (copied != (refcount == 1)) {
            findings.add(
                    Severity.ERROR,
                    at,
                    "%s at byte %d is %smarked as used once, but its refcount is %s"
                            .formatted(what, cluster, copied ? "" : "not ", Long.toUnsignedString(refcount)));
        }
    }

    private void checkTable(long table, long tableIndex, boolean present) throws IOException {
        long end = table + header.clusterBytes();
        if (structure.file().nextData(table, end) >= end) {
            return; // A hole holds no entries.
        }
        int times = Math.max(1, ranges.uses().count(table / header.clusterBytes()));
        for (int i = 0; i < header.clustersPerTable(); i++) {
            long place = table + (long) i * header.entryBytes();
            long entry = structure.words().entry(place / Long.BYTES);
            long bitmap = extended ? structure.words().entry(place / Long.BYTES + 1) : 0;
            if (entry == 0 && bitmap == 0) {
                continue;
            }
            if (Qcow2Entry.isCompressed(entry)) {
                checkPacked(place, entry, bitmap, times);
            } else {
                long guest = tableIndex * header.bytesPerTable() + (long) i * header.clusterBytes();
                checkPlain(place, entry, bitmap, guest, times, present);
            }
        }
    }

    private void checkPacked(long place, long entry, long bitmap, int times) {
        if (dataFile) {
            findings.add(
                    Severity.ERROR, place, "a cluster is compressed, which none can be with a file for data alone");
            return;
        }
        if ((entry & Qcow2Entry.COPIED) != 0) {
            findings.add(Severity.ERROR, place, "a compressed cluster is marked as used once, which none can be");
        }
        if (bitmap != 0) {
            findings.add(Severity.ERROR, place + 8, "a compressed cluster has subclusters, which none can have");
        }
        long offset = Qcow2Entry.packedOffset(entry, header.clusterBits());
        int bytes = Qcow2Entry.packedBytes(entry, header.clusterBits());
        ranges.add(Use.PACKED, offset, bytes, times, ", as of the table entry at byte " + place + ",");
    }

    private void checkPlain(long place, long entry, long bitmap, long guest, int times, boolean present)
            throws IOException {
        if ((entry & L2_RESERVED) != 0) {
            findings.add(Severity.ERROR, place, "reserved bits are set in a table of clusters");
        }
        if ((entry & Qcow2Entry.ZERO) != 0 && (header.version() < 3 || extended)) {
            findings.add(Severity.ERROR, place, "a cluster is said to be zeros in a way that such an image has not");
        }
        int allocated = (int) bitmap;
        if ((allocated & (int) (bitmap >>> 32)) != 0) {
            findings.add(Severity.ERROR, place + 8, "a subcluster is said to be both allocated and zeros");
        }
        long offset = Qcow2Entry.offset(entry);
        if (!Qcow2Entry.isAllocated(entry, dataFile)) {
            if (allocated != 0) {
                findings.add(Severity.ERROR, place, "subclusters are said to be allocated nowhere");
            }
            return;
        }
        if (offset % header.clusterBytes() != 0) {
            findings.add(Severity.ERROR, place, "a cluster is not said to lie at a whole cluster");
        } else if (dataFile) {
            checkInDataFile(place, entry, guest);
        } else {
            ranges.add(
                    Use.DATA, offset, header.clusterBytes(), times, ", as of the table entry at byte " + place + ",");
            if (present) {
                checkCopied(place, entry, offset, "a cluster");
            }
        }
    }

    private void checkInDataFile(long place, long entry, long guest) {
        if (Qcow2Entry.offset(entry) != guest) {
            findings.add(Severity.ERROR, place, "a cluster lies elsewhere in the file for data than the guest sees it");
        }
        if ((entry & Qcow2Entry.COPIED) == 0) {
            findings.add(Severity.NOTE, place, "a cluster in the file for data is not marked as used once");
        }
    }
}
