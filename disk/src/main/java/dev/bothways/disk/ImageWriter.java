package dev.bothways.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A new disk image being filled in one pass, in ascending guest order.
 *
 * <p>The writer only decides where data goes; the caller moves the bytes, from as many threads as it likes, by whatever
 * means is fastest (a write, an in-kernel copy, a reflink). Space is given out in the order of the calls, so the same
 * source gives the same file. Metadata is kept in memory and written once, by {@link #finish}, in the order that makes a
 * file cut short by a crash recognisably unfinished. Guest ranges never placed read as zeros.
 *
 * <p>{@link #close} without {@link #finish} gives up: the file is deleted.
 */
public interface ImageWriter extends Closeable {

    /** A piece of a host file that takes {@code length} bytes of guest data from guest byte {@code offset} on. */
    record Place(long offset, long length, HostFile file, long fileOffset) {}

    /** The guest-visible size, in bytes. */
    long size();

    /**
     * The unit, in bytes, in which the format gives out space (a block or cluster; 1 for raw). A caller that places whole
     * units, aligned, gets a file without needless padding.
     */
    long unit();

    /** The file that most data goes to, where there is such a one; a caller may try what its file system can do. */
    default Optional<HostFile> file() {
        return Optional.empty();
    }

    /**
     * Gives out space for guest bytes {@code [offset, offset + length)} and says where they go. One thread at a time, and
     * in ascending order. Bytes of a given-out unit that the caller never writes read as zeros.
     */
    List<Place> place(long offset, long length) throws IOException;

    /** Writes the metadata and flushes everything; the image is whole when this returns. */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
