package dev.bothways.disk.format.qcow2;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Unpacks clusters of Zstandard frames, behind which other bytes lie. */
final class ZstdUnpack {
    private static final int MAGIC = 0xFD2FB528;
    private static final int RLE = 1;
    private static final int CHECKSUM_BYTES = 4;

    private ZstdUnpack() {}

    /** Fills {@code cluster} from its position to its limit. */
    static void unpack(ByteBuffer packed, ByteBuffer cluster) throws IOException {
        ByteBuffer in = packed.slice();
        while (cluster.hasRemaining()) {
            int frame = frameLength(in);
            try {
                int count = ZstdDecompressor.create()
                        .decompress(MemorySegment.ofBuffer(in.slice(0, frame)), MemorySegment.ofBuffer(cluster));
                cluster.position(cluster.position() + count);
            } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IOException("a compressed cluster is damaged: no whole cluster of zstd", e);
            }
            in = in.slice(frame, in.limit() - frame);
        }
    }

    /** The length of the first frame, by its blocks' headers: the library wants frames and nothing behind. */
    private static int frameLength(ByteBuffer packed) throws IOException {
        try {
            ByteBuffer in = packed.slice().order(ByteOrder.LITTLE_ENDIAN);
            if (in.getInt() != MAGIC) {
                throw new IOException("a compressed cluster is damaged: no zstd where it should be");
            }
            int descriptor = in.get();
            boolean single = (descriptor & 0x20) != 0;
            int window = single ? 0 : 1;
            int dictionary = (1 << (descriptor & 3)) >> 1;
            int size = descriptor >>> 6 & 3;
            int contentSize = size == 0 ? (single ? 1 : 0) : 1 << size;
            in.position(in.position() + window + dictionary + contentSize);
            boolean last = false;
            while (!last) {
                int block = Byte.toUnsignedInt(in.get()) | Short.toUnsignedInt(in.getShort()) << 8;
                last = (block & 1) != 0;
                int bytes = (block >>> 1 & 3) == RLE ? 1 : block >>> 3;
                in.position(in.position() + bytes);
            }
            boolean checksum = (descriptor & 4) != 0;
            in.position(in.position() + (checksum ? CHECKSUM_BYTES : 0));
            return in.position();
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw (EOFException)
                    new EOFException("a compressed cluster is damaged: its zstd is cut short").initCause(e);
        }
    }
}
