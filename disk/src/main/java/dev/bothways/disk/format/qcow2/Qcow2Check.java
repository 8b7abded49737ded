package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.qcow2.ClusterUses.Use;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at all metadata of an opened file: counts what uses each cluster, and compares that with the refcounts. Every table is
 * looked at once, however many snapshots share it.
 */
final class Qcow2Check {
    private static final long COUNTED_REST = 1 << 16;

    private final Qcow2Structure structure;
    private final Qcow2Header header;
    private final Qcow2Refcounts refcounts;
    private final ClusterUses uses;
    private final FindingList findings;

    Qcow2Check(Qcow2Structure structure) {
        this.structure = structure;
        this.header = structure.header();
        this.refcounts = new Qcow2Refcounts(structure);
        this.uses = new ClusterUses(Math.ceilDiv(structure.length(), header.clusterBytes()));
        this.findings = new FindingList(structure.file().path());
    }

    List<Finding> run() throws IOException {
        noteFlags();
        UsedRanges ranges = new UsedRanges(structure, uses, findings);
        ranges.add(Use.HEADER, 0, header.clusterBytes(), "");
        addRefcounts(ranges);
        if (structure.snapshotsEnd() > 0) {
            long offset = header.snapshotsOffset();
            ranges.add(Use.SNAPSHOTS, offset, structure.snapshotsEnd() - offset, "");
        }
        Optional<Qcow2Extensions.Range> encryption = structure.extensions().encryption();
        if (header.crypt() == Qcow2Header.LUKS && encryption.isPresent()) {
            ranges.add(
                    Use.ENCRYPTION, encryption.get().offset(), encryption.get().length(), "");
        }
        new Qcow2BitmapCheck(structure, ranges, findings).run();
        new Qcow2TableCheck(structure, refcounts, ranges, findings).run(states(ranges));
        if (uses.overflowed()) {
            findings.add(Severity.NOTE, "the file is too long for its refcounts to be looked at");
        } else {
            compare();
        }
        return findings.findings();
    }

    private void noteFlags() {
        if (header.has(Qcow2Header.DIRTY)) {
            findings.add(Severity.NOTE, "it is marked dirty: it was not closed, and its refcounts may be behind");
        }
        if (header.has(Qcow2Header.CORRUPT)) {
            findings.add(Severity.NOTE, "it is marked corrupt: a program found it damaged when writing to it");
        }
        boolean rawData = (header.autoclear() & Qcow2Header.RAW_DATA) != 0;
        if (rawData && !header.has(Qcow2Header.DATA_FILE)) {
            findings.add(Severity.NOTE, "it says that its file for data is a raw disk, but has no such file");
        }
        if (rawData && structure.backingName().isPresent()) {
            findings.add(Severity.NOTE, "its file for data cannot be a raw disk as it says, for it has a parent");
        }
    }

    private void addRefcounts(UsedRanges ranges) throws IOException {
        if (!refcounts.tableIsThere()) {
            findings.add(Severity.ERROR, header.refcountTableOffset(), "the table of refcounts is not in the file");
            return;
        }
        ranges.add(Use.REFCOUNT_TABLE, header.refcountTableOffset(), header.refcountTableBytes(), "");
        for (long index = 0; index < refcounts.entries(); index++) {
            long entry = refcounts.entry(index);
            long at = header.refcountTableOffset() + index * Long.BYTES;
            if (entry != Qcow2Refcounts.offset(entry)) {
                findings.add(Severity.ERROR, at, "reserved bits are set in the table of refcounts");
            }
            if (refcounts.isBlock(entry)) {
                ranges.add(Use.REFCOUNTS, Qcow2Refcounts.offset(entry), header.clusterBytes(), "");
            } else if (Qcow2Refcounts.offset(entry) != 0) {
                findings.add(Severity.ERROR, at, "a block of refcounts is not at a whole cluster in the file");
            }
        }
    }

    /** The states whose tables can be looked at, the present one in front. */
    private List<Qcow2Structure.State> states(UsedRanges ranges) {
        List<Qcow2Structure.State> sound = new ArrayList<>();
        List<Qcow2Structure.State> all = new ArrayList<>(List.of(structure.present()));
        structure.snapshots().forEach(snapshot -> all.add(Qcow2Structure.state(snapshot)));
        for (Qcow2Structure.State state : all) {
            if (!structure.holdsTable(state)) {
                findings.add(
                        Severity.ERROR,
                        state.l1Offset(),
                        "a snapshot's table of tables is not at a whole cluster in the file");
            } else if (state.l1Entries() == 0
                    || ranges.add(Use.TABLE_OF_TABLES, state.l1Offset(), state.l1Entries() * Long.BYTES, "")) {
                sound.add(state);
            }
        }
        return sound;
    }

    private void compare() throws IOException {
        long entries = refcounts.entries();
        long cluster = 0;
        for (long index = 0; index < entries && cluster < uses.clusters(); index++) {
            long end = Math.min(cluster + refcounts.perBlock(), uses.clusters());
            long entry = refcounts.entry(index);
            if (refcounts.isBlock(entry)) {
                compare(Qcow2Refcounts.offset(entry), cluster, end);
            } else {
                reportUncounted(cluster, end);
            }
            cluster += refcounts.perBlock();
        }
        if (cluster < uses.clusters()) {
            reportUncounted(cluster, uses.clusters());
        }
    }

    private void compare(long block, long first, long end) throws IOException {
        long blockEnd = block + header.clusterBytes();
        if (structure.file().nextData(block, blockEnd) >= blockEnd) {
            reportUncounted(first, end); // A hole: all are zero.
            return;
        }
        for (long cluster = first; cluster < end; cluster++) {
            long refcount = refcounts.in(block, cluster - first);
            int used = uses.count(cluster);
            if (refcount != used && (used < ClusterUses.MANY || Long.compareUnsigned(refcount, used) < 0)) {
                report(cluster, refcount, used);
            }
        }
    }

    private void reportUncounted(long first, long end) {
        long more = 0;
        for (long at = uses.nextUsed(first, end); at < end && more < COUNTED_REST; at = uses.nextUsed(at + 1, end)) {
            report(at, 0, uses.count(at));
            more++;
        }
    }

    private void report(long cluster, long refcount, int used) {
        boolean leak = Long.compareUnsigned(refcount, used) > 0;
        findings.add(
                leak ? Severity.LEAK : Severity.ERROR,
                cluster * header.clusterBytes(),
                "cluster %d is used %d times, but its refcount is %s"
                        .formatted(cluster, used, Long.toUnsignedString(refcount)));
    }
}
