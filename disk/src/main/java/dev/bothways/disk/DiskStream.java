package dev.bothways.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A disk that comes once, from its beginning to its end, as it does from a pipe. {@link DiskImages#stream} opens one; {@link
 * DiskConversion} and {@link DiskCopy} write it to an image in one pass. For one thread at a time, but for what {@link Piece}
 * says.
 */
public interface DiskStream extends Closeable {

    /** What the guest sees, in bytes; known before the data come. */
    long size();

    /** The logical sector size in bytes that the guest was promised. */
    default int sectorSize() {
        return 512;
    }

    /**
     * The next run of data, behind all earlier ones; what lies between reads as zeros. Empty at the end, when the whole stream was
     * read and found to be complete.
     *
     * @throws DiskImageException where the stream is cut short, malformed, or goes back
     */
    Optional<Piece> next() throws IOException;

    /** A run of data in memory, as it came. Any thread may have it, one at a time. */
    interface Piece {

        /** Where it begins on the disk, in bytes. */
        long offset();

        /** How long it is, in bytes; more than zero, and all of it on the disk. */
        int length();

        /** Fills {@code into}, which has room for just {@link #length()} bytes, with its bytes. It is called once. */
        void read(ByteBuffer into) throws IOException;
    }
}
