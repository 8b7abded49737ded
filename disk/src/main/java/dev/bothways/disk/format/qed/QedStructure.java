package dev.bothways.disk.format.qed;

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
 * @param tableClusters how many clusters a table takes, on both levels
 * @param headerClusters how many clusters the header takes
 * @param features what a reader must know
 * @param size of the disk, in bytes
 * @param backingName the parent's name
 * @param words the whole file as 8-byte little-endian numbers, of which tables consist
 */
record QedStructure(
        HostFile file,
        long length,
        int clusterBytes,
        int tableClusters,
        long headerClusters,
        long features,
        long l1Offset,
        long size,
        Optional<String> backingName,
        TablePages words) {
    static final long BACKING = 1;
    static final long NEED_CHECK = 1 << 1;
    static final long BACKING_IS_RAW = 1 << 2;
    private static final long KNOWN = BACKING | NEED_CHECK | BACKING_IS_RAW;

    private static final int MAGIC = 0x00444551; // "QED\0"
    static final int HEADER_BYTES = 64;
    private static final int SMALLEST_CLUSTER = 4 << 10;
    private static final int LARGEST_CLUSTER = 64 << 20;
    private static final int LARGEST_TABLE = 16;
    private static final int LONGEST_NAME = 1023;

    /** Reads and judges the header of {@code file}. */
    static QedStructure read(HostFile file) throws IOException {
        long length = file.size();
        if (length < HEADER_BYTES) {
            throw truncated(file, "its header");
        }
        ByteBuffer in = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, in);
        if (in.getInt(0) != MAGIC) {
            throw new DiskImageException(Kind.MALFORMED, file.path(), "it does not begin as a QED does");
        }
        int cluster = in.getInt(4);
        int table = in.getInt(8);
        long features = in.getLong(16);
        if ((features & ~KNOWN) != 0) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "it uses feature %d, which is not known".formatted(Long.numberOfTrailingZeros(features & ~KNOWN)));
        }
        if (Integer.bitCount(cluster) != 1 || cluster < SMALLEST_CLUSTER || cluster > LARGEST_CLUSTER) {
            throw malformed(
                    file,
                    4,
                    "its clusters are said to have %s bytes; powers of two from 4 KiB to 64 MiB are known"
                            .formatted(Integer.toUnsignedString(cluster)));
        }
        if (Integer.bitCount(table) != 1 || table < 1 || table > LARGEST_TABLE) {
            throw malformed(
                    file,
                    8,
                    "its tables are said to have %s clusters; 1, 2, 4, 8 and 16 are known"
                            .formatted(Integer.toUnsignedString(table)));
        }
        QedStructure structure = new QedStructure(
                file,
                length,
                cluster,
                table,
                Integer.toUnsignedLong(in.getInt(12)),
                features,
                in.getLong(40),
                in.getLong(48),
                (features & BACKING) == 0 ? Optional.empty() : Optional.of(backingName(file, in)),
                new TablePages(file::read, 0, length / Long.BYTES, Long.BYTES, ByteOrder.LITTLE_ENDIAN));
        structure.checkTable();
        return structure;
    }

    private void checkTable() throws DiskImageException {
        // Compared this way round, for the product of entries may be more than a number holds.
        if (size < 0 || Math.ceilDiv(size, clusterBytes) > tableEntries() * tableEntries()) {
            throw malformed(
                    file, 48, "its tables are too small for a disk of " + Long.toUnsignedString(size) + " bytes");
        }
        if (headerClusters == 0 || headerClusters > length / clusterBytes) {
            throw malformed(file, 12, "its header is said to have " + headerClusters + " clusters");
        }
        if (l1Offset <= 0 || l1Offset % clusterBytes != 0) {
            throw malformed(file, 40, "its table of tables is not said to lie at a whole cluster");
        }
        if (!holdsTable(l1Offset)) {
            throw truncated(file, "its table of tables");
        }
    }

    private static String backingName(HostFile file, ByteBuffer in) throws IOException {
        long offset = Integer.toUnsignedLong(in.getInt(56));
        int bytes = in.getInt(60);
        if (bytes <= 0 || bytes > LONGEST_NAME || offset < HEADER_BYTES) {
            throw malformed(file, 56, "its parent's name does not lie behind the header");
        }
        if (offset > file.size() - bytes) {
            throw truncated(file, "its parent's name");
        }
        ByteBuffer name = ByteBuffer.allocate(bytes);
        file.read(offset, name);
        return StandardCharsets.UTF_8.decode(name.flip()).toString();
    }

    static DiskImageException malformed(HostFile file, long offset, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), offset, message);
    }

    static DiskImageException truncated(HostFile file, String what) {
        return new DiskImageException(
                Kind.TRUNCATED, file.path(), what + " does not lie in the file; copy it again from where it came from");
    }

    boolean has(long feature) {
        return (features & feature) != 0;
    }

    long tableBytes() {
        return (long) tableClusters * clusterBytes;
    }

    long tableEntries() {
        return tableBytes() / Long.BYTES;
    }

    /** How many bytes of the guest one table of clusters tells of; it may be more than any disk has. */
    long bytesPerTable() {
        return tableEntries() * clusterBytes;
    }

    /** Whether a table that begins at {@code offset} lies in the file, behind the header. */
    boolean holdsTable(long offset) {
        return offset >= headerClusters * clusterBytes && offset % clusterBytes == 0 && offset <= length - tableBytes();
    }
}
