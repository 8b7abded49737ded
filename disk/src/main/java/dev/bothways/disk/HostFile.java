package dev.bothways.disk;

import dev.bothways.disk.archive.ArchivePath;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A file of the host under a disk image: positional reads and writes, from any number of threads.
 *
 * <p>Every error of the host is told here, with the path, the place in the file and what was tried: an {@link InputException}
 * where a file that was opened cannot be read, an {@link OutputException} where one that was created can be neither written nor read
 * back.
 */
public final class HostFile implements Closeable {
    private final Path path;
    private final FileAccess access;
    private final boolean durable;
    /** How the files were when they were opened, in which its bytes lie; empty for one that was created. */
    private final List<FileState> sources;

    private HostFile(Path path, FileAccess access, List<FileState> sources) {
        this.path = path;
        this.access = access;
        this.durable = false;
        this.sources = List.copyOf(sources);
    }

    private HostFile(Path path, FileAccess access, boolean durable) {
        this.path = path;
        this.access = access;
        this.durable = durable;
        this.sources = List.of();
    }

    /** Opens an existing file for reading, or a member of an archive, whose path leads into that ({@link ArchivePath}). */
    public static HostFile open(Path path) throws IOException {
        try {
            FileState state = FileState.of(path);
            return new HostFile(path, access(path, false, StandardOpenOption.READ), List.of(state));
        } catch (FileSystemException e) {
            Optional<ArchivePath> inside = ArchivePath.of(path);
            Optional<HostFile> member = inside.isPresent() ? inside.get().open() : Optional.empty();
            if (member.isPresent()) {
                return member.get();
            }
            if (inside.isPresent() || e instanceof NoSuchFileException) {
                throw new NoSuchFileException(path.toString(), null, "there is no such file");
            }
            throw e;
        }
    }

    /**
     * Opens a range of an existing file for reading, as a file of its own.
     *
     * @param called the path that the range has in messages
     * @param start where it begins in the file, in bytes
     * @param length in bytes; it must lie within the file
     */
    public static HostFile openRange(Path file, Path called, long start, long length) throws IOException {
        FileState state = FileState.of(file);
        FileAccess whole = access(file, false, StandardOpenOption.READ);
        try {
            Objects.checkFromIndexSize(start, length, whole.size());
            return new HostFile(called, new RangeAccess(whole, start, length), List.of(state));
        } catch (IOException | RuntimeException e) {
            try (whole) {
                throw e;
            }
        }
    }

    /**
     * Opens files that are the pieces of one for reading, as that one.
     *
     * @param parts in order, at least one; in messages of the format the whole is called by the first one's path
     */
    public static HostFile openJoined(List<Path> parts) throws IOException {
        List<HostFile> opened = new ArrayList<>();
        try {
            for (Path part : parts) {
                opened.add(open(part));
            }
            List<FileState> states =
                    opened.stream().flatMap(part -> part.sources.stream()).toList();
            return new HostFile(parts.getFirst(), new JoinedAccess(opened), states);
        } catch (IOException | RuntimeException e) {
            for (HostFile part : opened) {
                part.close();
            }
            throw e;
        }
    }

    /**
     * Reads the whole of a small file.
     *
     * @param largest how many bytes it may have
     * @throws InputException where it cannot be read, or is larger
     */
    public static byte[] readAll(Path path, int largest) throws IOException {
        try (HostFile file = open(path)) {
            long size = file.size();
            if (size > largest) {
                throw new InputException(
                        path, "the file has " + size + " bytes, and such a file has at most " + largest, null);
            }
            byte[] content = new byte[(int) size];
            file.read(0, ByteBuffer.wrap(content));
            return content;
        }
    }

    /** Opens an existing file to be read once, from its beginning to its end. */
    public static InputStream stream(Path path) throws IOException {
        HostFile file = open(path);
        return new FileInput(file, file.size());
    }

    /** Creates a file that must not be there yet, to be written once, from its beginning to its end. */
    public static OutputStream createStream(Path path) throws IOException {
        return new FileOutput(create(path, false));
    }

    /** Creates a file that must not be there yet, for reading and writing. */
    public static HostFile create(Path path) throws IOException {
        return create(path, true);
    }

    /**
     * Creates a file that must not be there yet, for reading and writing.
     *
     * @param durable whether {@link #force} waits for the medium; if not, it does nothing and a power cut may lose the file
     */
    public static HostFile create(Path path, boolean durable) throws IOException {
        OpenOption[] options = {StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW};
        try {
            return new HostFile(path, access(path, true, options), durable);
        } catch (FileAlreadyExistsException e) {
            throw new OutputException(path, "is there already; name another file", e);
        } catch (NoSuchFileException e) {
            throw new OutputException(path, "cannot be created, for its folder does not exist; make it first", e);
        } catch (IOException e) {
            throw new OutputException(path, "cannot be created: " + e.getMessage(), e);
        }
    }

    /**
     * The file of a new image: a pipe where the options name one, else one that must not be there yet.
     *
     * @param path of a pipe too, for messages
     */
    public static HostFile create(Path path, CreateOptions options) throws IOException {
        return options.pipe().isPresent()
                ? new HostFile(path, new StreamAccess(options.pipe().get()), false)
                : create(path, options.durable());
    }

    /**
     * Opens a file or block device that is there, to be written in place.
     *
     * @throws OutputException where it refuses, or is a block device in use: mounted, or part of another device
     */
    static HostFile overwrite(Path path, boolean durable) throws IOException {
        OpenOption[] options = {StandardOpenOption.READ, StandardOpenOption.WRITE};
        boolean device = DiskImages.isBlockDevice(path);
        Optional<LinuxAccess> direct = linux(path).flatMap(calls -> LinuxAccess.overwrite(calls, path, device));
        if (direct.isPresent()) {
            return new HostFile(path, direct.get(), durable);
        }
        try {
            FileChannel channel = FileChannel.open(path, options);
            if (device && linux(path).isPresent()) {
                channel.close();
                throw new OutputException(
                        path, "is in use: mounted, or part of another device; unmount or release it first", null);
            }
            return new HostFile(path, new ChannelAccess(channel), durable);
        } catch (AccessDeniedException e) {
            throw new OutputException(path, "cannot be written: permission denied", e);
        } catch (FileSystemException e) {
            throw new OutputException(path, "cannot be written: " + e.getReason(), e);
        }
    }

    /** Whether it is a pipe: to be written in order of the bytes, gaps become zeros, and never read. */
    public boolean isPipe() {
        return access instanceof StreamAccess;
    }

    private static Optional<LinuxCalls> linux(Path path) {
        return path.getFileSystem().equals(FileSystems.getDefault()) ? LinuxCalls.available() : Optional.empty();
    }

    /** Linux' own way where it works; else the JDK's, which also has the better words for why it does not. */
    private static FileAccess access(Path path, boolean create, OpenOption... options) throws IOException {
        Optional<LinuxAccess> direct =
                linux(path).flatMap(calls -> create ? LinuxAccess.create(calls, path) : LinuxAccess.open(calls, path));
        return direct.isPresent() ? direct.get() : new ChannelAccess(FileChannel.open(path, options));
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Its length now, in bytes; of a block device, its size. */
    public long size() throws IOException {
        return at(0, "asked for its size", access::size);
    }

    /** Fills {@code into} with the bytes from {@code position} on; an {@link EOFException} where the file ends before. */
    public void read(long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count;
            try {
                count = access.read(at, into);
            } catch (IOException e) {
                throw failed(at, "read", e);
            }
            if (count <= 0) {
                throw new EOFException(path + " ends at byte " + size() + ", before byte " + at);
            }
            at += count;
        }
    }

    /** Writes all that remains of {@code from} at {@code position}. */
    public void write(long position, ByteBuffer from) throws IOException {
        long at = position;
        try {
            while (from.hasRemaining()) {
                at += access.write(at, from);
            }
        } catch (IOException e) {
            throw failed(at, "written", e);
        }
    }

    /** Makes {@code length} bytes read as zeros, whatever they were. */
    void zero(long position, long length) throws IOException {
        if (length <= 0) {
            return;
        }
        try {
            access.zero(position, length);
        } catch (IOException e) {
            throw failed(position, "written", e);
        }
    }

    /** Makes the file this long, in bytes: cuts it, or adds a hole that reads as zeros. */
    public void resize(long size) throws IOException {
        try {
            access.resize(size);
        } catch (IOException e) {
            throw failed(size, "cut or lengthened to there", e);
        }
    }

    /** Makes the file at least this long, in bytes, with space on the medium for each of them. */
    public void allocate(long size) throws IOException {
        try {
            access.allocate(size);
        } catch (IOException e) {
            throw failed(size, "given space up to there", e);
        }
    }

    /** Waits until everything written has reached the medium, unless the file was created to do without. */
    public void force() throws IOException {
        if (!durable) {
            return;
        }
        try {
            access.force();
        } catch (IOException e) {
            throw failed(0, "flushed to the medium", e);
        }
    }

    /**
     * The first byte at or after {@code from} that may hold data; all before it reads as zeros. {@code size}, the end up to
     * which the caller asks, where only a hole is left.
     */
    public long nextData(long from, long size) throws IOException {
        return at(from, "searched for data", () -> access.nextData(from, size));
    }

    /** The first byte at or after {@code from} that lies in a hole, at most {@code size}. */
    public long nextHole(long from, long size) throws IOException {
        return at(from, "searched for holes", () -> access.nextHole(from, size));
    }

    /** Lets the system fetch bytes that will be read soon, while the caller does something else; where it can. */
    public void willRead(long position, long length) throws IOException {
        access.willRead(position, length);
    }

    /**
     * Refuses a file that was opened and is not as it was then: see {@link FileState} for what counts. One that was created is
     * ours, and nothing is asked of it.
     *
     * @throws InputException which says what is different
     */
    public void requireUnchanged() throws IOException {
        for (FileState source : sources) {
            source.requireUnchanged();
        }
    }

    /** Whether {@link #share} can work between this file and another: whether their file system can do such a thing. */
    boolean sharesWith(HostFile other) throws IOException {
        Path folder = other.path.toAbsolutePath().getParent();
        return folder != null && access.sharesWithin(folder);
    }

    /**
     * Shares {@code length} bytes with another file, or with another place of this one, without copying them (a reflink). It
     * works within one file system that can, where all three numbers are multiples of its block.
     *
     * @return whether it was done; if not, nothing has changed
     */
    public boolean share(long position, HostFile target, long targetPosition, long length) throws IOException {
        return access.share(position, target.access, targetPosition, length);
    }

    private interface Question {
        long answer() throws IOException;
    }

    private long at(long position, String what, Question question) throws IOException {
        try {
            return question.answer();
        } catch (IOException e) {
            throw failed(position, what, e);
        }
    }

    /** The host's error in our words; a file that was closed under a reader is the program's own matter. */
    private IOException failed(long position, String what, IOException cause) {
        if (cause instanceof ClosedChannelException
                || cause instanceof InputException
                || cause instanceof OutputException) {
            return cause;
        }
        String words = "cannot be " + what + ": " + cause.getMessage();
        return sources.isEmpty()
                ? new OutputException(path, position, words, cause)
                : new InputException(
                        path, position, words + "; check the medium that it lies on and the connection to it", cause);
    }

    /** Closes the file and deletes it: what a writer that gives up does. */
    public void discard() throws IOException {
        try (this) {
            if (!isPipe()) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Override
    public void close() throws IOException {
        access.close();
    }
}
