package dev.bothways.disk.format.raw;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.Extent;
import dev.bothways.disk.FileRuns;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A file or block device whose bytes are the disk's. Holes of the file are zeros for certain; all else is data.
 *
 * <p>The size is the file's length when it was opened. It need not be a multiple of the sector.
 */
public final class RawImage implements DiskImage {
    private static final int SECTOR = 512;

    private final HostFile file;
    private final long size;
    private final FileRuns runs;
    private volatile boolean closed;

    private RawImage(HostFile file, long size) {
        this.file = file;
        this.size = size;
        this.runs = new FileRuns(file);
    }

    /** Opens a file as raw; any file is one. */
    public static RawImage open(HostFile file, OpenOptions options) throws IOException {
        return new RawImage(file, file.size());
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int sectorSize() {
        return SECTOR;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        Objects.checkFromIndexSize(offset, into.remaining(), size);
        requireOpen();
        file.read(offset, into);
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        Objects.checkFromToIndex(offset, limit, size);
        Objects.checkIndex(offset, limit);
        requireOpen();
        return runs.at(offset, limit - offset, offset);
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public ImageDescription describe() throws IOException {
        SequencedMap<String, String> details = new LinkedHashMap<>();
        Iso9660.of(file).ifPresent(cd -> {
            details.put(
                    "holds",
                    "a CD's file system, ISO 9660"
                            + cd.extensions().stream()
                                    .map(extension -> ", " + extension)
                                    .collect(Collectors.joining()));
            if (!cd.volume().isEmpty()) {
                details.put("volume", cd.volume());
            }
        });
        return new ImageDescription(DiskFormat.RAW, "", size, SECTOR, 1, List.of(file.path()), details);
    }

    @Override
    public List<Finding> check() {
        long rest = size % SECTOR;
        if (rest == 0) {
            return List.of();
        }
        String message = file.path() + ": the last sector has only " + rest + " of " + SECTOR + " bytes";
        return List.of(new Finding(Severity.NOTE, message));
    }

    @Override
    public void requireUnchanged() throws IOException {
        file.requireUnchanged();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        file.close();
    }

    @Override
    public boolean isCheckable() {
        return false;
    }
}
