package dev.bothways.conversion;

import dev.bothways.disk.OutputException;
import dev.bothways.disk.Unfinished;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that is either complete or not there.
 *
 * <p>Everything is written to a folder beside it, {@code NAME.unfinished}, which is renamed into place as the very last
 * step. Killed at any moment, a conversion leaves no folder that looks finished; the unfinished one is cleared away by the
 * next conversion to the same place. A lock on a file inside tells a killed conversion's leavings from a running one's.
 */
final class OutputFolder implements Closeable {
    private static final String UNFINISHED = ".unfinished";
    private static final String REPLACED = ".unfinished.replaced";
    private static final String LOCK = ".lock";
    private static final boolean WINDOWS = java.io.File.separatorChar == '\\';

    private final Path target;
    private final Path unfinished;
    private final boolean replace;
    private final FileChannel lock;
    private final Unfinished registered;
    private boolean done;

    private OutputFolder(Path target, Path unfinished, boolean replace, FileChannel lock) {
        this.target = target;
        this.unfinished = unfinished;
        this.replace = replace;
        this.lock = lock;
        this.registered = Unfinished.output(target, () -> remove(unfinished));
    }

    /**
     * Begins a folder that will be called {@code target}.
     *
     * @param replace whether a folder of that name that holds something is replaced
     */
    static OutputFolder begin(Path target, boolean replace) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        Path name = absolute.getFileName();
        if (name == null) {
            throw new ConversionException(ConversionException.Kind.USAGE, target + " cannot be an output folder");
        }
        if (!replace) {
            checkFree(target);
        }
        Path unfinished = absolute.resolveSibling(name + UNFINISHED);
        try {
            Path parent = absolute.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            return new OutputFolder(absolute, unfinished, replace, own(unfinished));
        } catch (IOException e) {
            throw refused(unfinished, "cannot be made", e);
        }
    }

    /**
     * Refuses a place that {@link #begin} and what follows would refuse; nothing is written.
     *
     * @param sources files that are read
     */
    static void check(Destination destination, List<Path> sources) throws IOException {
        Path target = destination.folder();
        Path absolute = target.toAbsolutePath().normalize();
        if (absolute.getFileName() == null) {
            throw new ConversionException(ConversionException.Kind.USAGE, target + " cannot be an output folder");
        }
        if (destination.replace()) {
            checkReplaceable(target, sources);
        } else {
            checkFree(target);
        }
        Path unfinished = absolute.resolveSibling(absolute.getFileName() + UNFINISHED);
        if (isThere(unfinished)) {
            refuseForeign(unfinished);
            refuseRunning(unfinished);
        }
        Path parent = destination.existing();
        if (parent.equals(absolute) && absolute.getParent() != null) {
            parent = absolute.getParent(); // An empty folder is replaced, in the folder that it is in.
        }
        if (!Files.isDirectory(parent)) {
            throw cannotBeMade(unfinished, parent + " is no folder");
        }
        if (!Files.isWritable(parent)) {
            throw cannotBeMade(unfinished, "permission denied in " + parent);
        }
    }

    private static ConversionException cannotBeMade(Path unfinished, String why) {
        return new ConversionException(
                ConversionException.Kind.OUTPUT, unfinished + " cannot be made: " + why + "; name another folder");
    }

    /** Whether something of that name is there; a name that the host does not take (one that is too long) is refused. */
    private static boolean isThere(Path path) throws IOException {
        try {
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw refused(path, "cannot be made", e);
        }
    }

    private static void refuseRunning(Path unfinished) throws IOException {
        Path lock = unfinished.resolve(LOCK);
        if (!Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS) || !Files.isWritable(lock)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = lock(channel, unfinished)) {
            held.release();
        }
    }

    private static FileLock lock(FileChannel channel, Path unfinished) throws IOException {
        FileLock held;
        try {
            held = channel.tryLock();
        } catch (java.nio.channels.OverlappingFileLockException e) {
            held = null;
        }
        if (held == null) {
            throw new ConversionException(
                    ConversionException.Kind.OUTPUT,
                    "another conversion is writing " + unfinished + " now; wait for it, or name another folder");
        }
        return held;
    }

    /** Refuses a place that is taken. */
    private static void checkFree(Path target) throws IOException {
        if (holdsSomething(target)) {
            throw new ConversionException(
                    ConversionException.Kind.OUTPUT,
                    target + " is there already and not empty; name another folder, or replace it with --force");
        }
    }

    /**
     * Refuses to replace, which is to delete, anything but a converted machine, and the source under no name.
     *
     * @param sources files that are read
     */
    static void checkReplaceable(Path target, List<Path> sources) throws IOException {
        if (!holdsSomething(target)) {
            return;
        }
        Path real = target.toRealPath();
        for (Path source : sources) {
            if (source.toRealPath().startsWith(real)) {
                throw new ConversionException(
                        ConversionException.Kind.OUTPUT,
                        target + " holds the source, which is never replaced; name another folder");
            }
        }
        if (!Files.isRegularFile(real.resolve(Manifest.FILE))) {
            throw new ConversionException(
                    ConversionException.Kind.OUTPUT,
                    target + " holds something else than a converted machine, so --force does not replace it;"
                            + " name another folder, or empty it first");
        }
    }

    private static boolean holdsSomething(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isPresent();
        }
    }

    private static FileChannel own(Path unfinished) throws IOException {
        boolean fresh = true;
        try {
            Files.createDirectory(unfinished);
        } catch (FileAlreadyExistsException e) {
            fresh = false;
            refuseForeign(unfinished);
        }
        FileChannel channel = FileChannel.open(
                unfinished.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, unfinished);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (!fresh) {
            clear(unfinished, unfinished.resolve(LOCK));
        }
        return channel;
    }

    /** What a killed conversion left has its lock in it, or its manifest, or nothing; anything else is somebody's own. */
    private static void refuseForeign(Path unfinished) throws IOException {
        boolean ours = Files.exists(unfinished.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)
                || Files.exists(unfinished.resolve(Manifest.FILE), LinkOption.NOFOLLOW_LINKS);
        if (!ours && holdsSomething(unfinished)) {
            throw new ConversionException(
                    ConversionException.Kind.OUTPUT,
                    unfinished + " is needed for the work and holds something that no conversion left there;"
                            + " move it away, or name another folder");
        }
    }

    /** Where to write; its name changes at the end, what is inside stays. */
    Path path() {
        return unfinished;
    }

    /** What the folder that is replaced is called until it is gone. */
    Path replaced() {
        return target.resolveSibling(target.getFileName() + REPLACED);
    }

    /** A file inside, with the folders above it made. */
    Path file(String relative) throws IOException {
        Path file = unfinished.resolve(relative).normalize();
        if (!file.startsWith(unfinished) || file.equals(unfinished)) {
            throw new IllegalArgumentException(relative + " does not lie in the folder");
        }
        try {
            Unfinished.whole(() -> Files.createDirectories(file.getParent()));
        } catch (IOException e) {
            throw refused(file, "its folder cannot be made", e);
        }
        return file;
    }

    /** Writes a small file and waits for the medium. */
    void write(String relative, byte[] content) throws IOException {
        Path file = file(relative);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException e) {
            throw refused(file, "cannot be written", e);
        }
    }

    /** Gives the folder its name. Everything in it must have reached the medium. */
    void finish() throws IOException {
        try {
            force(unfinished);
            if (WINDOWS) {
                // There a folder with an open file in it cannot be renamed.
                lock.close();
                Files.delete(unfinished.resolve(LOCK));
            }
            try (Unfinished old = Unfinished.scratch(this::removeReplaced)) {
                registered.complete(this::takeName);
                force(unfinished.resolveSibling("."));
                old.complete(this::removeReplaced);
            }
        } catch (IOException e) {
            throw refused(target, "cannot be renamed into place", e);
        }
    }

    private void takeName() throws IOException {
        if (replace && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            remove(replaced()); // A run that was killed while it replaced may have left one.
            Files.move(target, replaced(), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        done = true;
        // Held until now: another conversion to this place would take an unlocked folder for a killed one's leavings.
        Files.deleteIfExists(target.resolve(LOCK));
    }

    private void removeReplaced() throws IOException {
        if (done && replace) {
            remove(replaced());
        }
    }

    /** Gives up what is unfinished, if it is not finished. */
    @Override
    public void close() throws IOException {
        try (lock;
                registered) {
            if (!done) {
                clear(unfinished, unfinished);
                Files.deleteIfExists(unfinished);
            }
        }
    }

    /** Removes a file, a link or a whole folder, if it is there. */
    private static void remove(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            clear(path, path);
            Files.delete(path);
        }
    }

    /** Removes everything in {@code folder} but {@code kept}; links are removed, not followed. */
    private static void clear(Path folder, Path kept) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(kept)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, java.io.@org.jspecify.annotations.Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                if (!visited.equals(folder)) {
                    Files.delete(visited);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void force(Path folder) throws IOException {
        if (!WINDOWS) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static IOException refused(Path path, String what, IOException cause) {
        if (cause instanceof ConversionException || cause instanceof OutputException) {
            return cause;
        }
        return new ConversionException(
                ConversionException.Kind.OUTPUT, path + " " + what + ": " + reason(cause), cause);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            case java.nio.file.NoSuchFileException absent -> "the folder above it takes no new folders";
            case java.nio.file.FileSystemException refused when refused.getReason() != null -> refused.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
