package dev.bothways.disk.format.qed;

import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import java.io.IOException;

/** Where the guest's bytes lie, by the two levels of tables, one cluster at a time. */
final class QedClusterMap implements RangeMap {
    static final long UNALLOCATED = 0;
    static final long ZERO = 1;

    private final QedStructure structure;

    QedClusterMap(QedStructure structure) {
        this.structure = structure;
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long index = offset / structure.bytesPerTable();
        long inTable = offset % structure.bytesPerTable();
        long table = structure.words().entry(structure.l1Offset() / Long.BYTES + index);
        if (table == UNALLOCATED) {
            return new Piece.Below(Math.min(limit - offset, structure.bytesPerTable() - inTable));
        }
        if (!structure.holdsTable(table)) {
            throw QedStructure.truncated(
                    structure.file(), "the table of clusters at byte " + Long.toUnsignedString(table));
        }
        long place = table + inTable / structure.clusterBytes() * Long.BYTES;
        long entry = structure.words().entry(place / Long.BYTES);
        int inCluster = (int) (offset % structure.clusterBytes());
        long length = Math.min(limit - offset, structure.clusterBytes() - inCluster);
        if (entry == UNALLOCATED) {
            return new Piece.Below(length);
        }
        if (entry == ZERO) {
            return new Piece.Zeros(length);
        }
        if (entry < 0 || entry % structure.clusterBytes() != 0) {
            throw QedStructure.malformed(structure.file(), place, "a cluster is not said to lie at a whole cluster");
        }
        return new Piece.InFile(length, entry + inCluster);
    }
}
