package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.format.encryption.EncryptedFile;
import dev.bothways.disk.format.mapped.PackedPieces;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import java.io.IOException;
import java.util.Optional;

/** Where the guest's bytes lie, by the two levels of tables, one cluster or subcluster at a time. */
final class Qcow2ClusterMap implements RangeMap {
    private final Qcow2Structure structure;
    private final Qcow2Header header;
    private final Qcow2Structure.State state;
    private final int clusterBytes;
    private final boolean dataFile;
    private final boolean extended;
    private final Optional<EncryptedFile> encrypted;
    private final PackedPieces packed;

    /** The map of one state of the disk; {@code encrypted} is the file under its cipher where it is encrypted. */
    Qcow2ClusterMap(Qcow2Structure structure, Qcow2Structure.State state, Optional<EncryptedFile> encrypted) {
        this.structure = structure;
        this.header = structure.header();
        this.state = state;
        this.clusterBytes = header.clusterBytes();
        this.dataFile = header.has(Qcow2Header.DATA_FILE);
        this.extended = header.has(Qcow2Header.EXTENDED);
        this.encrypted = encrypted;
        this.packed = new PackedPieces(
                structure.file(),
                clusterBytes,
                ClusterCompression.of(header.compression()).unpacker());
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long tableIndex = offset / header.bytesPerTable();
        long tableAt = table(tableIndex);
        if (tableAt == 0) {
            return new Piece.Below(Math.min(limit, (tableIndex + 1) * header.bytesPerTable()) - offset);
        }
        long cluster = offset / clusterBytes;
        long place = tableAt + cluster % header.clustersPerTable() * header.entryBytes();
        long entry = structure.words().entry(place / Long.BYTES);
        int inCluster = (int) (offset % clusterBytes);
        long length = Math.min(limit - offset, clusterBytes - inCluster);
        if (Qcow2Entry.isCompressed(entry)) {
            return compressed(place, entry, inCluster, length);
        }
        if (extended) {
            long bitmap = structure.words().entry(place / Long.BYTES + 1);
            return ofSubclusters(place, entry, bitmap, offset, length);
        }
        if ((entry & Qcow2Entry.ZERO) != 0) {
            return zeros(place, length);
        }
        return Qcow2Entry.isAllocated(entry, dataFile) ? stored(place, entry, offset, length) : new Piece.Below(length);
    }

    /** Where a table of clusters begins, 0 if there is none. */
    private long table(long index) throws IOException {
        if (index >= state.l1Entries()) {
            return 0; // A snapshot's table may end early.
        }
        long place = state.l1Offset() + index * Long.BYTES;
        long at = Qcow2Entry.offset(structure.words().entry(place / Long.BYTES));
        if (at % clusterBytes != 0) {
            throw Qcow2Structure.malformed(
                    structure.file(), place, "a table of clusters is not said to begin at a whole cluster");
        }
        if (at != 0 && !structure.holdsCluster(at)) {
            throw Qcow2Structure.truncated(structure.file(), "the table of clusters at byte " + at);
        }
        return at;
    }

    private Piece zeros(long place, long length) throws DiskImageException {
        if (header.version() < 3) {
            throw Qcow2Structure.malformed(
                    structure.file(), place, "a cluster is said to be zeros in a way that version 2 has not");
        }
        return new Piece.Zeros(length);
    }

    private Piece compressed(long place, long entry, int inCluster, long length) throws DiskImageException {
        if (dataFile) {
            throw Qcow2Structure.malformed(
                    structure.file(), place, "a cluster is compressed, which none can be with a file for data alone");
        }
        return packed.piece(
                Qcow2Entry.packedOffset(entry, header.clusterBits()),
                Qcow2Entry.packedBytes(entry, header.clusterBits()),
                inCluster,
                length);
    }

    private Piece ofSubclusters(long place, long entry, long bitmap, long offset, long length)
            throws DiskImageException {
        int allocated = (int) bitmap;
        int zero = (int) (bitmap >>> 32);
        if ((allocated & zero) != 0) {
            throw Qcow2Structure.malformed(
                    structure.file(), place + 8, "a subcluster is said to be both allocated and zeros");
        }
        int bytes = clusterBytes / Qcow2Header.SUBCLUSTERS;
        int first = (int) (offset % clusterBytes / bytes);
        int kind = kind(allocated, zero, first);
        int next = first + 1;
        while (next < Qcow2Header.SUBCLUSTERS && kind(allocated, zero, next) == kind) {
            next++;
        }
        long run = Math.min(length, (long) next * bytes - offset % clusterBytes);
        return switch (kind) {
            case 0 -> new Piece.Below(run);
            case 1 -> stored(place, entry, offset, run);
            default -> new Piece.Zeros(run);
        };
    }

    /** 0 for the parent's, 1 for stored, 2 for zeros. */
    private static int kind(int allocated, int zero, int subcluster) {
        return (allocated >>> subcluster & 1) | (zero >>> subcluster & 1) << 1;
    }

    private Piece stored(long place, long entry, long offset, long length) throws DiskImageException {
        long host = Qcow2Entry.offset(entry);
        if (host % clusterBytes != 0) {
            throw Qcow2Structure.malformed(structure.file(), place, "a cluster is not said to lie at a whole cluster");
        }
        if (!Qcow2Entry.isAllocated(entry, dataFile)) {
            throw Qcow2Structure.malformed(structure.file(), place, "subclusters are said to be allocated nowhere");
        }
        long at = host + offset % clusterBytes;
        if (dataFile && at != offset) {
            throw Qcow2Structure.malformed(
                    structure.file(), place, "a cluster lies elsewhere in the file for data than the guest sees it");
        }
        if (encrypted.isEmpty()) {
            return new Piece.InFile(length, at);
        }
        // LUKS goes by the place in the file, the older encryption by the place on the disk.
        long ivOffset = header.crypt() == Qcow2Header.LUKS ? at : offset;
        return encrypted.get().piece(at, ivOffset, length);
    }
}
