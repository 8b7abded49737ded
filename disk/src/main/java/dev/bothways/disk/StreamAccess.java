package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A pipe that is written from its beginning to its end: gaps are filled with zeros, and there is no way back. */
final class StreamAccess implements FileAccess {
    private final WritableByteChannel channel;
    private long position;

    StreamAccess(WritableByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public synchronized long size() {
        return position;
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
        throw new IOException("a pipe that is written to cannot be read");
    }

    @Override
    public synchronized int write(long at, ByteBuffer from) throws IOException {
        resize(at);
        int count = channel.write(from);
        position += count;
        return count;
    }

    @Override
    public synchronized void resize(long size) throws IOException {
        if (size < position) {
            throw new IOException("a pipe has no way back to byte " + size + " from byte " + position);
        }
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(1 << 20, size - position));
        while (position < size) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), size - position));
            position += channel.write(zeros);
        }
    }

    @Override
    public void allocate(long size) throws IOException {
        resize(size);
    }

    @Override
    public void force() {}

    @Override
    public long nextData(long from, long size) {
        return from;
    }

    @Override
    public long nextHole(long from, long size) {
        return size;
    }

    @Override
    public boolean sharesWithin(Path folder) {
        return false;
    }

    @Override
    public boolean share(long at, FileAccess target, long targetPosition, long length) {
        return false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
