package dev.bothways.filesystem.partition;

import dev.bothways.disk.Extent;
import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A sparse file as a disk, so that other people's programs can look at it too. What lies behind the file's end is zeros. */
final class ImageFile implements VirtualDisk {
    private final FileChannel channel;
    private final long size;
    private final int sectorSize;

    ImageFile(Path path, long size, int sectorSize) throws IOException {
        this.channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        this.size = size;
        this.sectorSize = sectorSize;
        if (channel.size() < size) {
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int sectorSize() {
        return sectorSize;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        Objects.checkFromIndexSize(offset, into.remaining(), size);
        long at = offset;
        while (into.hasRemaining()) {
            at += channel.read(into, at);
        }
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        Objects.checkFromIndexSize(offset, from.remaining(), size);
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
