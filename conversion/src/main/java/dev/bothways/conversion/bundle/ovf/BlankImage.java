package dev.bothways.conversion.bundle.ovf;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.Extent;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/** A disk that an envelope wants to be made empty: all zeros, in no file. */
public final class BlankImage implements DiskImage {
    private final MemoryDisk zeros;
    private final Path envelope;

    /** An empty disk of {@code size} bytes that {@code envelope} tells of. */
    public BlankImage(long size, Path envelope) {
        this.zeros = new MemoryDisk(size);
        this.envelope = envelope;
    }

    @Override
    public long size() {
        return zeros.size();
    }

    @Override
    public int sectorSize() {
        return zeros.sectorSize();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        zeros.read(offset, into);
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        return zeros.extent(offset, limit);
    }

    @Override
    public ImageDescription describe() {
        return new ImageDescription(
                DiskFormat.RAW, "blank", size(), sectorSize(), 1, List.of(envelope), new LinkedHashMap<>());
    }

    @Override
    public List<Finding> check() {
        return List.of();
    }

    @Override
    public void close() throws IOException {
        zeros.close();
    }
}
