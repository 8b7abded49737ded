package dev.bothways.disk.format.qcow;

import dev.bothways.disk.format.encryption.EncryptedFile;
import dev.bothways.disk.format.mapped.PackedPieces;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.packed.DeflateUnpacker;
import dev.bothways.disk.format.packed.DeflateWrapping;
import java.io.IOException;
import java.util.Optional;

/** Where the guest's bytes lie, by the two levels of tables, one cluster at a time. */
final class QcowClusterMap implements RangeMap {
    private static final int SECTOR = 512;

    private final QcowStructure structure;
    private final Optional<EncryptedFile> encrypted;
    private final PackedPieces packed;

    QcowClusterMap(QcowStructure structure, Optional<EncryptedFile> encrypted) {
        this.structure = structure;
        this.encrypted = encrypted;
        DeflateUnpacker deflate = new DeflateUnpacker(DeflateWrapping.RAW);
        this.packed = new PackedPieces(structure.file(), structure.clusterBytes(), deflate::unpack);
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long index = offset / structure.bytesPerTable();
        long table = structure.words().entry(structure.l1Offset() / Long.BYTES + index);
        if (table == 0) {
            return new Piece.Below(Math.min(limit, (index + 1) * structure.bytesPerTable()) - offset);
        }
        if (!structure.holdsTable(table)) {
            throw QcowStructure.truncated(
                    structure.file(), "the table of clusters at byte " + Long.toUnsignedString(table));
        }
        long inTable = offset % structure.bytesPerTable() / structure.clusterBytes();
        long place = table + inTable * Long.BYTES;
        long entry = structure.words().entry(place / Long.BYTES);
        int inCluster = (int) (offset % structure.clusterBytes());
        long length = Math.min(limit - offset, structure.clusterBytes() - inCluster);
        if (entry == 0) {
            return new Piece.Below(length);
        }
        if (QcowStructure.isPacked(entry)) {
            return packed.piece(structure.packedOffset(entry), structure.packedBytes(entry), inCluster, length);
        }
        if (entry % SECTOR != 0) {
            throw QcowStructure.malformed(structure.file(), place, "a cluster is not said to lie at a whole sector");
        }
        return encrypted.isPresent()
                ? encrypted.get().piece(entry + inCluster, offset, length)
                : new Piece.InFile(length, entry + inCluster);
    }
}
