package dev.bothways.guest.linux.compression;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4Decompressor;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The legacy frame of LZ4, the one that the kernel reads: a magic number, then blocks of up to 8 MiB, each behind its compressed
 * size (32 bits, little endian). Nothing marks the end: it is the end of the data, a size of 0, or one that no block can have.
 */
final class Lz4Legacy extends InputStream {
    private static final int BLOCK = 8 << 20;
    private static final int MOST_COMPRESSED = BLOCK + BLOCK / 255 + 16;

    private final CountedInput in;
    private final Lz4Decompressor decompressor = new Lz4JavaDecompressor();
    private byte[] compressed = new byte[0];
    private final byte[] plain = new byte[BLOCK];
    private int at;
    private int end;
    private boolean ended;

    Lz4Legacy(CountedInput in) throws IOException {
        this.in = in;
        in.take(4);
    }

    @Override
    public int read() throws IOException {
        return at < end || fill() ? plain[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (at == end && !fill()) {
            return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(plain, at, into, offset, count);
        at += count;
        return count;
    }

    private boolean fill() throws IOException {
        while (!ended && at == end) {
            byte[] head = in.peek(4);
            long size = head.length < 4 ? 0 : littleEndian(head);
            if (size == 0 || size > MOST_COMPRESSED) {
                ended = true;
                break;
            }
            in.take(4);
            if (compressed.length < size) {
                compressed = new byte[(int) size];
            }
            if (in.readNBytes(compressed, 0, (int) size) < size) {
                throw new EOFException("the lz4 data is cut short");
            }
            try {
                end = decompressor.decompress(compressed, 0, (int) size, plain, 0, plain.length);
            } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IOException("the lz4 data is damaged", e);
            }
            at = 0;
        }
        return at < end;
    }

    private static long littleEndian(byte[] b) {
        return (b[0] & 0xffL) | (b[1] & 0xffL) << 8 | (b[2] & 0xffL) << 16 | (b[3] & 0xffL) << 24;
    }

    @Override
    public void close() {
        ended = true;
        at = end;
    }
}
