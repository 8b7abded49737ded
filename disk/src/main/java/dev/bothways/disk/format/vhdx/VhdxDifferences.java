package dev.bothways.disk.format.vhdx;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which sectors a new differencing disk hides of its parent, as they are placed and zeroed in ascending order: the states of
 * blocks, and the bitmaps of those that are there in part.
 *
 * <p>What is known of a block is settled when the next one begins. A block all of zeros takes no space; zeros in a part of one
 * are sectors that are there.
 */
final class VhdxDifferences {
    private final VhdxMetadata metadata;
    private final int sectorsPerBlock;
    /** The bits of the sectors of one chunk of blocks, which one block of the file holds. */
    private final BitSet chunkSectors = new BitSet();

    private final BitSet placed = new BitSet();
    private final BitSet zeroed = new BitSet();
    private final BitSet zeroBlocks = new BitSet();
    private final BitSet partialBlocks = new BitSet();
    private int current = -1;

    VhdxDifferences(VhdxMetadata metadata) {
        this.metadata = metadata;
        this.sectorsPerBlock = (int) (metadata.blockBytes() / metadata.sectorBytes());
    }

    /** The block that is being filled, or -1. */
    int current() {
        return current;
    }

    /** Goes on to another block, once the one before is {@link #settle}d. */
    void enter(int block) {
        current = block;
    }

    /** Notes sectors of the current block, by their bytes in it. */
    void add(long start, long end, boolean zeros) {
        (zeros ? zeroed : placed)
                .set((int) (start / metadata.sectorBytes()), (int) Math.ceilDiv(end, (long) metadata.sectorBytes()));
    }

    /** Settles the state of the current block. Whether it must have a place in the file. */
    boolean settle() {
        long used = Math.min(metadata.blockBytes(), metadata.size() - current * metadata.blockBytes());
        int sectors = (int) Math.ceilDiv(used, (long) metadata.sectorBytes());
        boolean allZeros = placed.isEmpty() && zeroed.cardinality() == sectors;
        if (allZeros) {
            zeroBlocks.set(current);
        } else {
            placed.or(zeroed);
            if (placed.cardinality() < sectors) {
                partialBlocks.set(current);
            }
            int first = (int) (current % metadata.chunkRatio()) * sectorsPerBlock;
            placed.stream().forEach(sector -> chunkSectors.set(first + sector));
        }
        boolean there = !allZeros && !placed.isEmpty();
        placed.clear();
        zeroed.clear();
        return there;
    }

    /** Whether a block of the chunk is there in part, so that its bitmap counts. */
    boolean needsBitmap(long chunk) {
        int next = partialBlocks.nextSetBit((int) (chunk * metadata.chunkRatio()));
        return next >= 0 && next < (chunk + 1) * metadata.chunkRatio();
    }

    /** The bitmap of the chunk that was filled last; the next one begins. */
    byte[] takeBitmap() {
        byte[] bytes = Arrays.copyOf(chunkSectors.toByteArray(), (int) VhdxStructure.MEBIBYTE);
        chunkSectors.clear();
        return bytes;
    }

    /** The state of a block, if it has a place in the file or not. */
    int state(int block, boolean there) {
        if (there) {
            return partialBlocks.get(block) ? VhdxBlockMap.PARTIALLY_PRESENT : VhdxBlockMap.FULLY_PRESENT;
        }
        return zeroBlocks.get(block) ? VhdxBlockMap.ZERO : VhdxBlockMap.NOT_PRESENT;
    }
}
