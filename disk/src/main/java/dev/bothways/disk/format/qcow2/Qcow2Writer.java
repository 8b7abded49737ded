package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.NewImageFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A qcow2 being filled.
 *
 * <p>Until it is finished its header names a feature that nobody knows, so that everybody refuses it; nobody takes it for a raw
 * disk. Clusters come in guest order, a table of clusters behind those it tells of, then the table of tables and the refcounts.
 */
public final class Qcow2Writer implements ImageWriter {
    private static final int SECTOR = 512;

    private final NewImageFile image;
    private final Qcow2Settings settings;
    private final NewHeader header;
    private final NewSpace space;
    private final NewTables tables;
    private final Optional<VirtualDisk> parent;
    private final int clusterBytes;

    private Qcow2Writer(NewImageFile image, Qcow2Settings settings, NewHeader header, Optional<VirtualDisk> parent) {
        this.image = image;
        this.settings = settings;
        this.header = header;
        this.clusterBytes = settings.clusterBytes();
        this.space = new NewSpace(clusterBytes);
        this.tables = new NewTables(image.file(), image.size(), settings, space);
        this.parent = parent;
    }

    /**
     * Begins a disk of {@code size} bytes, rounded up to whole sectors of 512.
     *
     * @throws DiskImageException where a qcow2 cannot be as large, or made, as asked for
     */
    public static ImageWriter create(Path path, long size, CreateOptions options) throws IOException {
        if (size > Long.MAX_VALUE - SECTOR) {
            throw new DiskImageException(Kind.UNSUPPORTED, path, "no disk can have " + size + " bytes");
        }
        long wholeSectors = Math.ceilDiv(size, (long) SECTOR) * SECTOR;
        Qcow2Settings settings = Qcow2Settings.of(path, wholeSectors, options);
        NewHeader header = NewHeader.of(path, wholeSectors, settings, options.parent());
        NewImageFile image = NewImageFile.create(path, wholeSectors, options);
        try {
            image.file().write(0, header.unfinished());
            if (settings.reserved()) {
                // The clusters of data alone: enough to be told at once that there is no room.
                image.file().allocate(settings.clusterBytes() + wholeSectors);
            }
            return new Qcow2Writer(image, settings, header, options.parent().map(CreateOptions.Parent::disk));
        } catch (IOException | RuntimeException e) {
            try (image) {
                throw e;
            }
        }
    }

    @Override
    public long size() {
        return image.size();
    }

    @Override
    public long unit() {
        return clusterBytes;
    }

    @Override
    public Optional<HostFile> file() {
        return Optional.of(image.file());
    }

    @Override
    public Optional<VirtualDisk> parent() {
        return parent;
    }

    @Override
    public long grain() {
        return parent.isPresent() ? settings.grain() : 1;
    }

    @Override
    public Optional<Packing> packing() {
        return settings.compression().map(kind -> new Qcow2Packing(kind, image, tables, clusterBytes));
    }

    @Override
    public List<Place> place(long offset, long length) throws IOException {
        image.advance(offset, length);
        checkGrain(offset, length);
        List<Place> found = new ArrayList<>();
        long end = offset + length;
        for (long at = offset; at < end; ) {
            long cluster = at / clusterBytes;
            long next = Math.min(end, (cluster + 1) * clusterBytes);
            long fileOffset = tables.place(cluster, subclusters(at, next)) + at % clusterBytes;
            add(found, new Place(at, next - at, image.file(), fileOffset));
            at = next;
        }
        return found;
    }

    private static void add(List<Place> places, Place next) {
        if (!places.isEmpty()) {
            Place last = places.getLast();
            if (last.fileOffset() + last.length() == next.fileOffset()) {
                places.removeLast();
                places.add(new Place(last.offset(), last.length() + next.length(), last.file(), last.fileOffset()));
                return;
            }
        }
        places.add(next);
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        if (parent.isEmpty()) {
            throw new UnsupportedOperationException("only a differencing image hides its parent's data");
        }
        image.advance(offset, length);
        checkGrain(offset, length);
        long end = offset + length;
        for (long at = offset; at < end; ) {
            long cluster = at / clusterBytes;
            long next = Math.min(end, (cluster + 1) * clusterBytes);
            tables.zero(cluster, subclusters(at, next));
            at = next;
        }
    }

    private void checkGrain(long offset, long length) {
        long end = offset + length;
        if (offset % grain() != 0 || (end % grain() != 0 && end != size())) {
            throw new IllegalArgumentException(
                    "bytes %d to %d are not whole parts of %d bytes, in which the parent is hidden"
                            .formatted(offset, end, grain()));
        }
    }

    /** The subclusters of one cluster that bytes {@code [start, end)} touch. */
    private BitSet subclusters(long start, long end) {
        BitSet touched = new BitSet(Qcow2Header.SUBCLUSTERS);
        int bytes = clusterBytes / Qcow2Header.SUBCLUSTERS;
        long base = start / clusterBytes * clusterBytes;
        touched.set((int) ((start - base) / bytes), (int) Math.ceilDiv(end - base, bytes));
        return touched;
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        HostFile file = image.file();
        long l1Offset = tables.finish();
        NewSpace.Refcounts refcounts = space.writeRefcounts(file);
        file.resize(space.end());
        if (settings.reserved()) {
            file.allocate(space.end());
        }
        file.force();
        file.write(0, header.finished(l1Offset, tables.tableCount(), refcounts));
        file.force();
        image.finished();
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
