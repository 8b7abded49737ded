package dev.bothways.filesystem.ext;

import dev.bothways.disk.Extent;
import dev.bothways.disk.VirtualDisk;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A raw image that is written in place, so that the oracle sees what was written. */
final class ImageFile implements VirtualDisk {
    private final FileChannel channel;
    private final long size;

    ImageFile(Path path) throws IOException {
        this.channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.size = channel.size();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int sectorSize() {
        return 512;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new EOFException("at " + at);
            }
            at += count;
        }
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        long at = offset;
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }

    @Override
    public Extent extent(long offset, long limit) {
        return new Extent.Data(offset, limit - offset);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
