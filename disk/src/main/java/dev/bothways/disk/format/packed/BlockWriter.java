package dev.bothways.disk.format.packed;

import static dev.bothways.disk.format.packed.DeflateSymbols.END_OF_BLOCK;
import static dev.bothways.disk.format.packed.DeflateSymbols.FIRST_DISTANCE;
import static dev.bothways.disk.format.packed.DeflateSymbols.FIRST_LENGTH;
import static dev.bothways.disk.format.packed.HuffmanCode.LENGTH_BITS;
import static dev.bothways.disk.format.packed.HuffmanCode.LENGTH_MASK;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes blocks, each in the shortest of the three ways: stored, with the fixed codes or with codes of its own. */
final class BlockWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int STORED = 0;
    private static final int FIXED = 1;
    private static final int DYNAMIC = 2;

    private static final int MOST_STORED = 65535;
    /** One bit less than allowed: so four literals always fit into a long with the seven bits that may be left in it. */
    private static final int LITERAL_LIMIT = 14;

    private static final int DISTANCE_LIMIT = 15;
    private static final int CODE_LENGTH_LIMIT = 7;
    private static final int[] CODE_LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    /** By symbol of the code length code, from 16 on. */
    private static final int[] REPEAT_BITS = {2, 3, 7};

    private static final HuffmanCode FIXED_LITERALS = fixedLiterals();
    private static final HuffmanCode FIXED_DISTANCES = fixedDistances();

    private final HuffmanCode literalCode = new HuffmanCode(DeflateSymbols.LITERALS_AND_LENGTHS);
    private final HuffmanCode distanceCode = new HuffmanCode(DeflateSymbols.DISTANCES);
    private final HuffmanCode codeLengthCode = new HuffmanCode(CODE_LENGTH_ORDER.length);
    private final int[] codeLengthCounts = new int[CODE_LENGTH_ORDER.length];
    /** Symbols of the code length code, above each the value of its extra bits. */
    private final int[] codeLengths = new int[DeflateSymbols.LITERALS_AND_LENGTHS + DeflateSymbols.DISTANCES];

    private int codeLengthCount;
    /** By length - 3: its code, with the extra bits, and how long it is with them. */
    private final int[] lengthEntries = new int[256];

    private byte[] out = new byte[0];
    private int room;
    private int position;
    private long bits;
    private int bitCount;

    private static HuffmanCode fixedLiterals() {
        int[] lengths = new int[288];
        Arrays.fill(lengths, 8);
        Arrays.fill(lengths, 144, 256, 9);
        Arrays.fill(lengths, 256, 280, 7);
        return HuffmanCode.of(lengths);
    }

    private static HuffmanCode fixedDistances() {
        int[] lengths = new int[DeflateSymbols.DISTANCES];
        Arrays.fill(lengths, 5);
        return HuffmanCode.of(lengths);
    }

    /** @param room the most bytes to write */
    void start(int room) {
        this.room = room;
        if (out.length < room + Long.BYTES) {
            out = new byte[room + Long.BYTES];
        }
        position = 0;
        bits = 0;
        bitCount = 0;
    }

    /** Puts all that is written at the position of {@code into}, which stays; how many bytes that are. */
    int finish(ByteBuffer into) {
        int count = position + ((bitCount + 7) >>> 3);
        into.put(into.position(), out, 0, count);
        return count;
    }

    /**
     * Writes a block.
     *
     * @param from where its data begins in that of the finder, to {@code end}
     * @param tokenCount how many of the finder's tokens it has
     * @param counts how often each symbol stands in it; that of the end of a block is set here
     * @return false where it has no room
     */
    boolean write(MatchFinder finder, int from, int end, int tokenCount, int[] counts, boolean last) {
        counts[END_OF_BLOCK] = 1;
        literalCode.build(counts, 0, LITERAL_LIMIT);
        distanceCode.build(counts, FIRST_DISTANCE, DISTANCE_LIMIT);
        buildCodeLengthCode();
        long extra = extraBits(counts);
        long dynamic =
                3 + headerBits() + literalCode.cost(counts, 0) + distanceCode.cost(counts, FIRST_DISTANCE) + extra;
        long fixed = 3 + FIXED_LITERALS.cost(counts, 0) + FIXED_DISTANCES.cost(counts, FIRST_DISTANCE) + extra;
        long stored = storedBits(end - from);
        long least = Math.min(stored, Math.min(fixed, dynamic));
        if (8L * position + bitCount + least > 8L * room) {
            return false;
        }
        if (least == stored) {
            store(finder.data(), from, end, last);
        } else if (least == fixed) {
            putHeader(FIXED, last);
            putTokens(finder, tokenCount, FIXED_LITERALS, FIXED_DISTANCES);
        } else {
            putHeader(DYNAMIC, last);
            putCodes();
            putTokens(finder, tokenCount, literalCode, distanceCode);
        }
        return true;
    }

    private static long extraBits(int[] counts) {
        long extra = 0;
        for (int symbol = 0; symbol < DeflateSymbols.LENGTH_EXTRA_BITS.length; symbol++) {
            extra += (long) counts[FIRST_LENGTH + symbol] * DeflateSymbols.LENGTH_EXTRA_BITS[symbol];
        }
        for (int symbol = 0; symbol < DeflateSymbols.DISTANCES; symbol++) {
            extra += (long) counts[FIRST_DISTANCE + symbol] * DeflateSymbols.distanceExtraBits(symbol);
        }
        return extra;
    }

    private long storedBits(int size) {
        long more = Math.max(0, size - 1) / MOST_STORED;
        return 3 + (-(bitCount + 3) & 7) + 32 + 8L * size + more * 40;
    }

    private long headerBits() {
        long extra = 0;
        for (int i = 0; i < REPEAT_BITS.length; i++) {
            extra += (long) codeLengthCounts[16 + i] * REPEAT_BITS[i];
        }
        return 14 + 3 * writtenCodeLengths() + codeLengthCode.cost(codeLengthCounts, 0) + extra;
    }

    private int writtenCodeLengths() {
        int written = CODE_LENGTH_ORDER.length;
        while (written > 4 && codeLengthCode.lengths[CODE_LENGTH_ORDER[written - 1]] == 0) {
            written--;
        }
        return written;
    }

    private void buildCodeLengthCode() {
        Arrays.fill(codeLengthCounts, 0);
        codeLengthCount = 0;
        int literals = literalCode.usedSymbols(FIRST_LENGTH);
        int all = literals + distanceCode.usedSymbols(1);
        int run;
        for (int i = 0; i < all; i += run) {
            int length = codeLength(i, literals);
            run = 1;
            while (i + run < all && codeLength(i + run, literals) == length) {
                run++;
            }
            addCodeLengths(length, run);
        }
        codeLengthCode.build(codeLengthCounts, 0, CODE_LENGTH_LIMIT);
    }

    private int codeLength(int index, int literals) {
        return index < literals ? literalCode.lengths[index] : distanceCode.lengths[index - literals];
    }

    private void addCodeLengths(int length, int run) {
        int rest = run;
        if (length == 0) {
            while (rest >= 3) {
                int part = Math.min(rest, 138);
                addCodeLength(part < 11 ? 17 : 18, part < 11 ? part - 3 : part - 11);
                rest -= part;
            }
        } else {
            addCodeLength(length, 0);
            rest--;
            while (rest >= 3) {
                int part = Math.min(rest, 6);
                addCodeLength(16, part - 3);
                rest -= part;
            }
        }
        for (; rest > 0; rest--) {
            addCodeLength(length, 0);
        }
    }

    private void addCodeLength(int symbol, int extra) {
        codeLengthCounts[symbol]++;
        codeLengths[codeLengthCount++] = extra << LENGTH_BITS | symbol;
    }

    private void putHeader(int type, boolean last) {
        put(type << 1 | (last ? 1 : 0), 3);
    }

    private void putCodes() {
        int written = writtenCodeLengths();
        put(literalCode.usedSymbols(FIRST_LENGTH) - FIRST_LENGTH, 5);
        put(distanceCode.usedSymbols(1) - 1, 5);
        put(written - 4, 4);
        for (int i = 0; i < written; i++) {
            put(codeLengthCode.lengths[CODE_LENGTH_ORDER[i]], 3);
        }
        for (int i = 0; i < codeLengthCount; i++) {
            int symbol = codeLengths[i] & LENGTH_MASK;
            putEntry(codeLengthCode.entries[symbol]);
            if (symbol >= 16) {
                put(codeLengths[i] >>> LENGTH_BITS, REPEAT_BITS[symbol - 16]);
            }
        }
    }

    private void store(byte[] data, int from, int end, boolean last) {
        int p = from;
        do {
            int size = Math.min(MOST_STORED, end - p);
            putHeader(STORED, last && p + size == end);
            put(0, -bitCount & 7);
            put(size, 16);
            put(~size & 0xffff, 16);
            System.arraycopy(data, p, out, position, size);
            position += size;
            p += size;
        } while (p < end);
    }

    private void putTokens(MatchFinder finder, int tokenCount, HuffmanCode literalCode, HuffmanCode distanceCode) {
        for (int i = 0; i < lengthEntries.length; i++) {
            int symbol = DeflateSymbols.LENGTH_SYMBOL[i];
            int entry = literalCode.entries[FIRST_LENGTH + symbol];
            int length = entry & LENGTH_MASK;
            int code = entry >>> LENGTH_BITS | (i - DeflateSymbols.LENGTH_BASE[symbol]) << length;
            lengthEntries[i] = code << LENGTH_BITS | length + DeflateSymbols.LENGTH_EXTRA_BITS[symbol];
        }
        putTokens(finder.literals(), finder.tokens(), tokenCount, literalCode.entries, distanceCode.entries);
        putEntry(literalCode.entries[END_OF_BLOCK]);
    }

    /**
     * Only the lowest six bits of a shift's distance count, and those of an entry are its length: so it needs no mask. Up to four
     * literals go without a branch that depends on how many they are: those too many are empty.
     */
    private void putTokens(byte[] literals, int[] tokens, int tokenCount, int[] literalEntries, int[] distanceEntries) {
        byte[] out = this.out;
        int[] lengthEntries = this.lengthEntries;
        int position = this.position;
        long bits = this.bits;
        int bitCount = this.bitCount;
        int literal = 0;
        for (int t = 0; t < tokenCount; t++) {
            int token = tokens[t];
            int run = token >>> MatchFinder.TOKEN_RUN_SHIFT;
            do {
                int four = (int) INT.get(literals, literal);
                int a = literalEntries[four & 0xff] & -run >> 31;
                int b = literalEntries[four >>> 8 & 0xff] & (1 - run) >> 31;
                int c = literalEntries[four >>> 16 & 0xff] & (2 - run) >> 31;
                int d = literalEntries[four >>> 24] & (3 - run) >> 31;
                int ab = a >>> LENGTH_BITS | b >>> LENGTH_BITS << a;
                int cd = c >>> LENGTH_BITS | d >>> LENGTH_BITS << c;
                bits |= (ab | (long) cd << (a + b)) << bitCount;
                bitCount = bitCount + a + b + c + d & 63;
                LONG.set(out, position, bits);
                position += bitCount >>> 3;
                bits >>>= bitCount & 56;
                bitCount &= 7;
                literal += Math.min(run, 4);
                run -= 4;
            } while (run > 0);
            int distance = token & 0xffff;
            if (distance != 0) {
                int length = lengthEntries[token >>> MatchFinder.TOKEN_LENGTH_SHIFT & 0xff];
                int symbol = DeflateSymbols.distanceSymbol(distance);
                int entry = distanceEntries[symbol];
                int extraBits = DeflateSymbols.distanceExtraBits(symbol);
                long extra = (distance - 1L) & ((1L << extraBits) - 1);
                bits |= ((entry >>> LENGTH_BITS | extra << entry) << length | length >>> LENGTH_BITS) << bitCount;
                bitCount = bitCount + length + entry + extraBits & 63;
                LONG.set(out, position, bits);
                position += bitCount >>> 3;
                bits >>>= bitCount & 56;
                bitCount &= 7;
            }
        }
        this.position = position;
        this.bits = bits;
        this.bitCount = bitCount;
    }

    private void putEntry(int entry) {
        put(entry >>> LENGTH_BITS, entry & LENGTH_MASK);
    }

    private void put(int value, int count) {
        bits |= (long) value << bitCount;
        bitCount += count;
        LONG.set(out, position, bits);
        position += bitCount >>> 3;
        bits >>>= bitCount & 56;
        bitCount &= 7;
    }
}
