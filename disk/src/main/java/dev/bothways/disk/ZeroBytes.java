package dev.bothways.disk;

import java.nio.ByteBuffer;

/** Zeros: making them and finding them. */
public final class ZeroBytes {
    private static final int LENGTH = 64 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(LENGTH).asReadOnlyBuffer();

    private ZeroBytes() {}

    /** Puts zeros from the buffer's position to its limit. */
    public static void fill(ByteBuffer into) {
        while (into.hasRemaining()) {
            into.put(ZEROS.slice(0, Math.min(LENGTH, into.remaining())));
        }
    }

    /** Whether the {@code length} bytes from {@code index} on are all zero; absolute, whatever the position. */
    public static boolean all(ByteBuffer buffer, int index, int length) {
        int end = index + length;
        for (int at = index; at < end; at += LENGTH) {
            int count = Math.min(LENGTH, end - at);
            // mismatch is a vector intrinsic, and ends at the first byte that is not zero.
            if (buffer.slice(at, count).mismatch(ZEROS.slice(0, count)) >= 0) {
                return false;
            }
        }
        return true;
    }
}
