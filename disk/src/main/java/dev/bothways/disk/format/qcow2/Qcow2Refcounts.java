package dev.bothways.disk.format.qcow2;

import java.io.IOException;
import java.util.Optional;

/** The refcounts that a file says its clusters have. */
final class Qcow2Refcounts {
    /** Bits 9 to 63 of an entry in the table. */
    private static final long OFFSET = -512;

    private final Qcow2Structure structure;
    private final Qcow2Header header;
    private final int bits;
    private final long perBlock;

    Qcow2Refcounts(Qcow2Structure structure) {
        this.structure = structure;
        this.header = structure.header();
        this.bits = 1 << header.refcountOrder();
        this.perBlock = header.refcountsPerBlock();
    }

    /** How many blocks the table could name. */
    long entries() {
        return tableIsThere() ? header.refcountTableBytes() / Long.BYTES : 0;
    }

    boolean tableIsThere() {
        long at = header.refcountTableOffset();
        return at > 0 && at % header.clusterBytes() == 0 && at <= structure.length() - header.refcountTableBytes();
    }

    /** The entry of the table as it stands there. */
    long entry(long index) throws IOException {
        return structure.words().entry(header.refcountTableOffset() / Long.BYTES + index);
    }

    static long offset(long entry) {
        return entry & OFFSET;
    }

    /** Whether an entry names a block that can be read. */
    boolean isBlock(long entry) {
        long at = offset(entry);
        return at != 0 && at % header.clusterBytes() == 0 && structure.holdsCluster(at);
    }

    /** The number of refcounts in a block. */
    long perBlock() {
        return perBlock;
    }

    /** Where the readable block of a cluster's refcount lies, if there is one. */
    private Optional<Long> block(long cluster) throws IOException {
        long index = cluster / perBlock;
        if (index >= entries()) {
            return Optional.empty();
        }
        long entry = entry(index);
        return isBlock(entry) ? Optional.of(offset(entry)) : Optional.empty();
    }

    /** The refcount of a cluster; 0 where none is kept. */
    long of(long cluster) throws IOException {
        Optional<Long> block = block(cluster);
        return block.isPresent() ? in(block.get(), cluster % perBlock) : 0;
    }

    /** The refcount number {@code index} of the block at {@code offset}; of 64 bits, unsigned. */
    long in(long offset, long index) throws IOException {
        long bit = index * bits;
        long word = structure.words().entry(offset / Long.BYTES + bit / Long.SIZE);
        int inWord = (int) (bit % Long.SIZE);
        // Wide ones are big-endian; of those within a byte the first is the lowest.
        int shift = bits >= Byte.SIZE
                ? Long.SIZE - bits - inWord
                : (Long.BYTES - 1 - inWord / Byte.SIZE) * Byte.SIZE + inWord % Byte.SIZE;
        return bits == Long.SIZE ? word : word >>> shift & ((1L << bits) - 1);
    }
}
