package dev.bothways.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of the host under a disk image: positional reads and writes, from any number of threads. */
public final class HostFile implements Closeable {
    private final Path path;
    private final FileChannel channel;

    private HostFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Opens an existing file for reading. */
    public static HostFile open(Path path) throws IOException {
        return new HostFile(path, FileChannel.open(path, StandardOpenOption.READ));
    }

    /** Creates a file that must not be there yet, for reading and writing. */
    public static HostFile create(Path path) throws IOException {
        OpenOption[] options = {StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW};
        try {
            return new HostFile(path, FileChannel.open(path, options));
        } catch (IOException e) {
            throw new OutputException(path, "cannot be created: " + e.getMessage(), e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Its length now, in bytes. */
    public long size() throws IOException {
        return channel.size();
    }

    /** Fills {@code into} with the bytes from {@code position} on; an {@link EOFException} where the file ends before. */
    public void read(long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new EOFException(path + " ends at byte " + channel.size() + ", before byte " + at);
            }
            at += count;
        }
    }

    /** Writes all that remains of {@code from} at {@code position}. */
    public void write(long position, ByteBuffer from) throws IOException {
        long at = position;
        try {
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        } catch (IOException e) {
            throw new OutputException(path, "cannot be written: " + e.getMessage(), e);
        }
    }

    /** Waits until everything written has reached the medium. */
    public void force() throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new OutputException(path, "cannot be flushed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
