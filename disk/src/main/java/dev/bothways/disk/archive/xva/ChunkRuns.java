package dev.bothways.disk.archive.xva;

import java.util.Arrays;
import java.util.Optional;

/**
 * Where the chunks of one disk lie. Chunks of one length that follow each other on the disk, and at one distance in the archive,
 * are one entry; so a full disk takes next to nothing, and the most scattered one some forty bytes a chunk that is there.
 */
final class ChunkRuns {
    private static final int FIRST_CAPACITY = 16;

    /**
     * A chunk.
     *
     * @param ordinal its number among the chunks that are there
     * @param offset where it begins on the disk
     * @param length in bytes
     * @param at where it lies in the archive
     * @param sum its checksum, if it has one
     * @param sumAt where that lies in the archive
     */
    record Chunk(int ordinal, long offset, int length, long at, Optional<ChunkSum> sum, long sumAt) {}

    private int runs;
    private int chunks;
    private long end;
    private boolean unsummed;
    private long[] offsets = new long[FIRST_CAPACITY];
    private long[] places = new long[FIRST_CAPACITY];
    private long[] strides = new long[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];
    private int[] firsts = new int[FIRST_CAPACITY];
    private int[] counts = new int[FIRST_CAPACITY];
    private int[] sumDistances = new int[FIRST_CAPACITY];
    /** How many digits they have, which tells their kind; 0 without one. */
    private byte[] sums = new byte[FIRST_CAPACITY];

    /** Adds the next chunk; its ordinal does not count. */
    void add(Chunk chunk) {
        byte sum = (byte) (chunk.sum().isPresent() ? chunk.sum().get().digits() : 0);
        int distance = sum == 0 ? 0 : Math.toIntExact(chunk.sumAt() - chunk.at());
        unsummed |= sum == 0;
        if (!extendsLast(chunk, sum, distance)) {
            grow();
            offsets[runs] = chunk.offset();
            places[runs] = chunk.at();
            strides[runs] = 0;
            lengths[runs] = chunk.length();
            firsts[runs] = chunks;
            counts[runs] = 1;
            sumDistances[runs] = distance;
            sums[runs] = sum;
            runs++;
        }
        chunks++;
        end = chunk.offset() + chunk.length();
    }

    private boolean extendsLast(Chunk chunk, byte sum, int distance) {
        int run = runs - 1;
        if (run < 0
                || chunk.offset() != end
                || chunk.length() != lengths[run]
                || sum != sums[run]
                || distance != sumDistances[run]) {
            return false;
        }
        long stride = counts[run] == 1 ? chunk.at() - places[run] : strides[run];
        if (chunk.at() != places[run] + stride * counts[run]) {
            return false;
        }
        strides[run] = stride;
        counts[run]++;
        return true;
    }

    private void grow() {
        if (runs == offsets.length) {
            int capacity = Math.multiplyExact(runs, 2);
            offsets = Arrays.copyOf(offsets, capacity);
            places = Arrays.copyOf(places, capacity);
            strides = Arrays.copyOf(strides, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
            firsts = Arrays.copyOf(firsts, capacity);
            counts = Arrays.copyOf(counts, capacity);
            sumDistances = Arrays.copyOf(sumDistances, capacity);
            sums = Arrays.copyOf(sums, capacity);
        }
    }

    /** How many chunks there are. */
    int chunks() {
        return chunks;
    }

    /** Where the last one ends on the disk. */
    long end() {
        return end;
    }

    /** Whether some have no checksum. */
    boolean unsummed() {
        return unsummed;
    }

    /** The chunk that holds this byte of the disk; empty where there is none. */
    Optional<Chunk> at(long offset) {
        int run = Arrays.binarySearch(offsets, 0, runs, offset);
        run = run >= 0 ? run : -run - 2;
        if (run < 0) {
            return Optional.empty();
        }
        long index = (offset - offsets[run]) / lengths[run];
        if (index >= counts[run]) {
            return Optional.empty();
        }
        long at = places[run] + strides[run] * index;
        Optional<ChunkSum> sum = ChunkSum.ofDigits(sums[run]);
        return Optional.of(new Chunk(
                firsts[run] + (int) index,
                offsets[run] + index * lengths[run],
                lengths[run],
                at,
                sum,
                at + sumDistances[run]));
    }

    /** Where the next chunk begins on the disk, after a byte that is in none; {@code limit} if that is before. */
    long next(long offset, long limit) {
        int run = Arrays.binarySearch(offsets, 0, runs, offset);
        run = run >= 0 ? run : -run - 1;
        return run < runs ? Math.min(limit, offsets[run]) : limit;
    }
}
