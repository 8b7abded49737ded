package dev.bothways.disk.format.qcow;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.mapped.UsedBytes;
import java.io.IOException;
import java.util.List;

/** Looks at all tables of an opened file, and at what its clusters say of each other. */
final class QcowCheck {
    private static final int SECTOR = 512;

    private final QcowStructure structure;
    private final FindingList findings;
    private final UsedBytes used;
    /** Of compressed clusters several may share a sector. */
    private final UsedBytes packed;

    QcowCheck(QcowStructure structure) {
        this.structure = structure;
        this.findings = new FindingList(structure.file().path());
        this.used = new UsedBytes(structure.length(), SECTOR);
        this.packed = new UsedBytes(structure.length(), SECTOR);
    }

    List<Finding> run() throws IOException {
        if (!used.holdsAll()) {
            findings.add(Severity.NOTE, "the file is too long for overlaps to be looked for");
            return findings.findings();
        }
        long l1End = structure.l1Offset() + structure.l1Entries() * Long.BYTES;
        used.add(0, QcowStructure.HEADER_BYTES);
        used.add(structure.l1Offset(), l1End);
        for (long index = 0; index < structure.l1Entries(); index++) {
            long at = structure.l1Offset() + index * Long.BYTES;
            long table = structure.words().entry(at / Long.BYTES);
            if (table == 0) {
                continue;
            }
            if (!structure.holdsTable(table)) {
                findings.add(Severity.ERROR, at, "a table of clusters does not lie in the file");
            } else if (!used.add(table, table + structure.tableBytes())) {
                findings.add(Severity.ERROR, table, "a table of clusters lies where something else does");
            } else {
                checkTable(table);
            }
        }
        return findings.findings();
    }

    private void checkTable(long table) throws IOException {
        long end = table + structure.tableBytes();
        if (structure.file().nextData(table, end) >= end) {
            return; // A hole holds no entries.
        }
        for (long at = table; at < end; at += Long.BYTES) {
            long entry = structure.words().entry(at / Long.BYTES);
            if (entry == 0) {
                continue;
            }
            if (QcowStructure.isPacked(entry)) {
                checkPacked(at, structure.packedOffset(entry), structure.packedBytes(entry));
            } else {
                checkPlain(at, entry);
            }
        }
    }

    private void checkPlain(long at, long cluster) {
        if (cluster % SECTOR != 0) {
            findings.add(Severity.ERROR, at, "a cluster is not said to lie at a whole sector");
        } else if (cluster >= structure.length()) {
            findings.add(Severity.ERROR, at, "a cluster lies beyond the end of the file");
        } else if (!used.add(cluster, cluster + structure.clusterBytes())) {
            findings.add(Severity.ERROR, cluster, "a cluster lies where something else does");
        }
    }

    private void checkPacked(long at, long offset, int bytes) {
        if (offset >= structure.length() || bytes > structure.length() - offset) {
            findings.add(Severity.ERROR, at, "a compressed cluster lies beyond the end of the file");
            return;
        }
        // The first and last sector may be shared with others of its kind.
        boolean shared = !packed.add(offset, offset + bytes);
        if (!used.add(offset, offset + bytes) && !shared) {
            findings.add(Severity.ERROR, offset, "a compressed cluster lies where something else does");
        }
    }
}
