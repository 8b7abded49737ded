package dev.bothways.disk.format.packed;

import static dev.bothways.disk.format.packed.DeflateSymbols.FIRST_DISTANCE;
import static dev.bothways.disk.format.packed.DeflateSymbols.FIRST_LENGTH;
import static dev.bothways.disk.format.packed.DeflateSymbols.LENGTH_SYMBOL;
import static dev.bothways.disk.format.packed.DeflateSymbols.LONGEST_MATCH;
import static dev.bothways.disk.format.packed.DeflateSymbols.SHORTEST_MATCH;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Parses data into literals and matches. A hash of four bytes leads to the four places where it was seen last; 16 bits are
 * enough for each: whatever they are taken for lies in the window, and is compared.
 *
 * <p>What is known of the best match at a place is one number: its length (as far as it is known) times 65536, minus its
 * distance. So the greater one is the better, and the nearer of two as long. Its upper half is the length minus one.
 */
final class MatchFinder {
    /** The most that {@link #parse} goes past the end it was told. */
    static final int OVERSHOOT = LONGEST_MATCH;

    /** Above the distance in a token: how many bytes its match is longer than the shortest. */
    static final int TOKEN_LENGTH_SHIFT = 16;
    /** Above that: how many literals stand before the match. */
    static final int TOKEN_RUN_SHIFT = 24;

    static final int LONGEST_RUN = 255;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int HASH_BITS = 12;
    private static final int MULTIPLIER = 0x9E3779B1;
    /** The hash table's bytes, which stand before the data. A multiple of each window. */
    private static final int TABLE = Long.BYTES << HASH_BITS;
    /** Behind the data, for the comparisons that run past its end. */
    private static final int SLACK = LONGEST_MATCH + 2 * Long.BYTES;

    private static final int NO_MATCH = 0;
    /** The least match there is. */
    private static final int LEAST = (SHORTEST_MATCH << 16) - (1 << 15);
    /** How far {@link #find} compares. */
    private static final int COMPARED = Long.BYTES;
    /** Of this length a match is good enough not to look for a longer one at the same place. */
    private static final int NICE = 32;
    /** After this many literals in a row, and each time as many more, one more place is passed by. */
    private static final int SKIP_BITS = 6;

    private final int window;
    /**
     * The hash table and the data in one array: so the values of the loop that looks for matches fit into the registers, which
     * makes it a good deal faster.
     */
    private byte[] work = new byte[TABLE + SLACK];

    private int size;
    private int position;
    private int match;

    /** Of each: a run of literals, a length and a distance; 0 for the distance where no match follows. */
    private final int[] tokens;

    private int tokenCount;
    /** All literals, one behind the other. */
    private final byte[] literals;

    private int literalCount;
    private final int[] counts = new int[DeflateSymbols.COUNTS];

    /**
     * @param window how many bytes matches reach back at most, a power of two, up to 32768
     * @param most how many bytes are parsed before {@link #forget} at most
     */
    MatchFinder(int window, int most) {
        this.window = window;
        tokens = new int[most / SHORTEST_MATCH + most / LONGEST_RUN + 64];
        literals = new byte[most + 2 * Long.BYTES];
    }

    /** Takes what remains of {@code plain}, whose position stays. */
    void start(ByteBuffer plain) {
        size = TABLE + plain.remaining();
        if (work.length < size + SLACK) {
            work = new byte[size + SLACK];
        }
        Arrays.fill(work, 0, TABLE, (byte) 0);
        plain.get(plain.position(), work, TABLE, plain.remaining());
        Arrays.fill(work, size, size + SLACK, (byte) 0);
        position = TABLE;
        match = NO_MATCH;
        tokenCount = 0;
        literalCount = 0;
    }

    byte[] data() {
        return work;
    }

    int dataStart() {
        return TABLE;
    }

    int dataEnd() {
        return size;
    }

    int[] tokens() {
        return tokens;
    }

    int tokenCount() {
        return tokenCount;
    }

    byte[] literals() {
        return literals;
    }

    int literalCount() {
        return literalCount;
    }

    /** How often each symbol stands in what {@link #parse} took last. */
    int[] counts() {
        return counts;
    }

    /** Drops the first tokens and literals: they are written. */
    void forget(int writtenTokens, int writtenLiterals) {
        tokenCount -= writtenTokens;
        System.arraycopy(tokens, writtenTokens, tokens, 0, tokenCount);
        literalCount -= writtenLiterals;
        System.arraycopy(literals, writtenLiterals, literals, 0, literalCount);
    }

    /**
     * Parses from where it stopped the last time on.
     *
     * @param from where it stopped
     * @param end where to stop, unless a match reaches further
     * @return where it stopped now
     */
    int parse(int from, int end) {
        Arrays.fill(counts, 0);
        int firstLiteral = literalCount;
        int next = from;
        int p = position;
        while (p < end) {
            int limit = Math.min(end, Math.max(next + (1 << SKIP_BITS), p + 8));
            p = find(p, limit);
            if (p < limit) {
                int length = take(next, p);
                if (length == 0) {
                    break;
                }
                next = p + length;
                p = next - 1;
            } else if (p - next >= 1 << SKIP_BITS && match < LEAST) {
                p = Math.min(end, p + ((p - next) >>> SKIP_BITS));
            }
        }
        position = p;
        if (next < end) {
            put(next, end - next, 0);
            next = end;
        }
        countLiterals(firstLiteral);
        return next;
    }

    /**
     * Goes on until the match of a place is at least as long as that of the next one. The hot loop: nearly half of all the time.
     *
     * @param p a place whose match is known
     * @param limit where it stops anyway
     * @return the place; its match is known, that of the next one not, although the table knows the next one
     */
    private int find(int p, int limit) {
        byte[] work = this.work;
        int farthest = -window;
        int match = this.match;
        int n = p + 1;
        while (n <= limit) {
            long bytes = (long) LONG.get(work, n);
            int slot = slot((int) bytes);
            long seen = (long) LONG.get(work, slot);
            LONG.set(work, slot, seen << 16 | (n & 0xffff));
            int back = (int) seen - n | farthest;
            long differ = bytes ^ (long) LONG.get(work, n + back);
            int other = ((Long.numberOfTrailingZeros(differ) & 0x78) << 13) + back;
            back = (int) (seen >>> 16) - n | farthest;
            differ = bytes ^ (long) LONG.get(work, n + back);
            other = Math.max(other, ((Long.numberOfTrailingZeros(differ) & 0x78) << 13) + back);
            // match >= LEAST and at least as long as the other, in one branch, since neither is foreseeable.
            if ((match - LEAST | (match | 0xffff) - other) >= 0) {
                break;
            }
            match = other;
            n++;
        }
        this.match = match;
        return n - 1;
    }

    /** Where in the table the places of these four bytes stand, those seen last lowest. */
    private static int slot(int bytes) {
        return (bytes * MULTIPLIER) >>> (32 - HASH_BITS) << 3;
    }

    /** Puts the match at p, with the literals before it; its length, or 0 where the data ends before it is a match. */
    private int take(int literal, int p) {
        if (match >= (COMPARED - 1) << 16) {
            match = extended(p);
        }
        int length = Math.min((match >> 16) + 1, size - p);
        if (length < SHORTEST_MATCH) {
            return 0;
        }
        int distance = (1 << 16) - (match & 0xffff);
        int symbol = LENGTH_SYMBOL[length - SHORTEST_MATCH];
        counts[FIRST_LENGTH + symbol]++;
        counts[FIRST_DISTANCE + DeflateSymbols.distanceSymbol(distance)]++;
        put(literal, p - literal, (length - SHORTEST_MATCH) << TOKEN_LENGTH_SHIFT | distance);
        insert(p + 2, p + length);
        match = NO_MATCH;
        return length;
    }

    /** The longest match of which more than the first bytes were not compared yet. */
    private int extended(int p) {
        byte[] work = this.work;
        int found = match - (COMPARED << 16);
        int best = commonLength(work, p, p + found, COMPARED);
        int slot = slot((int) INT.get(work, p));
        long seen = (long) LONG.get(work, slot);
        for (int i = 0; i < 4 && best < NICE; i++) {
            int back = (int) seen - p | -window;
            seen >>>= 16;
            int last = p + best - (COMPARED - 1);
            // The table has this very place, too, taken for one a window before it, which may lie before the data.
            if (p + back >= TABLE && (long) LONG.get(work, last) == (long) LONG.get(work, last + back)) {
                int length = commonLength(work, p, p + back, 0);
                if (length > best) {
                    best = length;
                    found = back;
                }
            }
        }
        return (best << 16) + found;
    }

    private static int commonLength(byte[] work, int p, int q, int known) {
        for (int length = known; length < LONGEST_MATCH; length += Long.BYTES) {
            long differ = (long) LONG.get(work, p + length) ^ (long) LONG.get(work, q + length);
            if (differ != 0) {
                return Math.min(length + (Long.numberOfTrailingZeros(differ) >>> 3), LONGEST_MATCH);
            }
        }
        return LONGEST_MATCH;
    }

    private void insert(int from, int end) {
        byte[] work = this.work;
        for (int p = from; p < end; p++) {
            int slot = slot((int) INT.get(work, p));
            LONG.set(work, slot, (long) LONG.get(work, slot) << 16 | (p & 0xffff));
        }
    }

    private void put(int from, int run, int token) {
        for (int i = 0; i < run; i += Long.BYTES) {
            LONG.set(literals, literalCount + i, (long) LONG.get(work, from + i));
        }
        literalCount += run;
        int rest = run;
        for (; rest > LONGEST_RUN; rest -= LONGEST_RUN) {
            tokens[tokenCount++] = LONGEST_RUN << TOKEN_RUN_SHIFT;
        }
        tokens[tokenCount++] = rest << TOKEN_RUN_SHIFT | token;
    }

    private void countLiterals(int from) {
        int[] counts = this.counts;
        byte[] literals = this.literals;
        int end = literalCount;
        for (int i = from; i < end; i++) {
            counts[literals[i] & 0xff]++;
        }
    }
}
