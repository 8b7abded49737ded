package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A piece of another disk, seen as a disk of its own (a partition). Closing it leaves the other disk open. */
public final class SliceDisk implements VirtualDisk {
    private final VirtualDisk base;
    private final long start;
    private final long length;
    private final OpenState state = new OpenState();

    /** The {@code length} bytes of {@code base} from {@code start} on, which must lie within it. */
    public SliceDisk(VirtualDisk base, long start, long length) {
        Objects.checkFromIndexSize(start, length, base.size());
        this.base = base;
        this.start = start;
        this.length = length;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public int sectorSize() {
        return base.sectorSize();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        state.check(offset, into.remaining(), length);
        base.read(start + offset, into);
    }

    @Override
    public boolean writable() {
        return base.writable();
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        state.check(offset, from.remaining(), length);
        base.write(start + offset, from);
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        state.checkExtent(offset, limit, length);
        return base.extent(start + offset, start + limit).shifted(-start);
    }

    @Override
    public void flush() throws IOException {
        base.flush();
    }

    @Override
    public void requireUnchanged() throws IOException {
        base.requireUnchanged();
    }

    @Override
    public void close() {
        state.close();
    }
}
