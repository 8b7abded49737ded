package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.mapped.BackingName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The header of a new image, with its extensions and the parent's name. */
final class NewHeader {
    private static final int LONGEST_NAME = 1023;
    private static final int UNFINISHED_BIT = 63;
    private static final String UNFINISHED = "never finished: copy it again";

    private final long size;
    private final Qcow2Settings settings;
    private final byte[] parentName;
    private final byte[] parentFormat;

    private NewHeader(long size, Qcow2Settings settings, String parentName, String parentFormat) {
        this.size = size;
        this.settings = settings;
        this.parentName = parentName.getBytes(StandardCharsets.UTF_8);
        this.parentFormat = parentFormat.getBytes(StandardCharsets.UTF_8);
    }

    static NewHeader of(Path path, long size, Qcow2Settings settings, Optional<CreateOptions.Parent> parent)
            throws DiskImageException {
        String name = parent.map(below -> BackingName.of(path, below.path())).orElse("");
        String format = parent.map(below -> BackingName.word(below.format())).orElse("");
        NewHeader header = new NewHeader(size, settings, name, format);
        if (header.parentName.length > LONGEST_NAME
                || header.nameAt() + header.parentName.length > settings.clusterBytes()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "the name of its parent, " + name + ", is too long for it");
        }
        return header;
    }

    /** What stands in the file until it is whole: a header with a feature that nobody knows. */
    ByteBuffer unfinished() {
        ByteBuffer out = ByteBuffer.allocate(settings.clusterBytes());
        out.put(new Qcow2Header(
                        3,
                        0,
                        0,
                        settings.clusterBits(),
                        size,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        1L << UNFINISHED_BIT,
                        0,
                        0,
                        4,
                        Qcow2Header.V3_BYTES_NOW,
                        0)
                .bytes());
        putFeature(out, UNFINISHED_BIT, UNFINISHED);
        return out.clear();
    }

    /** The first cluster of the whole image. */
    ByteBuffer finished(long l1Offset, int l1Entries, NewSpace.Refcounts refcounts) {
        ByteBuffer out = ByteBuffer.allocate(settings.clusterBytes());
        boolean zstd = isZstd();
        long features = (zstd ? Qcow2Header.COMPRESSION : 0) | (settings.extended() ? Qcow2Header.EXTENDED : 0);
        out.put(new Qcow2Header(
                        settings.version(),
                        parentName.length == 0 ? 0 : nameAt(),
                        parentName.length,
                        settings.clusterBits(),
                        size,
                        0,
                        l1Entries,
                        l1Offset,
                        refcounts.tableOffset(),
                        refcounts.tableClusters(),
                        0,
                        0,
                        features,
                        0,
                        0,
                        NewSpace.REFCOUNT_ORDER,
                        Qcow2Header.V3_BYTES_NOW,
                        zstd ? Qcow2Header.ZSTD : Qcow2Header.ZLIB)
                .bytes());
        putExtensions(out);
        out.put(parentName);
        return out.clear();
    }

    private boolean isZstd() {
        return settings.compression().equals(Optional.of(ClusterCompression.ZSTD));
    }

    private void putExtensions(ByteBuffer out) {
        if (parentFormat.length > 0) {
            out.putInt(Qcow2Extensions.BACKING_FORMAT).putInt(parentFormat.length);
            out.put(parentFormat).position((out.position() + 7) / 8 * 8);
        }
        if (isZstd()) {
            putFeature(out, Long.numberOfTrailingZeros(Qcow2Header.COMPRESSION), "compression type");
        }
        out.putLong(Qcow2Extensions.END);
    }

    private static void putFeature(ByteBuffer out, int bit, String name) {
        out.putInt(Qcow2Extensions.FEATURE_NAMES).putInt(Qcow2Extensions.FEATURE_BYTES);
        int end = out.position() + Qcow2Extensions.FEATURE_BYTES;
        out.put((byte) 0).put((byte) bit).put(name.getBytes(StandardCharsets.UTF_8));
        out.position(end);
    }

    /** Where the parent's name stands: behind all else. */
    private int nameAt() {
        ByteBuffer out = ByteBuffer.allocate(settings.clusterBytes() + Qcow2Header.V3_BYTES_NOW);
        out.position(settings.version() == 2 ? Qcow2Header.V2_BYTES : Qcow2Header.V3_BYTES_NOW);
        putExtensions(out);
        return out.position();
    }
}
