package dev.bothways.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
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

    /**
     * The disk below, where the image holds only the differences to it: what is never placed reads as the parent does. Of
     * another size than the image, it counts as cut, or as followed by zeros.
     */
    default Optional<VirtualDisk> parent() {
        return Optional.empty();
    }

    /**
     * Makes guest bytes {@code [offset, offset + length)}, whole {@link #grain}s, read as zeros whatever the parent holds there;
     * as {@link #place}, one thread at a time and in ascending order. Of use only where there is a {@link #parent}.
     */
    default void zero(long offset, long length) throws IOException {
        throw new UnsupportedOperationException("only a differencing image hides its parent's data");
    }

    /**
     * Over a {@link #parent}, the smallest part, in bytes, in which image and parent may take turns: ranges placed or zeroed
     * must be aligned to it (the end of the disk aside).
     */
    default long grain() {
        return 1;
    }

    /** Whether bytes must be written in the order of their places, for they go into a pipe. */
    default boolean sequential() {
        return false;
    }

    /** How units are packed before they are placed, where the image is compressed. */
    default Optional<Packing> packing() {
        return Optional.empty();
    }

    /** The two halves of compressed writing: bytes are packed by any number of threads at once, and placed in order. */
    interface Packing {

        /** What packs one unit after the other; one thread has it. */
        Packer packer();

        /** The most bytes that a packed unit takes. */
        int mostPacked();

        /**
         * Gives out space for the unit at guest byte {@code offset}, which came out as {@code packedLength} bytes. One thread
         * at a time, and in ascending order, together with {@link ImageWriter#place}. The place's length is that of the unit.
         */
        Place place(long offset, int packedLength) throws IOException;
    }

    /** Packs units. */
    interface Packer extends Closeable {

        /**
         * Packs the unit at guest byte {@code offset}.
         *
         * @param unit a whole {@link ImageWriter#unit}, from position to limit, in a direct buffer; beyond the end of the disk it
         *     is zeros
         * @param packed takes what is to be written, from its position on; a direct buffer with room for {@link
         *     Packing#mostPacked} bytes
         * @return false where packing gains nothing and the unit is to be placed as it is; {@code packed} then counts for nothing
         */
        boolean pack(long offset, ByteBuffer unit, ByteBuffer packed) throws IOException;
    }

    /**
     * Takes all space at once, where the image was asked to. To be called before the first place is written to, unless bytes will
     * be shared with another file; {@link #finish} makes up for it then.
     */
    default void allocate() throws IOException {}

    /** Writes the metadata and flushes everything; the image is whole when this returns. */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
