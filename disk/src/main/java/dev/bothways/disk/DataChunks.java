package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The pieces of one or more disks in which at least one of them may hold data, in ascending order, found one at a time.
 *
 * <p>The usual piece is one MiB of the guest's address space, so that every pass over a disk sees the same pieces. Where
 * the caller asks for it, runs that lie as they are in a host file come apart, as long pieces of their own.
 */
final class DataChunks {
    /** The size and alignment of a usual piece, in bytes. */
    static final int CHUNK = 1 << 20;

    private static final long LONGEST_STORED = 1L << 30;
    private static final int PAGE = 4096;

    private final List<VirtualDisk> disks;
    private final boolean storedApart;
    private final int chunk;
    private final long size;
    private long position;
    private long tickets;
    private long window;
    private volatile boolean ended;

    /** A piece: its number in order from 0, and where it lies. {@code length} is at most the size of a piece unless stored. */
    record Chunk(long ticket, long offset, long length, boolean stored) {
        long end() {
            return offset + length;
        }
    }

    private DataChunks(List<VirtualDisk> disks, boolean storedApart, int chunk, long size) {
        this.disks = disks;
        this.storedApart = storedApart;
        this.chunk = chunk;
        this.window = chunk;
        this.size = size;
    }

    /** The usual pieces in which one of these disks may hold data. */
    static DataChunks of(VirtualDisk... disks) {
        long size = Arrays.stream(disks).mapToLong(VirtualDisk::size).max().orElse(0);
        return new DataChunks(List.of(disks), false, CHUNK, size);
    }

    /** The pieces of a disk, with its stored runs apart. */
    static DataChunks withStoredApart(VirtualDisk disk) {
        return new DataChunks(List.of(disk), true, CHUNK, disk.size());
    }

    /** The pieces of {@code chunk} bytes, a multiple of {@link #CHUNK}, in the first {@code size} bytes of these disks. */
    static DataChunks of(List<VirtualDisk> disks, int chunk, long size) {
        return new DataChunks(disks, false, chunk, size);
    }

    /** A direct buffer that begins with a page of memory, into which and from which the kernel copies a tenth faster. */
    static ByteBuffer buffer(int bytes) {
        int pages = Math.ceilDiv(bytes, PAGE);
        return ByteBuffer.allocateDirect((pages + 1) * PAGE - 1)
                .alignedSlice(PAGE)
                .slice(0, bytes);
    }

    /** Lets {@link #next} say from now on that nothing is left. Any thread may call it. */
    void end() {
        ended = true;
    }

    /** The next piece; with a length of 0 where nothing is left. One thread at a time. */
    Chunk next() throws IOException {
        while (position < size && !ended) {
            // How far a run reaches is only asked where it matters: finding it out takes time that grows with its
            // length.
            Extent found = firstData(position, storedApart || window >= size - position ? size : position + window);
            if (found instanceof Extent.Zero) {
                position = found.end();
                window = window > size / 2 ? size : 2 * window;
            } else if (storedApart && found instanceof Extent.Stored) {
                position = found.offset();
                return piece(Math.min(found.length(), LONGEST_STORED), true);
            } else {
                window = chunk;
                position = Math.max(position, found.offset() / chunk * chunk);
                long end = Math.min(size, (position / chunk + 1) * chunk);
                return piece((storedApart ? firstStored(found.end(), end) : end) - position, false);
            }
        }
        return piece(0, false);
    }

    private Chunk piece(long length, boolean stored) {
        Chunk chunk = new Chunk(tickets++, position, length, stored);
        position += length;
        return chunk;
    }

    private long firstStored(long from, long limit) throws IOException {
        VirtualDisk disk = disks.getFirst();
        for (long at = from; at < limit; ) {
            Extent extent = disk.extent(at, limit);
            if (extent instanceof Extent.Stored) {
                return at;
            }
            at = extent.end();
        }
        return limit;
    }

    /** The first run from {@code from} on that is data on one of the disks; zeros up to {@code to} if there is none before. */
    private Extent firstData(long from, long to) throws IOException {
        Extent first = new Extent.Zero(from, to - from);
        for (VirtualDisk disk : disks) {
            long limit =
                    Math.min(Math.min(disk.size(), size), first instanceof Extent.Zero ? first.end() : first.offset());
            long at = from;
            while (at < limit) {
                Extent extent = disk.extent(at, limit);
                if (!(extent instanceof Extent.Zero)) {
                    first = extent;
                    break;
                }
                at = extent.end();
            }
        }
        return first;
    }
}
