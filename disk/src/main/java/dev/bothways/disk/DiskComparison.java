package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What comparing two disks gave, as their guests see them. Bytes beyond the end of the shorter one count as zeros, so disks
 * that differ only in how many zeros they end with differ in size but not in content.
 *
 * @param size the first disk's size, in bytes
 * @param otherSize the second disk's size, in bytes
 * @param firstDifference the first byte in which they differ, if they do
 */
public record DiskComparison(long size, long otherSize, OptionalLong firstDifference) {

    /** Whether the disks have the same size and bytes. */
    public boolean same() {
        return size == otherSize && firstDifference.isEmpty();
    }

    /** Compares two disks by what may hold data on either, in several threads. */
    public static DiskComparison of(VirtualDisk one, VirtualDisk other) throws IOException {
        DataChunks chunks = DataChunks.of(one, other);
        AtomicLong first = new AtomicLong(Long.MAX_VALUE);
        ChunkWork.run(chunks, ChunkWork.usualThreads(), () -> {
            ByteBuffer bytes = DataChunks.buffer(DataChunks.CHUNK);
            ByteBuffer otherBytes = DataChunks.buffer(DataChunks.CHUNK);
            return (chunk, turn) -> {
                readPadded(one, chunk, bytes);
                readPadded(other, chunk, otherBytes);
                int difference = bytes.mismatch(otherBytes);
                if (difference >= 0) {
                    first.accumulateAndGet(chunk.offset() + difference, Math::min);
                    // Pieces are handed out in order, so a lower difference can only be in one that is under way.
                    chunks.end();
                }
            };
        });
        one.requireUnchanged();
        other.requireUnchanged();
        long found = first.get();
        return new DiskComparison(
                one.size(), other.size(), found == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(found));
    }

    private static void readPadded(VirtualDisk disk, DataChunks.Chunk chunk, ByteBuffer into) throws IOException {
        int there = (int) Math.clamp(disk.size() - chunk.offset(), 0, chunk.length());
        into.clear().limit(there);
        if (there > 0) {
            disk.read(chunk.offset(), into);
        }
        into.limit((int) chunk.length());
        ZeroBytes.fill(into);
        into.flip();
    }
}
