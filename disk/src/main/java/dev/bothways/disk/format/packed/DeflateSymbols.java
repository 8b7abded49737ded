package dev.bothways.disk.format.packed;

/** The alphabets of RFC 1951, section 3.2.5, and how counts of their symbols lie in one array. */
final class DeflateSymbols {
    static final int END_OF_BLOCK = 256;
    static final int FIRST_LENGTH = 257;
    static final int LITERALS_AND_LENGTHS = 286;
    static final int DISTANCES = 30;
    /** Where the counts of the distances begin; before them stand those of the literals and the lengths. */
    static final int FIRST_DISTANCE = 288;

    static final int COUNTS = FIRST_DISTANCE + DISTANCES;

    static final int SHORTEST_MATCH = 3;
    static final int LONGEST_MATCH = 258;

    /** By length - 3: the symbol, from 0 for {@link #FIRST_LENGTH}. */
    static final byte[] LENGTH_SYMBOL = new byte[256];
    /** By symbol of a length: how many extra bits follow it. */
    static final int[] LENGTH_EXTRA_BITS = new int[29];
    /** By symbol of a length: the shortest length - 3. */
    static final int[] LENGTH_BASE = new int[29];

    static {
        int length = 0;
        for (int symbol = 0; symbol < 28; symbol++) {
            LENGTH_BASE[symbol] = length;
            LENGTH_EXTRA_BITS[symbol] = symbol < 8 ? 0 : (symbol >>> 2) - 1;
            for (int i = 0; i < 1 << LENGTH_EXTRA_BITS[symbol]; i++) {
                LENGTH_SYMBOL[length++] = (byte) symbol;
            }
        }
        // The longest has a symbol of its own, although the one before it could say it, too.
        LENGTH_BASE[28] = 255;
        LENGTH_SYMBOL[255] = 28;
    }

    private DeflateSymbols() {}

    /** @param distance 1 to 32768 */
    static int distanceSymbol(int distance) {
        int offset = distance - 1;
        if (offset < 2) {
            return offset;
        }
        int top = 31 - Integer.numberOfLeadingZeros(offset);
        return 2 * top + (offset >>> (top - 1) & 1);
    }

    static int distanceExtraBits(int symbol) {
        return symbol < 2 ? 0 : (symbol >>> 1) - 1;
    }
}
