package dev.bothways.filesystem.ext;

/**
 * The hashes that order the names of an indexed directory. Each exists with signed and with unsigned characters, because
 * early kernels took the processor's own.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DirectoryHash(Function function, boolean unsigned, int[] seed) {
    private static final int[] USUAL_SEED = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    private static final int LAST = 0xfffffffe;
    private static final int MD4_ROUND2 = 0x5A827999;
    private static final int MD4_ROUND3 = 0x6ED9EBA1;

    /** The functions by their number in the index root. SipHash (6), of casefolded directories, is not among them. */
    enum Function {
        LEGACY,
        HALF_MD4,
        TEA
    }

    /** The hash that the superblock sets for directories with this number; -1 where the number is unknown. */
    static boolean known(int number) {
        return number >= 0 && number < Function.values().length;
    }

    static DirectoryHash of(Superblock superblock, int number) {
        return new DirectoryHash(Function.values()[number], superblock.unsignedHash(), superblock.hashSeed());
    }

    /** The hash of a name: 32 bits, unsigned, the lowest always 0. */
    int of(byte[] name) {
        int hash = switch (function) {
            case LEGACY -> legacy(name);
            case HALF_MD4 -> halfMd4(name);
            case TEA -> tea(name);
        };
        hash &= ~1;
        return hash == LAST ? LAST - 2 : hash;
    }

    private int character(byte b) {
        return unsigned ? b & 0xff : b;
    }

    private int legacy(byte[] name) {
        int current = 0x12a3fe2d;
        int previous = 0x37abe8f9;
        for (byte b : name) {
            int hash = previous + (current ^ character(b) * 7152373);
            if (hash < 0) {
                hash -= 0x7fffffff;
            }
            previous = current;
            current = hash;
        }
        return current << 1;
    }

    private int[] start() {
        for (int word : seed) {
            if (word != 0) {
                return seed.clone();
            }
        }
        return USUAL_SEED.clone();
    }

    /** Up to {@code words} words of the name from {@code from} on, the rest filled with the length that is left. */
    private int[] words(byte[] name, int from, int words) {
        int left = name.length - from;
        int filler = left | (left << 8);
        filler |= filler << 16;
        int[] result = new int[words];
        int taken = Math.min(left, words * 4);
        for (int word = 0; word < words; word++) {
            int value = filler;
            for (int i = word * 4; i < Math.min(taken, word * 4 + 4); i++) {
                value = character(name[from + i]) + (value << 8);
            }
            result[word] = value;
        }
        return result;
    }

    private int halfMd4(byte[] name) {
        int[] state = start();
        for (int at = 0; at < name.length; at += 32) {
            mixMd4(state, words(name, at, 8));
        }
        return state[1];
    }

    /** The three rounds of MD4, each of eight steps only. */
    private static void mixMd4(int[] state, int[] in) {
        int[] order = {0, 1, 2, 3, 4, 5, 6, 7, 1, 3, 5, 7, 0, 2, 4, 6, 3, 7, 2, 6, 1, 5, 0, 4};
        int[][] shifts = {{3, 7, 11, 19}, {3, 5, 9, 13}, {3, 9, 11, 15}};
        int[] v = state.clone();
        for (int step = 0; step < 24; step++) {
            int a = -step & 3;
            int x = v[(a + 1) & 3];
            int y = v[(a + 2) & 3];
            int z = v[(a + 3) & 3];
            int mixed = switch (step / 8) {
                case 0 -> (z ^ (x & (y ^ z)));
                case 1 -> (x & y) + ((x ^ y) & z) + MD4_ROUND2;
                default -> (x ^ y ^ z) + MD4_ROUND3;
            };
            v[a] = Integer.rotateLeft(v[a] + mixed + in[order[step]], shifts[step / 8][step & 3]);
        }
        for (int i = 0; i < 4; i++) {
            state[i] += v[i];
        }
    }

    private int tea(byte[] name) {
        int[] state = start();
        for (int at = 0; at < name.length; at += 16) {
            int[] in = words(name, at, 4);
            int sum = 0;
            int x = state[0];
            int y = state[1];
            for (int round = 0; round < 16; round++) {
                sum += 0x9E3779B9;
                x += ((y << 4) + in[0]) ^ (y + sum) ^ ((y >>> 5) + in[1]);
                y += ((x << 4) + in[2]) ^ (x + sum) ^ ((x >>> 5) + in[3]);
            }
            state[0] += x;
            state[1] += y;
        }
        return state[0];
    }
}
