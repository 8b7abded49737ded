package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.OutputException;
import dev.bothways.disk.archive.ArchivePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The files beside a new descriptor. As the descriptor itself they are called {@code .partial} until they are whole; {@link
 * #finish} gives them the names that the descriptor tells. A file that is there already is replaced only then, and only where
 * the caller wants that and does not read it.
 */
final class NewExtentFiles implements Closeable {
    private record Made(HostFile file, Path name) {}

    private final Path folder;
    private final CreateOptions options;
    private final List<Made> made = new ArrayList<>();
    private boolean finished;

    /** Files beside {@code path}, the descriptor. */
    NewExtentFiles(Path path, CreateOptions options) {
        Path parent = path.toAbsolutePath().getParent();
        this.folder = parent == null ? path : parent;
        this.options = options;
    }

    /** Creates the file that will have this name. */
    HostFile create(String leaf) throws IOException {
        Path name = folder.resolve(leaf);
        checkFree(name);
        HostFile file = HostFile.create(folder.resolve(leaf + ".partial"), options.durable());
        made.add(new Made(file, name));
        return file;
    }

    private void checkFree(Path name) throws IOException {
        if (!Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (options.becoming().isEmpty() || !options.becoming().get().replace()) {
            throw new OutputException(
                    name,
                    "is there already, and the disk needs a file of this name; name another disk, or replace it with --force",
                    null);
        }
        if (!Files.isRegularFile(name, LinkOption.NOFOLLOW_LINKS)) {
            throw new OutputException(name, "is no plain file, so it is not replaced; name another disk", null);
        }
        for (Path kept : options.becoming().get().kept()) {
            if (Files.isSameFile(ArchivePath.holderOf(kept), name)) {
                throw new OutputException(
                        name,
                        "belongs to the image that is being read, and the disk needs a file of this name; name another disk",
                        null);
            }
        }
    }

    /** Makes all files last and gives them their names. */
    void finish() throws IOException {
        for (Made each : made) {
            each.file.force();
        }
        finished = true;
        for (Made each : made) {
            each.file.close();
            Files.move(
                    each.file.path(), each.name, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void close() throws IOException {
        for (Made each : made) {
            if (finished) {
                each.file.close();
            } else {
                each.file.discard();
            }
        }
    }
}
