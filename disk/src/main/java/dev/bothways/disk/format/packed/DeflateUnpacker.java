package dev.bothways.disk.format.packed;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.deflate.DeflateNativeDecompressor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.Adler32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates whole buffers whose plain length is known. For any number of threads. */
public final class DeflateUnpacker {
    private final DeflateWrapping wrapping;
    private final ConcurrentLinkedQueue<DeflateNativeDecompressor> idle = new ConcurrentLinkedQueue<>();
    private final boolean wanted = NativeLibraries.wanted();

    /** Loading takes longer than copying a small disk, and most images have nothing packed. */
    private static final class Library {
        private static final boolean LOADS = DeflateNativeDecompressor.isEnabled();
    }

    /** Unpacks data with this around it. */
    public DeflateUnpacker(DeflateWrapping wrapping) {
        this.wrapping = wrapping;
    }

    /**
     * Fills {@code plain} from its position to its limit with what {@code packed} unpacks to, which must be just that long.
     *
     * @param packed from position to limit; what stands behind the end of the data is ignored
     * @throws IOException where the data is damaged
     */
    public void unpack(ByteBuffer packed, ByteBuffer plain) throws IOException {
        if (wanted && Library.LOADS && unpackByLibrary(packed, plain)) {
            plain.position(plain.limit());
            return;
        }
        // Whatever the library did not like: zlib decides.
        Inflater inflater = new Inflater(wrapping == DeflateWrapping.RAW);
        try {
            inflater.setInput(packed.duplicate());
            while (plain.hasRemaining()) {
                if (inflater.inflate(plain) == 0) {
                    throw new IOException(
                            inflater.finished() ? "the packed data ends too early" : "the packed data is cut short");
                }
            }
            // Damaged data may go on; the checksum behind the end tells.
            if (wrapping == DeflateWrapping.ZLIB && !inflater.finished()) {
                int more = inflater.inflate(new byte[1]);
                if (!inflater.finished()) {
                    throw new IOException(
                            more > 0 ? "the packed data is longer than it should be" : "the packed data is cut short");
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("the packed data is damaged", e);
        } finally {
            inflater.end();
        }
    }

    private boolean unpackByLibrary(ByteBuffer packed, ByteBuffer plain) {
        ByteBuffer raw = packed.duplicate();
        if (wrapping == DeflateWrapping.ZLIB) {
            if (raw.remaining() <= DeflateWrapping.ZLIB_HEADER_BYTES + DeflateWrapping.ZLIB_TRAILER_BYTES
                    || (raw.get() & 0x0f) != 8
                    || (raw.get() & 0x20) != 0) {
                return false;
            }
            raw.limit(raw.limit() - DeflateWrapping.ZLIB_TRAILER_BYTES);
        }
        DeflateNativeDecompressor decompressor = idle.poll();
        if (decompressor == null) {
            decompressor = new DeflateNativeDecompressor();
        }
        try {
            int count = decompressor.decompress(MemorySegment.ofBuffer(raw), MemorySegment.ofBuffer(plain));
            return count == plain.remaining() && (wrapping == DeflateWrapping.RAW || checksumAgrees(packed, plain));
        } catch (MalformedInputException e) {
            return false;
        } finally {
            idle.add(decompressor);
        }
    }

    private static boolean checksumAgrees(ByteBuffer packed, ByteBuffer plain) {
        Adler32 checksum = new Adler32();
        checksum.update(plain.duplicate());
        return (int) checksum.getValue()
                == packed.duplicate().getInt(packed.limit() - DeflateWrapping.ZLIB_TRAILER_BYTES);
    }
}
