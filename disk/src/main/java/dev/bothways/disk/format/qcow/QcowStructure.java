package dev.bothways.disk.format.qcow;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.TablePages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The header of a file, judged.
 *
 * @param length of the file when it was opened, in bytes
 * @param size of the disk, in bytes
 * @param tableBits how many clusters one table tells of, as a power of two
 * @param encrypted whether it is encrypted with AES
 * @param l1Offset where the table of tables lies
 * @param backingName the parent's name
 * @param words the whole file as 8-byte big-endian numbers, of which tables consist
 */
record QcowStructure(
        HostFile file,
        long length,
        long size,
        int clusterBits,
        int tableBits,
        boolean encrypted,
        long l1Offset,
        Optional<String> backingName,
        TablePages words) {
    static final int HEADER_BYTES = 48;
    private static final int LONGEST_NAME = 1023;

    /** Reads and judges the header of {@code file}. */
    static QcowStructure read(HostFile file) throws IOException {
        long length = file.size();
        if (length < HEADER_BYTES) {
            throw truncated(file, "its header");
        }
        ByteBuffer in = ByteBuffer.allocate(HEADER_BYTES);
        file.read(0, in);
        if (in.getInt(0) != 0x514649FB || in.getInt(4) != 1) {
            throw new DiskImageException(Kind.MALFORMED, file.path(), "it does not begin as a qcow of version 1 does");
        }
        int clusterBits = Byte.toUnsignedInt(in.get(32));
        int tableBits = Byte.toUnsignedInt(in.get(33));
        int crypt = in.getInt(36);
        if (clusterBits < 9 || clusterBits > 16) {
            throw malformed(
                    file, 32, "its clusters are said to have 2^" + clusterBits + " bytes; from 2^9 to 2^16 are known");
        }
        if (tableBits < 6 || tableBits > 13) {
            throw malformed(
                    file, 33, "its tables are said to have 2^" + tableBits + " entries; from 2^6 to 2^13 are known");
        }
        if (crypt < 0 || crypt > 1) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "it is encrypted in an unknown way, number " + Integer.toUnsignedString(crypt));
        }
        QcowStructure structure = new QcowStructure(
                file,
                length,
                in.getLong(24),
                clusterBits,
                tableBits,
                crypt == 1,
                in.getLong(40),
                backingName(file, in.getLong(8), in.getInt(16)),
                new TablePages(file::read, 0, length / Long.BYTES, Long.BYTES, ByteOrder.BIG_ENDIAN));
        structure.checkTable();
        return structure;
    }

    private void checkTable() throws DiskImageException {
        if (size < 0) {
            throw malformed(file, 24, "its size is said to be more than a file can have");
        }
        if (l1Offset < HEADER_BYTES || l1Offset % Long.BYTES != 0) {
            throw malformed(file, 40, "its table of tables is not said to lie behind the header");
        }
        if (l1Entries() > length / Long.BYTES || l1Offset > length - l1Entries() * Long.BYTES) {
            throw truncated(file, "its table of tables");
        }
    }

    private static Optional<String> backingName(HostFile file, long offset, int bytes) throws IOException {
        if (offset == 0 || bytes == 0) {
            return Optional.empty();
        }
        if (bytes < 0 || bytes > LONGEST_NAME || offset < HEADER_BYTES) {
            throw malformed(file, 8, "its parent's name does not lie behind the header");
        }
        if (offset > file.size() - bytes) {
            throw truncated(file, "its parent's name");
        }
        ByteBuffer name = ByteBuffer.allocate(bytes);
        file.read(offset, name);
        return Optional.of(StandardCharsets.UTF_8.decode(name.flip()).toString());
    }

    static DiskImageException malformed(HostFile file, long offset, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), offset, message);
    }

    static DiskImageException truncated(HostFile file, String what) {
        return new DiskImageException(
                Kind.TRUNCATED, file.path(), what + " does not lie in the file; copy it again from where it came from");
    }

    int clusterBytes() {
        return 1 << clusterBits;
    }

    /** The length of a table of clusters, in bytes. */
    int tableBytes() {
        return Long.BYTES << tableBits;
    }

    long bytesPerTable() {
        return 1L << (clusterBits + tableBits);
    }

    long l1Entries() {
        return Math.ceilDiv(size, bytesPerTable());
    }

    static boolean isPacked(long entry) {
        return entry < 0;
    }

    /** Where a packed cluster begins. */
    long packedOffset(long entry) {
        return entry & ((1L << (63 - clusterBits)) - 1);
    }

    /** How many bytes a packed cluster has. */
    int packedBytes(long entry) {
        return (int) (entry >>> (63 - clusterBits)) & (clusterBytes() - 1);
    }

    /** Whether a table of clusters may begin at {@code offset}. */
    boolean holdsTable(long offset) {
        return offset >= HEADER_BYTES && offset % Long.BYTES == 0 && offset <= length - tableBytes();
    }
}
