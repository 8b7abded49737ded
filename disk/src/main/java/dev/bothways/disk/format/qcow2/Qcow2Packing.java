package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.mapped.NewImageFile;
import java.io.IOException;

/** How clusters are packed, and where they go. */
final class Qcow2Packing implements ImageWriter.Packing {
    private final ClusterCompression kind;
    private final NewImageFile image;
    private final NewTables tables;
    private final int clusterBytes;

    Qcow2Packing(ClusterCompression kind, NewImageFile image, NewTables tables, int clusterBytes) {
        this.kind = kind;
        this.image = image;
        this.tables = tables;
        this.clusterBytes = clusterBytes;
    }

    @Override
    public ImageWriter.Packer packer() {
        return kind.packer(clusterBytes);
    }

    @Override
    public int mostPacked() {
        return clusterBytes;
    }

    @Override
    public ImageWriter.Place place(long offset, int packedLength) throws IOException {
        long length = Math.min(clusterBytes, image.size() - offset);
        if (offset % clusterBytes != 0 || packedLength >= clusterBytes) {
            throw new IllegalArgumentException("a cluster is packed whole, and into less than one");
        }
        image.advance(offset, length);
        return new ImageWriter.Place(offset, length, image.file(), tables.pack(offset / clusterBytes, packedLength));
    }
}
