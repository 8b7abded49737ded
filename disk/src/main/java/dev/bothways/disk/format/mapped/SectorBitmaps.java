package dev.bothways.disk.format.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The bitmaps that say sector by sector what a block holds, read as they are asked for; a few are kept. Safe for any
 * number of threads.
 */
public final class SectorBitmaps {
    private static final int KEPT = 64;

    /** Which bit of a byte stands for the first sector. */
    public enum BitOrder {
        /** As in VHD. */
        MOST_SIGNIFICANT_FIRST,
        /** As in VHDX. */
        LEAST_SIGNIFICANT_FIRST
    }

    private record Bitmap(long position, BitSet bits) {}

    private final ByteSource source;
    private final int bytes;
    private final BitOrder order;
    private final AtomicReferenceArray<Bitmap> kept = new AtomicReferenceArray<>(KEPT);

    /** Bitmaps of {@code bytes} bytes each. */
    public SectorBitmaps(ByteSource source, int bytes, BitOrder order) {
        this.source = source;
        this.bytes = bytes;
        this.order = order;
    }

    /** The bitmap at byte {@code position} of the file: the bit of each sector that is there. Not to be changed. */
    public BitSet at(long position) throws IOException {
        int slot = (int) (position / Math.max(512, bytes) % KEPT);
        Bitmap known = kept.get(slot);
        if (known != null && known.position == position) {
            return known.bits;
        }
        ByteBuffer raw = ByteBuffer.allocate(bytes);
        source.read(position, raw);
        if (order == BitOrder.MOST_SIGNIFICANT_FIRST) {
            reverseBits(raw.array());
        }
        BitSet bits = BitSet.valueOf(raw.array());
        kept.set(slot, new Bitmap(position, bits));
        return bits;
    }

    /** Turns the order of the bits in each byte. */
    public static void reverseBits(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (Integer.reverse(bytes[i]) >>> 24);
        }
    }
}
