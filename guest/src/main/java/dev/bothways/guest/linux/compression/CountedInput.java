package dev.bothways.guest.linux.compression;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/** A stream that counts, lets its next bytes be looked at, and takes back what a decompressor read too far. */
public final class CountedInput extends InputStream {
    private static final int BUFFER = 256 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private long filled;

    /** Reads {@code in} from its present position on, which counts as 0. */
    public CountedInput(InputStream in) {
        this.in = in;
    }

    /** How many bytes have been taken so far. */
    public long position() {
        return filled - (end - at);
    }

    @Override
    public int read() throws IOException {
        return at < end || refill() ? buffer[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (at == end && !refill()) {
            return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, into, offset, count);
        at += count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long left = count;
        while (left > 0 && (at < end || refill())) {
            int step = (int) Math.min(left, end - at);
            at += step;
            left -= step;
        }
        return count - left;
    }

    /** Passes over {@code count} bytes, all of which must be there. */
    @Override
    public void skipNBytes(long count) throws IOException {
        if (count > 0 && skip(count) < count) {
            throw new EOFException("the data ends at byte " + position());
        }
    }

    /** The next {@code count} bytes, or fewer at the end; they stay to be read. {@code count} is at most 64 KiB. */
    public byte[] peek(int count) throws IOException {
        if (end - at < count) {
            System.arraycopy(buffer, at, buffer, 0, end - at);
            end -= at;
            at = 0;
            while (end < count) {
                int more = in.read(buffer, end, buffer.length - end);
                if (more < 0) {
                    break;
                }
                end += more;
                filled += more;
            }
        }
        return Arrays.copyOfRange(buffer, at, Math.min(end, at + count));
    }

    /** The next {@code count} bytes. */
    public byte[] take(int count) throws IOException {
        byte[] bytes = readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the data ends at byte " + position());
        }
        return bytes;
    }

    /** Drops zero bytes; returns whether something follows them. */
    public boolean skipZeros() throws IOException {
        while (at < end || refill()) {
            if (buffer[at] != 0) {
                return true;
            }
            at++;
        }
        return false;
    }

    /** Makes at least one byte available in {@link #buffer}, unless the stream has ended. */
    boolean refill() throws IOException {
        if (at < end) {
            return true;
        }
        int count = in.read(buffer, 0, buffer.length);
        if (count <= 0) {
            return false;
        }
        at = 0;
        end = count;
        filled += count;
        return true;
    }

    byte[] buffer() {
        return buffer;
    }

    int at() {
        return at;
    }

    int buffered() {
        return end - at;
    }

    /** Takes {@code count} bytes that a decompressor has used from the buffer. */
    void advance(int count) {
        Objects.checkFromToIndex(0, count, end - at);
        at += count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
