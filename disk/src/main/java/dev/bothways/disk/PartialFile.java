package dev.bothways.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The name that a new file has until it is complete: {@code NAME.partial}. A lock on {@code NAME.partial.lock} beside it is held
 * while the program writes. The system drops it when the program dies, whatever the reason, so the next run can tell a dead
 * conversion's file, which it replaces, from one that is being written.
 */
public final class PartialFile implements Closeable {
    private static final String PARTIAL = ".partial";
    private static final String LOCK = ".partial.lock";
    private static final int ATTEMPTS = 100;

    private final Path target;
    private final Path partial;
    private final Optional<Lock> lock;
    private final Unfinished unfinished;

    /** A lock file, and whether it was there before. */
    private record Lock(Path path, FileChannel channel, boolean found) {
        void release() throws IOException {
            try (channel) {
                Files.deleteIfExists(path);
            }
        }
    }

    private PartialFile(Path target, Path partial, Optional<Lock> lock) {
        this.target = target;
        this.partial = partial;
        this.lock = lock;
        this.unfinished = Unfinished.output(target, this::remove);
    }

    /**
     * Takes the name. The caller creates the file, which is not there when this returns.
     *
     * @param target what the file is called when it is complete
     * @param replace whether a {@code .partial} is replaced that no conversion is known to have left
     * @throws OutputException where another conversion writes to it, or its folder refuses
     */
    public static PartialFile begin(Path target, boolean replace) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + PARTIAL);
        Optional<Lock> lock = lock(target, partial);
        PartialFile begun = new PartialFile(target, partial, lock);
        if (Files.exists(partial, LinkOption.NOFOLLOW_LINKS)) {
            boolean left = Files.isRegularFile(partial, LinkOption.NOFOLLOW_LINKS)
                    && (replace || (lock.isPresent() && lock.get().found));
            if (!left) {
                begun.unfinished.close();
                release(lock);
                throw new OutputException(
                        partial,
                        "is in the way, and no lock file shows that a conversion left it there; delete it, or replace it with"
                                + " --force",
                        null);
            }
            Files.delete(partial);
        }
        return begun;
    }

    private static Optional<Lock> lock(Path target, Path partial) throws IOException {
        Path path = target.resolveSibling(target.getFileName() + LOCK);
        for (int i = 0; i < ATTEMPTS; i++) {
            boolean found = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            FileChannel channel = open(target, path);
            Optional<FileLock> held;
            try {
                held = Optional.ofNullable(channel.tryLock());
            } catch (OverlappingFileLockException e) {
                held = Optional.empty(); // Held by another thread of this program.
            } catch (IOException e) {
                // A file system without locks: then a file in the way is never taken for a dead conversion's.
                new Lock(path, channel, found).release();
                return Optional.empty();
            }
            if (held.isEmpty()) {
                channel.close();
                throw new OutputException(
                        partial, "is being written by another conversion; wait for it, or name another file", null);
            }
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(new Lock(path, channel, found));
            }
            channel.close(); // Its owner ended and deleted it between our opening and locking it.
        }
        throw new OutputException(partial, "is written by one conversion after the other; name another file", null);
    }

    private static FileChannel open(Path target, Path path) throws OutputException {
        try {
            return FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new OutputException(target, "cannot be created, for its folder does not exist", e);
        } catch (java.nio.file.AccessDeniedException e) {
            throw new OutputException(target, "cannot be created: permission denied", e);
        } catch (java.nio.file.FileSystemException e) {
            throw new OutputException(
                    target, "cannot be created: " + (e.getReason() == null ? "it is refused" : e.getReason()), e);
        } catch (IOException e) {
            throw new OutputException(target, "cannot be created: " + e.getMessage(), e);
        }
    }

    /** Where to write until {@link #complete}. */
    public Path path() {
        return partial;
    }

    /**
     * Renames the file into place, over one that is there already.
     *
     * @throws OutputException where that fails; the file is removed
     */
    public void complete() throws IOException {
        try {
            unfinished.complete(() ->
                    Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE));
        } catch (IOException e) {
            Files.deleteIfExists(partial);
            throw new OutputException(target, "cannot be renamed into place: " + e.getMessage(), e);
        }
    }

    private void remove() throws IOException {
        Files.deleteIfExists(partial);
        release(lock);
    }

    private static void release(Optional<Lock> lock) throws IOException {
        if (lock.isPresent()) {
            lock.get().release();
        }
    }

    /** Lets go of the name. Unless it was completed, what is left of the file is deleted. */
    @Override
    public void close() throws IOException {
        unfinished.complete(this::remove);
    }
}
