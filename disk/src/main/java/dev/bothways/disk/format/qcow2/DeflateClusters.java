package dev.bothways.disk.format.qcow2;

import dev.bothways.disk.ImageWriter;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.Deflater;

/**
 * Packs clusters into raw deflate that reaches back 4 KiB at most. The specification does not say so, but QEMU writes no
 * other, and programs that inflate in steps with a window of that size read no other.
 */
final class DeflateClusters implements ImageWriter.Packer {
    static final int WINDOW_BITS = 12;

    private final Optional<ZlibDeflate> library;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final int most;

    /** Packs clusters that become no more than {@code most} bytes. */
    DeflateClusters(int most) {
        this(most, true);
    }

    /** The same, by the system's zlib only if {@code byLibrary}. */
    DeflateClusters(int most, boolean byLibrary) {
        this.most = most;
        this.library = byLibrary ? ZlibDeflate.available(WINDOW_BITS) : Optional.empty();
    }

    @Override
    public boolean pack(long offset, ByteBuffer unit, ByteBuffer packed) {
        ByteBuffer into = packed.slice(packed.position(), Math.min(most, packed.remaining()));
        int count = library.isPresent() ? library.get().deflate(unit, into) : inSteps(unit, into);
        if (count == 0) {
            return false;
        }
        packed.position(packed.position() + count);
        return true;
    }

    /** The JDK's zlib has a window of 32 KiB; a full flush lets nothing behind it reach before it. */
    private int inSteps(ByteBuffer unit, ByteBuffer into) {
        deflater.reset();
        ByteBuffer rest = unit.duplicate();
        int step = 1 << WINDOW_BITS;
        while (rest.hasRemaining()) {
            ByteBuffer part = rest.slice(rest.position(), Math.min(step, rest.remaining()));
            rest.position(rest.position() + part.remaining());
            deflater.setInput(part);
            if (rest.hasRemaining()) {
                deflater.deflate(into, Deflater.FULL_FLUSH);
            } else {
                deflater.finish();
                deflater.deflate(into);
            }
            if (!into.hasRemaining()) {
                return 0;
            }
        }
        return deflater.finished() ? into.position() : 0;
    }

    @Override
    public void close() {
        deflater.end();
        library.ifPresent(ZlibDeflate::close);
    }
}
