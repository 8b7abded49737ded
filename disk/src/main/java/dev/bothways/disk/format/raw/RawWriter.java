package dev.bothways.disk.format.raw;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.mapped.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Writes a raw image: every byte at its own place, holes between, or all space taken at once. */
public final class RawWriter implements ImageWriter {
    private final HostFile file;
    private final long size;
    private boolean toAllocate;
    private boolean finished;

    private RawWriter(HostFile file, long size, boolean toAllocate) {
        this.file = file;
        this.size = size;
        this.toAllocate = toAllocate;
    }

    /** Begins a raw image of {@code size} bytes. */
    public static RawWriter create(Path path, long size, CreateOptions options) throws IOException {
        Settings.of(path, options, List.of());
        Settings.refuseCompression(path, options);
        Settings.refuseParent(path, options);
        HostFile file = HostFile.create(path, options);
        try {
            if (file.isPipe()) {
                return new RawWriter(file, size, false);
            }
            boolean fixed = options.allocation() == Allocation.FIXED;
            if (!fixed) {
                file.resize(size);
            }
            return new RawWriter(file, size, fixed);
        } catch (IOException | RuntimeException e) {
            file.discard();
            throw e;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long unit() {
        return 1;
    }

    @Override
    public boolean sequential() {
        return file.isPipe();
    }

    @Override
    public Optional<HostFile> file() {
        return Optional.of(file);
    }

    @Override
    public List<Place> place(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, size);
        return List.of(new Place(offset, length, file, offset));
    }

    @Override
    public void allocate() throws IOException {
        if (toAllocate) {
            file.allocate(size);
            toAllocate = false;
        }
    }

    @Override
    public void finish() throws IOException {
        allocate();
        if (file.isPipe()) {
            file.resize(size);
        }
        file.force();
        finished = true;
    }

    @Override
    public void close() throws IOException {
        if (finished) {
            file.close();
        } else {
            file.discard();
        }
    }
}
