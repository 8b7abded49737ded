package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.qcow2.ClusterUses.Use;
import java.util.Optional;

/** Counts the ranges of a file that something uses, and tells where they overlap or leave the file. */
final class UsedRanges {
    private final ClusterUses uses;
    private final FindingList findings;
    private final long fileLength;
    private final int clusterBytes;

    UsedRanges(Qcow2Structure structure, ClusterUses uses, FindingList findings) {
        this.uses = uses;
        this.findings = findings;
        this.fileLength = structure.length();
        this.clusterBytes = structure.header().clusterBytes();
    }

    ClusterUses uses() {
        return uses;
    }

    /** Counts one use of bytes {@code [offset, offset + length)}. Whether it may be looked at. */
    boolean add(Use use, long offset, long length, String whose) {
        return add(use, offset, length, 1, whose);
    }

    /**
     * Counts some uses of bytes {@code [offset, offset + length)}.
     *
     * @param whose what the range belongs to, in words, or nothing
     * @return whether it may be looked at: it lies in the file, and on nothing else
     */
    boolean add(Use use, long offset, long length, int times, String whose) {
        if (length <= 0) {
            return false;
        }
        long end = offset + length;
        // The last cluster may be there in part.
        if (offset < 0 || end < 0 || end - fileLength >= clusterBytes) {
            findings.add(Severity.ERROR, offset, use.words() + whose + " lies beyond the end of the file");
            return false;
        }
        Optional<Use> clash = uses.add(use, offset / clusterBytes, Math.ceilDiv(end, clusterBytes), times);
        clash.ifPresent(other -> findings.add(
                Severity.ERROR,
                offset,
                use.words() + whose + " lies where " + (other == use ? "another one" : other.words()) + " does"));
        return clash.isEmpty();
    }
}
