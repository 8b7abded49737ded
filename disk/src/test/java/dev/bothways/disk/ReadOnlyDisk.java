package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A disk that hides that another one is writable. */
record ReadOnlyDisk(VirtualDisk disk) implements VirtualDisk {
    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public int sectorSize() {
        return disk.sectorSize();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        disk.read(offset, into);
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        return disk.extent(offset, limit);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
