package dev.bothways.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A disk as a guest sees it: a fixed number of bytes, read and (where the disk can) written at any position.
 *
 * <ul>
 *   <li><b>Bounds.</b> A range that does not lie wholly in {@code [0, size())} is a fault of the caller and raises
 *       {@link IndexOutOfBoundsException}; nothing is read or written then. Empty ranges are fine anywhere up to
 *       {@code size()}.
 *   <li><b>Alignment.</b> None is asked of the caller. {@link #sectorSize()} tells what the guest was promised.
 *   <li><b>Concurrency.</b> Any number of threads may read at once. Writes to ranges that do not overlap may run at once;
 *       what a read sees of a write that runs at the same time is either the old or the new bytes.
 *   <li><b>Errors.</b> {@link DiskImageException} where the image is malformed, unsafe or unsupported; {@link
 *       OutputException} where the host refused a write; {@link InputException} where the host refused a read. A
 *       failed write of metadata poisons the disk: every later call fails.
 *   <li><b>Closing.</b> A second close does nothing. After the first, reading, writing and looking for extents raise
 *       {@link java.nio.channels.ClosedChannelException}. A disk made of other disks leaves those open; an image closes
 *       its files.
 * </ul>
 */
public interface VirtualDisk extends Closeable {

    /** The size in bytes. It never changes. It need not be a multiple of the sector size (a raw file's may not be). */
    long size();

    /** The logical sector size in bytes that the guest was promised: 512 or 4096. */
    int sectorSize();

    /** Fills {@code into} from its position to its limit with the bytes at {@code offset}. */
    void read(long offset, ByteBuffer into) throws IOException;

    /** Whether {@link #write} may be called. */
    default boolean writable() {
        return false;
    }

    /**
     * Writes the bytes between {@code from}'s position and limit at {@code offset}. They last once {@link #flush} returns.
     *
     * @throws UnsupportedOperationException where the disk is not {@link #writable()}
     */
    default void write(long offset, ByteBuffer from) throws IOException {
        throw new UnsupportedOperationException("this disk is read-only");
    }

    /**
     * The run that begins at {@code offset}, cut at {@code limit}; it never reaches beyond. It need not be the longest one: two neighbours may be
     * of one kind. A {@link Extent.Zero} is certain to read as zeros; data may turn out to be zeros too.
     *
     * @param offset where the run begins, in bytes, less than {@code limit}
     * @param limit where it ends at the latest, in bytes, at most {@link #size()}
     * @throws IndexOutOfBoundsException where the range is empty or not within the disk
     */
    Extent extent(long offset, long limit) throws IOException;

    /** The runs of the whole range in order, without gaps or overlaps, found one at a time. */
    default ExtentIterator extents(long offset, long length) {
        return new ExtentIterator(this, offset, Math.addExact(offset, length));
    }

    /** Makes everything written so far last (a barrier to the medium where there is one). */
    default void flush() throws IOException {}

    /**
     * Refuses a disk whose files changed since they were opened: what was read of it may be neither the old nor the new content.
     * Whoever reads a disk at length asks this at the end.
     *
     * @throws InputException which names the file and what is different ({@link FileState})
     */
    default void requireUnchanged() throws IOException {}

    @Override
    void close() throws IOException;

    /** Walks over the extents of a range. It throws what the disk throws, so it is no {@link Iterator}. */
    final class ExtentIterator {
        private final VirtualDisk disk;
        private final long end;
        private long position;

        private ExtentIterator(VirtualDisk disk, long offset, long end) {
            this.disk = disk;
            this.position = offset;
            this.end = end;
        }

        /** Whether a run is left. */
        public boolean hasNext() {
            return position < end;
        }

        /** The next run. */
        public Extent next() throws IOException {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Extent extent = disk.extent(position, end);
            position += extent.length();
            return extent;
        }
    }
}
