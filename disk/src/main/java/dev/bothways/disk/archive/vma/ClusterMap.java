package dev.bothways.disk.archive.vma;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import java.nio.file.Path;

/**
 * Finds the bytes of a device in place.
 *
 * @param complete whether the archive has all clusters of the device, so that those without a place are zeros
 */
record ClusterMap(Path path, VmaDevice device, ClusterRuns runs, boolean complete) implements RangeMap {

    @Override
    public Piece at(long offset, long limit) throws DiskImageException {
        long cluster = offset / VmaExtent.CLUSTER;
        int run = runs.before(cluster);
        boolean inside = run >= 0 && cluster < runs.first(run) + runs.length(run);
        if (!inside) {
            return between(offset, limit, run + 1);
        }
        long start = runs.first(run) * VmaExtent.CLUSTER;
        if (runs.mask(run) == VmaExtent.WHOLE) {
            long end = start + (long) runs.length(run) * VmaExtent.CLUSTER;
            return new Piece.InFile(Math.min(end, limit) - offset, runs.place(run) + offset - start);
        }
        return inMask(offset, limit, start, run);
    }

    private Piece between(long offset, long limit, int next) throws DiskImageException {
        if (!complete) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    path,
                    "the archive does not have byte " + offset + " of " + device.name()
                            + "; copy it again from where it came from");
        }
        long end = next < runs.count() ? Math.min(limit, runs.first(next) * VmaExtent.CLUSTER) : limit;
        return new Piece.Zeros(end - offset);
    }

    /** Blocks that are not there are zeros; the others lie side by side. */
    private Piece inMask(long offset, long limit, long start, int run) {
        int mask = runs.mask(run);
        int first = (int) (offset - start) / VmaExtent.BLOCK;
        boolean there = (mask >>> first & 1) != 0;
        int alike = Integer.numberOfTrailingZeros(there ? ~(mask >>> first) : mask >>> first);
        long end = Math.min(limit, start + (long) Math.min(first + alike, 16) * VmaExtent.BLOCK);
        if (!there) {
            return new Piece.Zeros(end - offset);
        }
        long before = Integer.bitCount(mask & (1 << first) - 1);
        long place = runs.place(run) + before * VmaExtent.BLOCK + (offset - start) % VmaExtent.BLOCK;
        return new Piece.InFile(end - offset, place);
    }
}
