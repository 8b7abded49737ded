package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A writable disk in memory, all zeros at first. It takes memory only for what is written, in pages of 4 KiB. */
public final class MemoryDisk implements VirtualDisk {
    private final long size;
    private final int sectorSize;
    private final PageStore pages;
    private final OpenState state = new OpenState();

    /** An empty disk of {@code size} bytes with sectors of 512 bytes. */
    public MemoryDisk(long size) {
        this(size, 512);
    }

    /** An empty disk of {@code size} bytes with sectors of {@code sectorSize} bytes (512 or 4096). */
    public MemoryDisk(long size, int sectorSize) {
        if (size < 0) {
            throw new IllegalArgumentException("a disk cannot have " + size + " bytes");
        }
        this.size = size;
        this.sectorSize = sectorSize;
        this.pages = new PageStore(new Zeros(), size, Long.MAX_VALUE);
    }

    private record Zeros() implements PageStore.Below {
        @Override
        public void read(long offset, ByteBuffer into) {
            ZeroBytes.fill(into);
        }

        @Override
        public Extent extent(long offset, long limit) {
            return new Extent.Zero(offset, limit - offset);
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
        state.check(offset, into.remaining(), size);
        pages.read(offset, into);
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        state.check(offset, from.remaining(), size);
        pages.write(offset, from);
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        state.checkExtent(offset, limit, size);
        return pages.extent(offset, limit);
    }

    @Override
    public void close() {
        state.close();
    }
}
