package dev.bothways.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A file or block device that is there already and takes the bytes of a disk in place: nothing is created, its size stays, and
 * what it held is overwritten up to the end of the disk, with zeros where the disk has none.
 */
final class ExistingTarget implements ImageWriter {
    private final HostFile file;
    private final long size;
    private long end;

    private ExistingTarget(HostFile file, long size) {
        this.file = file;
        this.size = size;
    }

    /** Writes a disk of {@code size} bytes over {@code path}. */
    static DiskCopy.Result overwrite(Path path, long size, boolean durable, DiskConversion.Copying copying)
            throws IOException {
        requireTarget(path);
        try (HostFile file = HostFile.overwrite(path, durable)) {
            long room = file.size();
            if (room < size) {
                throw new OutputException(
                        path,
                        "has " + room + " bytes, and the disk has " + size + "; name a larger one, or write a new file"
                                + " without -n",
                        null);
            }
            Unfinished unfinished = Unfinished.inPlace(path);
            try {
                ExistingTarget writer = new ExistingTarget(file, size);
                DiskCopy.Result result = copying.into(writer);
                writer.finish();
                return result;
            } finally {
                unfinished.close();
            }
        }
    }

    private static void requireTarget(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new OutputException(path, "does not exist, and -n creates nothing; leave -n out", null);
        }
        if (!Files.isRegularFile(path) && !DiskImages.isBlockDevice(path)) {
            throw new OutputException(path, "is neither a regular file nor a block device; name another target", null);
        }
    }

    /** Why something that is no regular file is not replaced by a new one. */
    static OutputException notReplaced(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return new OutputException(path, "is a symbolic link, which is not replaced; name the file itself", null);
        }
        return new OutputException(
                path,
                DiskImages.isBlockDevice(path)
                        ? "is a block device; -n writes the disk into it, over what it holds"
                        : "is no regular file, so it is not replaced; name another file",
                null);
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
    public Optional<HostFile> file() {
        return Optional.of(file);
    }

    /** Places come in ascending order, so what lies between two of them is zeros on the disk. */
    @Override
    public List<Place> place(long offset, long length) throws IOException {
        Objects.checkFromIndexSize(offset, length, size);
        file.zero(end, offset - end);
        end = offset + length;
        return List.of(new Place(offset, length, file, offset));
    }

    @Override
    public void finish() throws IOException {
        file.zero(end, size - end);
        end = size;
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
