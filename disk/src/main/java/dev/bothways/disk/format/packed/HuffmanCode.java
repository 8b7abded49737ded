package dev.bothways.disk.format.packed;

import java.util.Arrays;

/** A Huffman code of limited length, as RFC 1951, section 3.2.2, wants it. Reuses its arrays. */
final class HuffmanCode {
    /** An entry has the length of its code in these lowest bits, the code above them. */
    static final int LENGTH_BITS = 6;

    static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

    private static final int LONGEST = 15;
    /** Sorting puts a count and its symbol into one number. */
    private static final int SYMBOL_BITS = 9;

    private static final int SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;

    /** By symbol: the code, its first bit lowest, and its length; 0 where the symbol has none. */
    final int[] entries;
    /** By symbol: the length in bits. */
    final int[] lengths;

    private final int[] sorted;
    /** Of the inner nodes of the tree, from the lightest on. */
    private final int[] weights;

    private final int[] parents;
    private final int[] leaves;
    private final int[] perLength = new int[LONGEST + 1];
    private final int[] next = new int[LONGEST + 1];

    HuffmanCode(int symbols) {
        entries = new int[symbols];
        lengths = new int[symbols];
        sorted = new int[symbols];
        weights = new int[symbols];
        parents = new int[symbols];
        leaves = new int[symbols];
    }

    /** The code that has these lengths. */
    static HuffmanCode of(int... lengths) {
        HuffmanCode code = new HuffmanCode(lengths.length);
        System.arraycopy(lengths, 0, code.lengths, 0, lengths.length);
        code.assign();
        return code;
    }

    /**
     * Makes the best code, or nearly so where the limit forbids that.
     *
     * @param counts how often each symbol occurs, fewer than 2^22 times, the first symbol's at {@code from}
     * @param limit the most bits that a code may have, at most 15
     */
    void build(int[] counts, int from, int limit) {
        int used = sort(counts, from);
        countPerLength(used, limit);
        shorten(limit);
        Arrays.fill(lengths, 0);
        int index = 0;
        for (int length = limit; length > 0; length--) {
            for (int i = perLength[length]; i > 0; i--) {
                lengths[sorted[index++] & SYMBOL_MASK] = length;
            }
        }
        assign();
    }

    private int sort(int[] counts, int from) {
        int used = 0;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int count = counts[from + symbol];
            if (count > 0) {
                sorted[used++] = count << SYMBOL_BITS | symbol;
            }
        }
        // Some readers refuse a code of fewer than two symbols, as incomplete.
        while (used < 2) {
            int symbol = used == 1 && (sorted[0] & SYMBOL_MASK) == 0 ? 1 : 0;
            sorted[used++] = 1 << SYMBOL_BITS | symbol;
        }
        Arrays.sort(sorted, 0, used);
        return used;
    }

    /** Joins the two lightest nodes again and again. The new ones come out in the order of their weights. */
    private void countPerLength(int used, int limit) {
        int leaf = 0;
        int inner = 0;
        for (int node = 0; node < used - 1; node++) {
            int weight = 0;
            int own = 0;
            for (int child = 0; child < 2; child++) {
                if (inner == node || (leaf < used && sorted[leaf] >>> SYMBOL_BITS <= weights[inner])) {
                    weight += sorted[leaf++] >>> SYMBOL_BITS;
                    own++;
                } else {
                    weight += weights[inner];
                    parents[inner++] = node;
                }
            }
            weights[node] = weight;
            leaves[node] = own;
        }
        Arrays.fill(perLength, 0);
        // Nobody asks for the weights any more: the depths take their place.
        int root = used - 2;
        weights[root] = 0;
        perLength[1] = leaves[root];
        for (int node = root - 1; node >= 0; node--) {
            int depth = weights[parents[node]] + 1;
            weights[node] = depth;
            perLength[Math.min(depth + 1, limit)] += leaves[node];
        }
    }

    /** The codes cut off at the limit take too much room: others, as long as possible, become longer by one bit. */
    private void shorten(int limit) {
        int taken = 0;
        for (int length = 1; length <= limit; length++) {
            taken += perLength[length] << (limit - length);
        }
        for (; taken > 1 << limit; taken--) {
            int length = limit - 1;
            while (perLength[length] == 0) {
                length--;
            }
            perLength[length]--;
            perLength[length + 1] += 2;
            perLength[limit]--;
        }
    }

    private void assign() {
        Arrays.fill(perLength, 0);
        for (int length : lengths) {
            perLength[length]++;
        }
        perLength[0] = 0;
        int code = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code = (code + perLength[length - 1]) << 1;
            next[length] = code;
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            entries[symbol] =
                    length == 0 ? 0 : Integer.reverse(next[length]++) >>> (32 - length) << LENGTH_BITS | length;
        }
    }

    /** How many bits all the symbols take, without those that follow some of them. */
    long cost(int[] counts, int from) {
        long bits = 0;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            bits += (long) counts[from + symbol] * lengths[symbol];
        }
        return bits;
    }

    /** How many symbols are left without the unused ones at the end, at least {@code least}. */
    int usedSymbols(int least) {
        int used = lengths.length;
        while (used > least && lengths[used - 1] == 0) {
            used--;
        }
        return used;
    }
}
