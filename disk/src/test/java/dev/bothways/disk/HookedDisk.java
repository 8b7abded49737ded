package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A disk with something that happens before each read. */
record HookedDisk(VirtualDisk disk, Hook hook) implements VirtualDisk {

    interface Hook {
        void beforeRead(long offset) throws IOException;
    }

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
        hook.beforeRead(offset);
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
