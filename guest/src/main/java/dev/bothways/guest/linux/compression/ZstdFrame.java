package dev.bothways.guest.linux.compression;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes of one Zstandard frame (RFC 8878), still compressed: it walks the block headers, so that a decompressor behind it
 * cannot read on into what follows.
 */
final class ZstdFrame extends InputStream {
    private final CountedInput in;
    private final byte[] header;
    private final boolean checksum;
    private int headerAt;
    private int left;
    private boolean last;
    private boolean ended;

    private ZstdFrame(CountedInput in) throws IOException {
        this.in = in;
        byte[] start = in.peek(5);
        if (start.length < 5) {
            throw new EOFException("the zstd data is cut short");
        }
        int descriptor = start[4] & 0xff;
        boolean single = (descriptor & 0x20) != 0;
        int window = single ? 0 : 1;
        int dictionary = new int[] {0, 1, 2, 4}[descriptor & 3];
        int content = new int[] {single ? 1 : 0, 2, 4, 8}[descriptor >>> 6];
        header = in.take(5 + window + dictionary + content);
        checksum = (descriptor & 4) != 0;
    }

    /** The plain bytes of the frame that begins at {@code in}'s position. */
    static InputStream open(CountedInput in) throws IOException {
        if (ZstdNative.loads()) {
            return new ZstdNative(in);
        }
        return new Plain(new ZstdInputStream(new ZstdFrame(in)));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (headerAt < header.length) {
            int count = Math.min(length, header.length - headerAt);
            System.arraycopy(header, headerAt, into, offset, count);
            headerAt += count;
            return count;
        }
        if (left == 0 && !nextBlock()) {
            return -1;
        }
        int count = in.read(into, offset, Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the zstd data is cut short");
        }
        left -= count;
        return count;
    }

    /** A block with its header is one run; after the last one, its checksum is. */
    private boolean nextBlock() throws IOException {
        if (ended) {
            return false;
        }
        if (last) {
            ended = true;
            left = checksum ? 4 : 0;
            return left > 0;
        }
        byte[] head = in.peek(3);
        if (head.length < 3) {
            throw new EOFException("the zstd data is cut short");
        }
        int value = (head[0] & 0xff) | (head[1] & 0xff) << 8 | (head[2] & 0xff) << 16;
        boolean repeated = ((value >>> 1) & 3) == 1;
        last = (value & 1) != 0;
        left = 3 + (repeated ? 1 : value >>> 3);
        return true;
    }

    /** Turns the decompressor's own exceptions into those of a stream. */
    private static final class Plain extends InputStream {
        private final InputStream in;

        private Plain(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return in.read(into, offset, length);
            } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IOException("the zstd data is damaged", e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
