package dev.bothways.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A file of the host, from its beginning to its end. It closes the file. */
final class FileInput extends InputStream {
    private final HostFile file;
    private final long size;
    private long position;

    FileInput(HostFile file, long size) {
        this.file = file;
        this.size = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = (int) Math.min(length, size - position);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        file.read(position, ByteBuffer.wrap(into, offset, count));
        position += count;
        return count;
    }

    @Override
    public long skip(long count) {
        long skipped = Math.clamp(count, 0, size - position);
        position += skipped;
        return skipped;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, size - position);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
