package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.mapped.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a new qcow2 is to be, judged.
 *
 * @param version 2 or 3
 * @param compression of its clusters, if they are to be compressed
 * @param extended whether it has subclusters
 * @param fixed whether every cluster gets its place, used or not
 * @param reserved whether the file takes all its space at once
 */
record Qcow2Settings(
        int version,
        int clusterBits,
        Optional<ClusterCompression> compression,
        boolean extended,
        boolean fixed,
        boolean reserved) {
    private static final int USUAL_CLUSTER = 64 << 10;
    private static final String COMPAT = "compat";
    private static final String COMPRESSION = "compression_type";
    private static final String EXTENDED = "extended_l2";
    private static final String REFCOUNT_BITS = "refcount_bits";
    private static final String PREALLOCATION = "preallocation";

    static Qcow2Settings of(Path path, long size, CreateOptions options) throws DiskImageException {
        Settings settings =
                Settings.of(path, options, List.of(COMPAT, COMPRESSION, EXTENDED, REFCOUNT_BITS, PREALLOCATION));
        Settings.refusePipe(path, options);
        settings.word(REFCOUNT_BITS, "16", List.of("16"));
        int version = switch (settings.word(COMPAT, "1.1", List.of("1.1", "v3", "0.10", "v2"))) {
            case "1.1", "v3" -> 3;
            default -> 2;
        };
        boolean extended = settings.isOn(EXTENDED, false);
        String type = settings.word(COMPRESSION, "zlib", List.of("zlib", "zstd"));
        Optional<ClusterCompression> compression = options.compressed()
                ? Optional.of(ClusterCompression.valueOf(type.toUpperCase(Locale.ROOT)))
                : Optional.empty();
        boolean fixed = options.allocation() == Allocation.FIXED;
        String space =
                settings.word(PREALLOCATION, fixed ? "full" : "off", List.of("off", "metadata", "falloc", "full"));
        if (fixed && space.equals("off")) {
            throw unsupported(path, "a fixed disk cannot be without preallocation");
        }
        fixed = !space.equals("off");
        boolean reserved = fixed && !space.equals("metadata");
        Qcow2Settings made = new Qcow2Settings(
                version, clusterBits(path, options, extended), compression, extended, fixed, reserved);
        if (version == 2 && (extended || type.equals("zstd"))) {
            throw unsupported(path, "compat=0.10 knows neither subclusters nor zstd");
        }
        if (fixed && (compression.isPresent() || options.parent().isPresent())) {
            throw unsupported(path, "a fixed disk can neither be compressed nor have a parent");
        }
        if (Math.ceilDiv(size, made.bytesPerTable()) * Long.BYTES > Qcow2Structure.MOST_L1_BYTES) {
            throw unsupported(
                    path,
                    "clusters of %d bytes are too small for a disk of %d bytes; take larger ones"
                            .formatted(1 << made.clusterBits, size));
        }
        return made;
    }

    private static int clusterBits(Path path, CreateOptions options, boolean extended) throws DiskImageException {
        long bytes = options.unit().orElse(USUAL_CLUSTER);
        int lowest = extended ? Qcow2Header.SMALLEST_EXTENDED_BITS : Qcow2Header.SMALLEST_CLUSTER_BITS;
        if (Long.bitCount(bytes) != 1 || bytes < 1L << lowest || bytes > 1L << Qcow2Header.LARGEST_CLUSTER_BITS) {
            throw unsupported(
                    path,
                    "its clusters have a power of two of bytes, from %d to 2 MiB; not %d"
                            .formatted(1 << lowest, bytes));
        }
        return Long.numberOfTrailingZeros(bytes);
    }

    private static DiskImageException unsupported(Path path, String message) {
        return new DiskImageException(Kind.UNSUPPORTED, path, message);
    }

    int clusterBytes() {
        return 1 << clusterBits;
    }

    int wordsPerEntry() {
        return extended ? 2 : 1;
    }

    int clustersPerTable() {
        return clusterBytes() / Long.BYTES / wordsPerEntry();
    }

    long bytesPerTable() {
        return (long) clusterBytes() * clustersPerTable();
    }

    /** The smallest part that can be the image's own or the parent's. */
    int grain() {
        return extended ? clusterBytes() / Qcow2Header.SUBCLUSTERS : clusterBytes();
    }
}
