package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A host file through the JDK alone. It sees no holes, so every byte counts as data, and it shares nothing. */
record ChannelAccess(FileChannel channel) implements FileAccess {

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        return channel.read(into, position);
    }

    @Override
    public int write(long position, ByteBuffer from) throws IOException {
        return channel.write(from, position);
    }

    @Override
    public void resize(long size) throws IOException {
        if (size <= channel.size()) {
            channel.truncate(size);
        } else {
            // A byte written beyond the end makes a hole before it, on every file system that knows holes.
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    @Override
    public void allocate(long size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        for (long at = channel.size(); at < size; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
            at += channel.write(zeros, at);
        }
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

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
    public boolean share(long position, FileAccess target, long targetPosition, long length) {
        return false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
