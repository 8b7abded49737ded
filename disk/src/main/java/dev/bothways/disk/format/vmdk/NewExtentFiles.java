package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.OutputException;
import dev.bothways.disk.PartialFile;
import dev.bothways.disk.Unfinished;
import dev.bothways.disk.archive.ArchivePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files beside a new descriptor. As the descriptor itself they are {@link PartialFile}s until they are complete; {@link
 * #finish} gives them the names that the descriptor tells. A file that is there already is replaced only then, and only where
 * the caller wants that and does not read it.
 */
final class NewExtentFiles implements Closeable {
    private record Made(HostFile file, PartialFile partial) {}

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
        PartialFile partial = PartialFile.begin(name, replacing());
        try {
            HostFile file = HostFile.create(partial.path(), options.durable());
            made.add(new Made(file, partial));
            return file;
        } catch (IOException | RuntimeException e) {
            try (partial) {
                throw e;
            }
        }
    }

    private boolean replacing() {
        return options.becoming().map(CreateOptions.Becoming::replace).orElse(false);
    }

    private void checkFree(Path name) throws IOException {
        if (!Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!replacing()) {
            throw new OutputException(
                    name,
                    "is there already, and the disk needs a file of this name; name another disk, or replace it with --force",
                    null);
        }
        if (!Files.isRegularFile(name, LinkOption.NOFOLLOW_LINKS)) {
            throw new OutputException(name, "is no plain file, so it is not replaced; name another disk", null);
        }
        for (Path kept : options.becoming().map(CreateOptions.Becoming::kept).orElse(List.of())) {
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
        for (Made each : made) {
            each.file.close();
        }
        finished = true;
        Unfinished.whole(() -> {
            for (Made each : made) {
                each.partial.complete();
            }
        });
    }

    @Override
    public void close() throws IOException {
        for (Made each : made) {
            try {
                if (finished) {
                    each.file.close();
                } else {
                    each.file.discard();
                }
            } finally {
                each.partial.close();
            }
        }
    }
}
