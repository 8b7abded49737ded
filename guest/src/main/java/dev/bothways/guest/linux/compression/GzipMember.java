package dev.bothways.guest.linux.compression;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** One member of a gzip file (RFC 1952). Its checksum is not compared: the kernel's decompressor does not either. */
final class GzipMember extends InputStream {
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final CountedInput in;
    private final Inflater inflater = new Inflater(true);
    private boolean ended;

    GzipMember(CountedInput in) throws IOException {
        this.in = in;
        byte[] header = in.take(10);
        int flags = header[3];
        if ((flags & EXTRA) != 0) {
            byte[] length = in.take(2);
            in.take((length[0] & 0xff) | (length[1] & 0xff) << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            in.take(2);
        }
    }

    private void skipText() throws IOException {
        for (int c = in.read(); c != 0; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the gzip header is cut short");
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        try {
            while (true) {
                if (!in.refill()) {
                    throw new EOFException("the gzip data is cut short");
                }
                inflater.setInput(in.buffer(), in.at(), in.buffered());
                int count = inflater.inflate(into, offset, length);
                in.advance(in.buffered() - inflater.getRemaining());
                if (count > 0) {
                    return count;
                }
                if (inflater.finished()) {
                    ended = true;
                    inflater.end();
                    in.take(8);
                    return -1;
                }
                if (inflater.needsDictionary()) {
                    throw new IOException("the gzip data asks for a dictionary");
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("the gzip data is damaged", e);
        }
    }

    @Override
    public void close() {
        ended = true;
        inflater.end();
    }
}
