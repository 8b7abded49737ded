package dev.bothways.guest.linux.compression;

import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

/** Makes compressed data for tests. */
public final class Compressor {
    private static final int LZ4_BLOCK = 8 << 20;

    private Compressor() {}

    public static byte[] compress(Compression compression, byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (compression == Compression.LZ4) {
            lz4(plain, bytes);
            return bytes.toByteArray();
        }
        try (OutputStream out = switch (compression) {
            case GZIP -> new GZIPOutputStream(bytes);
            case ZSTD -> new ZstdOutputStream(bytes);
            case XZ -> new XZOutputStream(bytes, new LZMA2Options(1));
            case LZMA -> new LZMAOutputStream(bytes, new LZMA2Options(1), -1);
            case BZIP2 -> new BZip2CompressorOutputStream(bytes, 1);
            case LZ4, LZO -> throw new IllegalArgumentException(compression.id());
        }) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static void lz4(byte[] plain, ByteArrayOutputStream bytes) {
        bytes.writeBytes(new byte[] {0x02, 0x21, 0x4c, 0x18});
        Lz4JavaCompressor compressor = new Lz4JavaCompressor();
        for (int at = 0; at < plain.length; at += LZ4_BLOCK) {
            int length = Math.min(LZ4_BLOCK, plain.length - at);
            byte[] block = new byte[compressor.maxCompressedLength(length)];
            int size = compressor.compress(plain, at, length, block, 0, block.length);
            bytes.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(size)
                    .array());
            bytes.write(block, 0, size);
        }
    }
}
