package dev.bothways.disk.format.qed;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.mapped.UsedBytes;
import java.io.IOException;
import java.util.List;

/** Looks at all tables of an opened file, and at what its clusters say of each other. */
final class QedCheck {
    private final QedStructure structure;
    private final FindingList findings;
    private final UsedBytes used;

    QedCheck(QedStructure structure) {
        this.structure = structure;
        this.findings = new FindingList(structure.file().path());
        this.used = new UsedBytes(structure.length(), structure.clusterBytes());
    }

    List<Finding> run() throws IOException {
        if (structure.has(QedStructure.NEED_CHECK)) {
            findings.add(Severity.NOTE, "it was not closed, and is marked as in need of a check");
        }
        if (!used.holdsAll()) {
            findings.add(Severity.NOTE, "the file is too long for overlaps to be looked for");
            return findings.findings();
        }
        used.add(0, structure.headerClusters() * structure.clusterBytes());
        if (!used.add(structure.l1Offset(), structure.l1Offset() + structure.tableBytes())) {
            findings.add(Severity.ERROR, structure.l1Offset(), "the table of tables lies over the header");
        }
        long tables = Math.ceilDiv(structure.size(), structure.bytesPerTable());
        for (long index = 0; index < tables; index++) {
            long at = structure.l1Offset() + index * Long.BYTES;
            long table = structure.words().entry(at / Long.BYTES);
            if (table == QedClusterMap.UNALLOCATED) {
                continue;
            }
            if (!structure.holdsTable(table)) {
                findings.add(Severity.ERROR, at, "a table of clusters is not at a whole cluster in the file");
            } else if (!used.add(table, table + structure.tableBytes())) {
                findings.add(Severity.ERROR, table, "a table of clusters lies where something else does");
            } else {
                checkTable(table);
            }
        }
        long unused = used.unused(0);
        if (unused > 0) {
            findings.add(
                    Severity.LEAK, unused / structure.clusterBytes() + " clusters of the file are used by nothing");
        }
        return findings.findings();
    }

    private void checkTable(long table) throws IOException {
        long end = table + structure.tableBytes();
        if (structure.file().nextData(table, end) >= end) {
            return; // A hole holds no entries.
        }
        for (long at = table; at < end; at += Long.BYTES) {
            long cluster = structure.words().entry(at / Long.BYTES);
            if (cluster == QedClusterMap.UNALLOCATED || cluster == QedClusterMap.ZERO) {
                continue;
            }
            if (cluster < 0 || cluster % structure.clusterBytes() != 0) {
                findings.add(Severity.ERROR, at, "a cluster is not said to lie at a whole cluster");
            } else if (cluster >= structure.length()) {
                findings.add(Severity.ERROR, at, "a cluster lies beyond the end of the file");
            } else if (!used.add(cluster, cluster + structure.clusterBytes())) {
                findings.add(Severity.ERROR, cluster, "a cluster lies where something else does");
            }
        }
    }
}
