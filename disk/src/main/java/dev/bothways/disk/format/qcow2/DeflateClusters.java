package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.packed.SmallWindowDeflater;
import java.nio.ByteBuffer;

/**
 * Packs clusters into raw deflate that reaches back 4 KiB at most. The specification does not say so, but QEMU writes no
 * other, and programs that inflate in steps with a window of that size read no other.
 */
final class DeflateClusters implements ImageWriter.Packer {
    private static final int WINDOW_BITS = 12;

    private final SmallWindowDeflater deflater = new SmallWindowDeflater(WINDOW_BITS);
    private final int most;

    /** Packs clusters that become no more than {@code most} bytes. */
    DeflateClusters(int most) {
        this.most = most;
    }

    @Override
    public boolean pack(long offset, ByteBuffer unit, ByteBuffer packed) {
        int count = deflater.deflate(unit, packed.slice(packed.position(), Math.min(most, packed.remaining())));
        packed.position(packed.position() + count);
        return count > 0;
    }

    @Override
    public void close() {
        // Nothing is held but memory.
    }
}
