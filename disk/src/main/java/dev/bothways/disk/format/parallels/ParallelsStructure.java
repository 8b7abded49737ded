package dev.bothways.disk.format.parallels;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The metadata of an expanding image, judged.
 *
 * @param size what a guest sees, in bytes
 * @param dataOffset where the clusters begin, in bytes
 * @param notes what was odd but did not matter
 */
record ParallelsStructure(
        HostFile file, ParallelsHeader header, long size, long dataOffset, long fileLength, List<String> notes) {

    private static final long MOST_CLUSTER_SECTORS = 1 << 22;

    /** Reads and judges the metadata of {@code file}. */
    static ParallelsStructure read(HostFile file) throws IOException {
        long length = file.size();
        if (length < ParallelsHeader.BYTES) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "a Parallels image has a header of 64 bytes, this file only " + length);
        }
        ByteBuffer start = ByteBuffer.allocate(ParallelsHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, start);
        if (!ParallelsHeader.hasMark(start)) {
            throw malformed(file, 0, "there is no mark of a Parallels image; it is another format");
        }
        ParallelsHeader header = ParallelsHeader.parse(start);
        if (header.version() != 2) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "its version is " + Integer.toUnsignedString(header.version()) + "; only 2 is known");
        }
        checkSizes(file, header);
        long tableEnd = ParallelsHeader.BYTES + header.entries() * Integer.BYTES;
        if (tableEnd > length) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "the table of clusters ends at byte %d, but the file at byte %d; copy it again from where it came from"
                            .formatted(tableEnd, length));
        }
        long dataOffset = dataOffset(file, header, tableEnd);
        List<String> notes = header.inUse() == ParallelsHeader.OPEN
                ? List.of(
                        "it was not closed: its machine may be running, or its host went down; shut the machine down first")
                : List.of();
        return new ParallelsStructure(
                file, header, header.sectors() * ParallelsHeader.SECTOR_BYTES, dataOffset, length, notes);
    }

    private static void checkSizes(HostFile file, ParallelsHeader header) throws DiskImageException {
        long cluster = header.clusterSectors();
        if (cluster == 0 || cluster > MOST_CLUSTER_SECTORS) {
            throw malformed(
                    file, 28, "a cluster of " + cluster + " sectors is not one of 1 to " + MOST_CLUSTER_SECTORS);
        }
        if (header.sectors() <= 0 || Math.ceilDiv(header.sectors(), cluster) > header.entries()) {
            throw malformed(
                    file,
                    36,
                    "a disk of %s sectors does not go into %d clusters of %d"
                            .formatted(Long.toUnsignedString(header.sectors()), header.entries(), cluster));
        }
    }

    private static long dataOffset(HostFile file, ParallelsHeader header, long tableEnd) throws DiskImageException {
        long offset = header.dataSector() * ParallelsHeader.SECTOR_BYTES;
        if (offset == 0 && header.extended()) {
            throw malformed(file, 48, "it does not say where its clusters begin");
        }
        if (offset == 0) {
            return Math.ceilDiv(tableEnd, (long) ParallelsHeader.SECTOR_BYTES) * ParallelsHeader.SECTOR_BYTES;
        }
        if (offset < tableEnd) {
            throw malformed(file, 48, "its clusters are said to begin within the table of clusters");
        }
        return offset;
    }

    static DiskImageException malformed(HostFile file, long offset, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), offset, message);
    }

    /** How many clusters the disk needs; the table may have more. */
    long clusters() {
        return Math.ceilDiv(size, header.clusterBytes());
    }

    /** How much of a cluster the disk needs: of the last one just its part. */
    long used(long cluster) {
        return Math.min(header.clusterBytes(), size - cluster * header.clusterBytes());
    }
}
