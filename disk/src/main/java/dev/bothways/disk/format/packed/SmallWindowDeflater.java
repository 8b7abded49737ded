package dev.bothways.disk.format.packed;

import static dev.bothways.disk.format.packed.DeflateSymbols.FIRST_DISTANCE;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Deflates (RFC 1951, without anything around it) for readers that keep fewer than the usual 32 KiB, such as those of qcow2,
 * which keep 4 KiB. As tight as zlib's usual level with the same window but for three parts in a hundred, at more than twice the
 * speed of its fourth. The same data always becomes the same bytes. One thread has it.
 */
public final class SmallWindowDeflater {
    /** As many bytes are parsed at a time; a block begins and ends between two such pieces. */
    private static final int PIECE = 6144;

    private static final int LONGEST_BLOCK = 72 << 10;
    /** What a block costs in bits, besides its codes. */
    private static final int BLOCK_BITS = 80;
    /** What a symbol costs in bits, about, in the codes of a block. */
    private static final int SYMBOL_BITS = 5;
    /** Costs are counted in parts of a bit, which these are one of. */
    private static final int BIT = 64;

    private static final int LOGARITHMS = 1024;
    /** By n: n times its binary logarithm, in parts of a bit. */
    private static final int[] N_LOG_N = new int[LOGARITHMS];

    static {
        for (int n = 2; n < LOGARITHMS; n++) {
            N_LOG_N[n] = (int) (n * StrictMath.log(n) / StrictMath.log(2) * BIT);
        }
    }

    private final MatchFinder finder;
    private final BlockWriter writer = new BlockWriter();
    /** Of the block that is not written yet. */
    private final int[] counts = new int[DeflateSymbols.COUNTS];

    /** @param windowBits 9 to 15: matches reach back two to this power bytes at most */
    public SmallWindowDeflater(int windowBits) {
        if (windowBits < 9 || windowBits > 15) {
            throw new IllegalArgumentException("a window of 2^" + windowBits + " bytes");
        }
        finder = new MatchFinder(1 << windowBits, LONGEST_BLOCK + PIECE + MatchFinder.OVERSHOOT);
    }

    /**
     * Deflates all that remains of {@code plain}, whose position stays.
     *
     * @param into takes the deflated bytes from its position on, which stays, too
     * @return how many bytes came out, at least 2; 0 where they have no room
     */
    public int deflate(ByteBuffer plain, ByteBuffer into) {
        int size = plain.remaining();
        finder.start(plain);
        // More than that does not come out: what does not pack is stored.
        writer.start((int) Math.min(into.remaining(), size + size / PIECE * 8L + 16));
        return writeBlocks() ? writer.finish(into) : 0;
    }

    private boolean writeBlocks() {
        int end = finder.dataEnd();
        int blockStart = finder.dataStart();
        int blockTokens = 0;
        int blockLiterals = 0;
        int parsed = blockStart;
        Arrays.fill(counts, 0);
        while (parsed < end) {
            int piece = parsed;
            parsed = finder.parse(parsed, Math.min(parsed + PIECE, end));
            if (piece > blockStart && (parsed - blockStart > LONGEST_BLOCK || isCheaperApart())) {
                if (!writer.write(finder, blockStart, piece, blockTokens, counts, false)) {
                    return false;
                }
                finder.forget(blockTokens, blockLiterals);
                blockStart = piece;
                Arrays.fill(counts, 0);
            }
            for (int i = 0; i < counts.length; i++) {
                counts[i] += finder.counts()[i];
            }
            blockTokens = finder.tokenCount();
            blockLiterals = finder.literalCount();
        }
        return writer.write(finder, blockStart, end, blockTokens, counts, true);
    }

    /** Whether the block and the piece behind it take less with codes of their own each. By what ideal codes would take. */
    private boolean isCheaperApart() {
        return gainApart(0, DeflateSymbols.LITERALS_AND_LENGTHS) + gainApart(FIRST_DISTANCE, DeflateSymbols.COUNTS)
                >= BLOCK_BITS * BIT;
    }

    private long gainApart(int from, int to) {
        int[] block = counts;
        int[] piece = finder.counts();
        long gain = 0;
        int blockSum = 0;
        int pieceSum = 0;
        int shared = 0;
        for (int i = from; i < to; i++) {
            int a = block[i];
            int b = piece[i];
            gain += nLogN(a) + nLogN(b) - nLogN(a + b);
            blockSum += a;
            pieceSum += b;
            shared += (-a & -b) >>> 31;
        }
        gain += nLogN(blockSum + pieceSum) - nLogN(blockSum) - nLogN(pieceSum);
        return gain - (long) SYMBOL_BITS * BIT * shared;
    }

    private static int nLogN(int n) {
        if (n < LOGARITHMS) {
            return N_LOG_N[n];
        }
        int shift = 22 - Integer.numberOfLeadingZeros(n);
        int leading = n >>> shift;
        return (N_LOG_N[leading] + leading * shift * BIT) << shift;
    }
}
