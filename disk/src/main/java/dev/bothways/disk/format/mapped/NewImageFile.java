package dev.bothways.disk.format.mapped;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.HostFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The file of an image being written in ascending order: deleted when it is closed before it is finished. */
public final class NewImageFile implements Closeable {
    private final HostFile file;
    private final long size;
    private long placedUntil;
    private boolean finished;

    private NewImageFile(HostFile file, long size) {
        this.file = file;
        this.size = size;
    }

    /** Creates the file of a disk of {@code size} bytes. */
    public static NewImageFile create(Path path, long size, CreateOptions options) throws IOException {
        return new NewImageFile(HostFile.create(path, options), size);
    }

    /** The file. */
    public HostFile file() {
        return file;
    }

    /** The size of the disk, in bytes. */
    public long size() {
        return size;
    }

    /** Notes that a guest range is placed. It must lie on the disk, and after those placed before. */
    public void advance(long offset, long length) {
        checkUnfinished();
        if (offset < placedUntil || length < 0 || offset > size - length) {
            throw new IndexOutOfBoundsException("bytes %d to %d cannot be placed after byte %d of a disk of %d"
                    .formatted(offset, offset + length, placedUntil, size));
        }
        placedUntil = offset + length;
    }

    /** Refuses to go on once finished. */
    public void checkUnfinished() {
        if (finished) {
            throw new IllegalStateException(file.path() + " is finished already");
        }
    }

    /** The image is whole: closing keeps it. */
    public void finished() {
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
