package dev.bothways.disk.format.parallels;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.mapped.TablePages;
import java.io.IOException;
import java.nio.ByteOrder;

/** Where the clusters lie: an entry of the table is a place in the file, in sectors or clusters, or 0 for nowhere. */
final class ParallelsClusterMap implements RangeMap {
    private static final long LONGEST_WALK = 1 << 14;

    private final ParallelsStructure structure;
    private final boolean overlay;
    private final long clusterBytes;
    private final long unit;
    private final TablePages table;

    /**
     * The map of an image.
     *
     * @param overlay whether what is nowhere is below; else it is zeros
     */
    ParallelsClusterMap(ParallelsStructure structure, boolean overlay) {
        this.structure = structure;
        this.overlay = overlay;
        this.clusterBytes = structure.header().clusterBytes();
        this.unit = structure.header().entryUnit();
        this.table = new TablePages(
                structure.file()::read,
                ParallelsHeader.BYTES,
                structure.header().entries(),
                Integer.BYTES,
                ByteOrder.LITTLE_ENDIAN);
    }

    /** Where a cluster begins in the file, in bytes; 0 for nowhere. Not checked. */
    long start(long cluster) throws IOException {
        return table.entry(cluster) * unit;
    }

    /** How many clusters are in the file. */
    long countStored() throws IOException {
        long count = 0;
        for (long cluster = 0; cluster < structure.clusters(); cluster++) {
            count += start(cluster) == 0 ? 0 : 1;
        }
        return count;
    }

    /** Whether a cluster at this place does not lie in the file's space for clusters. */
    boolean isOutside(long cluster, long start) {
        return start < structure.dataOffset() || start > structure.fileLength() - structure.used(cluster);
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long cluster = offset / clusterBytes;
        long start = start(cluster);
        if (start == 0) {
            long length = endOfAbsent(cluster, limit) - offset;
            return overlay ? new Piece.Below(length) : new Piece.Zeros(length);
        }
        if (isOutside(cluster, start)) {
            throw misplaced(cluster, start);
        }
        return new Piece.InFile(endOfStored(cluster, start, limit) - offset, start + offset % clusterBytes);
    }

    private long endOfAbsent(long cluster, long limit) throws IOException {
        long last = Math.min(cluster + LONGEST_WALK, Math.ceilDiv(limit, clusterBytes));
        long next = cluster + 1;
        while (next < last && start(next) == 0) {
            next++;
        }
        return Math.min(limit, next * clusterBytes);
    }

    private long endOfStored(long cluster, long start, long limit) throws IOException {
        long last = Math.min(cluster + LONGEST_WALK, Math.ceilDiv(limit, clusterBytes));
        long next = cluster + 1;
        while (next < last && start(next) == start + (next - cluster) * clusterBytes && !isOutside(next, start(next))) {
            next++;
        }
        return Math.min(limit, next * clusterBytes);
    }

    private DiskImageException misplaced(long cluster, long start) {
        long entryAt = ParallelsHeader.BYTES + cluster * Integer.BYTES;
        if (start < structure.dataOffset()) {
            return ParallelsStructure.malformed(
                    structure.file(),
                    entryAt,
                    "cluster %d is said to lie at byte %d, over the header or the table".formatted(cluster, start));
        }
        return new DiskImageException(
                Kind.TRUNCATED,
                structure.file().path(),
                entryAt,
                "cluster %d is said to lie at byte %d, but the file ends at byte %d; copy it again from where it came from"
                        .formatted(cluster, start, structure.fileLength()));
    }
}
