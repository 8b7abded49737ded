package dev.bothways.filesystem.ext;

/** Runs of bits in the byte array of a bitmap, the lowest bit of a byte first. */
final class Bitmap {
    private Bitmap() {}

    static boolean get(byte[] bits, long index) {
        return ((bits[(int) (index >>> 3)] >>> (index & 7)) & 1) != 0;
    }

    static void set(byte[] bits, long index, boolean value) {
        int mask = 1 << (index & 7);
        int at = (int) (index >>> 3);
        bits[at] = (byte) (value ? bits[at] | mask : bits[at] & ~mask);
    }

    static void fill(byte[] bits, long from, long to) {
        for (long i = from; i < to; i++) {
            set(bits, i, true);
        }
    }

    /** The first clear bit in {@code [from, to)}; -1 where there is none. */
    static long nextClear(byte[] bits, long from, long to) {
        for (long i = from; i < to; i++) {
            if ((i & 7) == 0 && bits[(int) (i >>> 3)] == -1) {
                i += 7;
            } else if (!get(bits, i)) {
                return i;
            }
        }
        return -1;
    }

    /** How many bits from {@code from} on are clear, at most to {@code to}. */
    static long clearRun(byte[] bits, long from, long to) {
        long i = from;
        while (i < to && !get(bits, i)) {
            i++;
        }
        return i - from;
    }
}
