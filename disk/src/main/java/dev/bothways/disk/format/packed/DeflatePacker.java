package dev.bothways.disk.format.packed;

import io.airlift.compress.v3.deflate.DeflateNativeCompressor;
import java.io.Closeable;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.Adler32;
import java.util.zip.Deflater;

/**
 * Deflates one buffer after the other, each by itself. One thread has it. By libdeflate, which packs as tightly as zlib's usual
 * level at three times the speed; where it does not load, or with {@code -Dbothways.native=off}, by the JDK's zlib.
 */
public final class DeflatePacker implements Closeable {
    /** libdeflate's level with the size of zlib's sixth, its usual one. */
    private static final int NATIVE_LEVEL = 5;

    private final DeflateWrapping wrapping;
    private final Optional<DeflateNativeCompressor> library;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final Adler32 checksum = new Adler32();

    /** Packs with this around the data. */
    public DeflatePacker(DeflateWrapping wrapping) {
        this.wrapping = wrapping;
        this.library = NativeLibraries.wanted() && DeflateNativeCompressor.isEnabled()
                ? Optional.of(new DeflateNativeCompressor(NATIVE_LEVEL))
                : Optional.empty();
    }

    /** The most bytes that {@code length} bytes may need for {@link #pack} to succeed whatever they are. */
    public static int mostPacked(int length) {
        // Stored blocks of at least 5 kB, 5 bytes each, and what stands around them.
        return length + length / 5000 * 5 + 64;
    }

    /**
     * Packs all that remains of {@code plain}, whose position stays.
     *
     * @param packed takes the packed bytes from its position on; its position moves behind them
     * @return false where they have no room in {@code packed}, whose position stays then
     */
    public boolean pack(ByteBuffer plain, ByteBuffer packed) {
        ByteBuffer into = packed.slice();
        if (wrapping == DeflateWrapping.ZLIB) {
            int around = DeflateWrapping.ZLIB_HEADER_BYTES + DeflateWrapping.ZLIB_TRAILER_BYTES;
            if (into.remaining() <= around) {
                return false;
            }
            into.putShort(DeflateWrapping.ZLIB_HEADER);
            into.limit(into.limit() - DeflateWrapping.ZLIB_TRAILER_BYTES);
        }
        int count = deflate(plain, into);
        if (count <= 0) {
            return false;
        }
        into.position(into.position() + count);
        if (wrapping == DeflateWrapping.ZLIB) {
            checksum.reset();
            checksum.update(plain.duplicate());
            into.limit(into.capacity());
            into.putInt((int) checksum.getValue());
        }
        packed.position(packed.position() + into.position());
        return true;
    }

    /** How many bytes came out; 0 where they have no room. */
    private int deflate(ByteBuffer plain, ByteBuffer into) {
        if (library.isPresent()) {
            try {
                return library.get().compress(MemorySegment.ofBuffer(plain), MemorySegment.ofBuffer(into));
            } catch (IllegalArgumentException e) {
                // Its way to say that there is no room.
                return 0;
            }
        }
        deflater.reset();
        deflater.setInput(plain.duplicate());
        deflater.finish();
        int count = deflater.deflate(into.duplicate());
        return deflater.finished() ? count : 0;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
