package dev.bothways.disk;

import dev.bothways.disk.archive.ArchivePath;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a disk to a new image file, as a {@link PartialFile} that is renamed into place when it is complete, so that whatever
 * happens nobody takes half a disk for a whole one. Where an image has several files, its writer does the same with the others,
 * and renames them just before.
 */
public final class DiskConversion {
    private DiskConversion() {}

    /**
     * Writes the disk to {@code path}.
     *
     * @param replace whether a file that is there already is replaced; it is kept until the new one is complete
     * @throws OutputException where the place refuses, a file is there already, or the format cannot hold the disk
     */
    public static DiskCopy.Result convert(
            VirtualDisk source,
            Path path,
            DiskFormat format,
            CreateOptions createOptions,
            CopyOptions copyOptions,
            boolean replace)
            throws IOException {
        List<Path> sources =
                source instanceof DiskImage image ? image.describe().files() : List.of();
        refuseSource(sources, path);
        return convert(
                source.size(),
                sources,
                path,
                format,
                createOptions,
                replace,
                writer -> DiskCopy.copy(source, writer, copyOptions));
    }

    private static void refuseSource(List<Path> sources, Path path) throws IOException {
        for (Path file : sources) {
            if (Files.exists(path) && Files.isSameFile(path, ArchivePath.holderOf(file))) {
                throw new OutputException(path, "is the image that is being read; name another file", null);
            }
        }
    }

    /**
     * Writes the disk, as raw bytes, over what a file or block device holds. Its size stays; what lies beyond the end of a smaller
     * disk is left as it is.
     *
     * @param path of a file or block device that is there and not in use
     * @param durable whether everything must have reached the medium in the end
     * @throws OutputException where it is missing, smaller than the disk, or refuses
     */
    public static DiskCopy.Result over(VirtualDisk source, Path path, CopyOptions copyOptions, boolean durable)
            throws IOException {
        refuseSource(source instanceof DiskImage image ? image.describe().files() : List.of(), path);
        return ExistingTarget.overwrite(
                path, source.size(), durable, writer -> DiskCopy.copy(source, writer, copyOptions));
    }

    /** Writes a disk that comes once over what a file or block device holds; as {@link #over(VirtualDisk, Path, CopyOptions, boolean)}. */
    public static DiskCopy.Result over(DiskStream source, Path path, CopyOptions copyOptions, boolean durable)
            throws IOException {
        return ExistingTarget.overwrite(
                path, source.size(), durable, writer -> DiskCopy.copy(source, writer, copyOptions));
    }

    /** Writes a disk that comes once to {@code path}; as {@link #convert(VirtualDisk, Path, DiskFormat, CreateOptions, CopyOptions, boolean)}. */
    public static DiskCopy.Result convert(
            DiskStream source,
            Path path,
            DiskFormat format,
            CreateOptions createOptions,
            CopyOptions copyOptions,
            boolean replace)
            throws IOException {
        return convert(
                source.size(),
                List.of(),
                path,
                format,
                createOptions,
                replace,
                writer -> DiskCopy.copy(source, writer, copyOptions));
    }

    /** Fills an image. */
    interface Copying {
        DiskCopy.Result into(ImageWriter writer) throws IOException;
    }

    private static DiskCopy.Result convert(
            long size,
            List<Path> sources,
            Path path,
            DiskFormat format,
            CreateOptions createOptions,
            boolean replace,
            Copying copying)
            throws IOException {
        CreateOptions named = createOptions.becoming(new CreateOptions.Becoming(path, replace, sources));
        return intoPlace(path, replace, createOptions.durable(), partial -> {
            try (ImageWriter writer = DiskImages.create(partial, format, size, named)) {
                DiskCopy.Result result = copying.into(writer);
                writer.finish();
                return result;
            }
        });
    }

    /**
     * Writes the disk into a pipe, from its beginning to its end; which is closed.
     *
     * @param name what messages call the pipe
     * @throws DiskImageException where the format cannot be written so
     */
    public static DiskCopy.Result intoPipe(
            VirtualDisk source,
            Path name,
            WritableByteChannel pipe,
            DiskFormat format,
            CreateOptions createOptions,
            CopyOptions copyOptions)
            throws IOException {
        return intoPipe(
                source.size(), name, pipe, format, createOptions, writer -> DiskCopy.copy(source, writer, copyOptions));
    }

    /** Writes a disk that comes once into a pipe; as {@link #intoPipe(VirtualDisk, Path, WritableByteChannel, DiskFormat, CreateOptions, CopyOptions)}. */
    public static DiskCopy.Result intoPipe(
            DiskStream source,
            Path name,
            WritableByteChannel pipe,
            DiskFormat format,
            CreateOptions createOptions,
            CopyOptions copyOptions)
            throws IOException {
        return intoPipe(
                source.size(), name, pipe, format, createOptions, writer -> DiskCopy.copy(source, writer, copyOptions));
    }

    private static DiskCopy.Result intoPipe(
            long size,
            Path name,
            WritableByteChannel pipe,
            DiskFormat format,
            CreateOptions createOptions,
            Copying copying)
            throws IOException {
        try (ImageWriter writer = DiskImages.create(name, format, size, createOptions.into(pipe))) {
            DiskCopy.Result result = copying.into(writer);
            writer.finish();
            return result;
        }
    }

    /** Writes an image of zeros to {@code path}, as {@link #convert} would. */
    public static void create(Path path, DiskFormat format, long size, CreateOptions options, boolean replace)
            throws IOException {
        CreateOptions named = options.becoming(new CreateOptions.Becoming(path, replace, List.of()));
        intoPlace(path, replace, options.durable(), partial -> {
            try (ImageWriter writer = DiskImages.create(partial, format, size, named)) {
                writer.finish();
                return partial;
            }
        });
    }

    private interface Work<T> {
        T write(Path partial) throws IOException;
    }

    private static <T> T intoPlace(Path path, boolean replace, boolean durable, Work<T> work) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw ExistingTarget.notReplaced(path);
            }
            if (!replace) {
                throw new OutputException(
                        path, "is there already; name another file, or replace it with --force", null);
            }
        }
        try (PartialFile partial = PartialFile.begin(path, replace)) {
            T result = written(work, partial.path(), path);
            partial.complete();
            if (durable) {
                force(path.toAbsolutePath().getParent());
            }
            return result;
        }
    }

    private static <T> T written(Work<T> work, Path partial, Path path) throws IOException {
        try {
            return work.write(partial);
        } catch (DiskImageException e) {
            throw DiskImages.ofNewImage(e, partial, path);
        }
    }

    /** A name is on the medium when its folder is; Windows has no such call, and writes names in order. */
    private static void force(@Nullable Path folder) throws IOException {
        if (folder != null && File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
