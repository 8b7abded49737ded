package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The numbers of the header. Those of version 3 have the values that version 2 implies where the header is of that version.
 *
 * @param backingOffset where the parent's name stands in the file, 0 if there is none
 * @param crypt {@link #AES}, {@link #LUKS} or 0
 * @param l1Entries how many entries the table of tables has
 * @param refcountOrder the width of a refcount, in bits, as a power of two
 * @param headerBytes where the extensions begin
 * @param compression {@link #ZLIB} or {@link #ZSTD}
 */
record Qcow2Header(
        int version,
        long backingOffset,
        int backingBytes,
        int clusterBits,
        long size,
        int crypt,
        int l1Entries,
        long l1Offset,
        long refcountTableOffset,
        int refcountTableClusters,
        int snapshotCount,
        long snapshotsOffset,
        long incompatible,
        long compatible,
        long autoclear,
        int refcountOrder,
        int headerBytes,
        int compression) {
    static final int MAGIC = 0x514649FB; // "QFI\xfb"
    static final int V2_BYTES = 72;
    static final int V3_BYTES = 104;
    /** With the kind of compression, and what makes it a multiple of eight. */
    static final int V3_BYTES_NOW = 112;

    static final int AES = 1;
    static final int LUKS = 2;
    static final int ZLIB = 0;
    static final int ZSTD = 1;

    static final long DIRTY = 1;
    static final long CORRUPT = 1 << 1;
    static final long DATA_FILE = 1 << 2;
    static final long COMPRESSION = 1 << 3;
    static final long EXTENDED = 1 << 4;
    static final long KNOWN = DIRTY | CORRUPT | DATA_FILE | COMPRESSION | EXTENDED;
    static final long LAZY_REFCOUNTS = 1;
    static final long BITMAPS = 1;
    static final long RAW_DATA = 1 << 1;

    static final int SMALLEST_CLUSTER_BITS = 9;
    static final int LARGEST_CLUSTER_BITS = 21;
    static final int SMALLEST_EXTENDED_BITS = 14;
    static final int SUBCLUSTERS = 32;

    /** Reads the numbers, and judges no more of them than it takes to read on. */
    static Qcow2Header read(HostFile file) throws IOException {
        Path path = file.path();
        long length = file.size();
        if (length < V2_BYTES) {
            throw truncated(path);
        }
        ByteBuffer in = ByteBuffer.allocate((int) Math.min(V3_BYTES_NOW, length));
        file.read(0, in);
        if (in.getInt(0) != MAGIC) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    "it does not begin as a qcow2 does; it is another kind of file, or was never finished");
        }
        int version = in.getInt(4);
        if (version != 2 && version != 3) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "it is qcow2 of version %d; 2 and 3 are known".formatted(version));
        }
        if (version == 3 && length < V3_BYTES) {
            throw truncated(path);
        }
        return version == 2 ? parse(in, 0, 0, 0, 4, V2_BYTES) : parseThird(in);
    }

    private static DiskImageException truncated(Path path) {
        return new DiskImageException(
                Kind.TRUNCATED, path, "it ends within its header; copy it again from where it came from");
    }

    private static Qcow2Header parseThird(ByteBuffer in) {
        return parse(in, in.getLong(72), in.getLong(80), in.getLong(88), in.getInt(96), in.getInt(100));
    }

    private static Qcow2Header parse(
            ByteBuffer in, long incompatible, long compatible, long autoclear, int refcountOrder, int headerBytes) {
        boolean typed = headerBytes > V3_BYTES && in.capacity() > V3_BYTES;
        return new Qcow2Header(
                in.getInt(4),
                in.getLong(8),
                in.getInt(16),
                in.getInt(20),
                in.getLong(24),
                in.getInt(32),
                in.getInt(36),
                in.getLong(40),
                in.getLong(48),
                in.getInt(56),
                in.getInt(60),
                in.getLong(64),
                incompatible,
                compatible,
                autoclear,
                refcountOrder,
                headerBytes,
                typed ? Byte.toUnsignedInt(in.get(V3_BYTES)) : ZLIB);
    }

    /** The header as it stands in a file: 72 bytes in version 2, else {@link #V3_BYTES_NOW}. */
    ByteBuffer bytes() {
        ByteBuffer out = ByteBuffer.allocate(version == 2 ? V2_BYTES : V3_BYTES_NOW);
        out.putInt(MAGIC).putInt(version).putLong(backingOffset).putInt(backingBytes);
        out.putInt(clusterBits).putLong(size).putInt(crypt).putInt(l1Entries).putLong(l1Offset);
        out.putLong(refcountTableOffset).putInt(refcountTableClusters);
        out.putInt(snapshotCount).putLong(snapshotsOffset);
        if (version > 2) {
            out.putLong(incompatible).putLong(compatible).putLong(autoclear);
            out.putInt(refcountOrder).putInt(headerBytes).put((byte) compression);
        }
        return out.clear();
    }

    boolean has(long feature) {
        return (incompatible & feature) != 0;
    }

    int clusterBytes() {
        return 1 << clusterBits;
    }

    /** The bytes of an entry in a table of clusters. */
    int entryBytes() {
        return has(EXTENDED) ? 2 * Long.BYTES : Long.BYTES;
    }

    /** How many clusters one table tells of. */
    int clustersPerTable() {
        return clusterBytes() / entryBytes();
    }

    /** How many bytes of the guest one table tells of. */
    long bytesPerTable() {
        return (long) clusterBytes() * clustersPerTable();
    }

    /** How many refcounts stand in one block of them. */
    long refcountsPerBlock() {
        return ((long) clusterBytes() * Byte.SIZE) >>> refcountOrder;
    }

    /** The length of the table of refcounts, in bytes. */
    long refcountTableBytes() {
        return Integer.toUnsignedLong(refcountTableClusters) << clusterBits;
    }
}
