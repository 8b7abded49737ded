package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A disk that may be written although the one below is never changed: what is written stays in memory, in pages of 4 KiB.
 *
 * <p>Closing it forgets what was written and leaves the disk below open.
 */
public final class OverlayDisk implements VirtualDisk {
    /** What an overlay holds at most if nobody says otherwise, in bytes: never more than half of the memory that the JVM may take. */
    public static final long USUAL_MAXIMUM =
            Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 2);

    private final VirtualDisk base;
    private final PageStore pages;
    private final OpenState state = new OpenState();

    /** An overlay that holds up to {@link #USUAL_MAXIMUM}. */
    public OverlayDisk(VirtualDisk base) {
        this(base, USUAL_MAXIMUM);
    }

    /** An overlay that holds up to {@code maximumBytes}; a write that needs more raises an {@link IOException}. */
    public OverlayDisk(VirtualDisk base, long maximumBytes) {
        this.base = base;
        this.pages = new PageStore(new Base(base), base.size(), maximumBytes);
    }

    private record Base(VirtualDisk disk) implements PageStore.Below {
        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            disk.read(offset, into);
        }

        @Override
        public Extent extent(long offset, long limit) throws IOException {
            return disk.extent(offset, limit);
        }
    }

    /** The runs of the disk that were written to (in whole pages of 4 KiB), in order. */
    public List<Extent> changes() {
        return pages.runs();
    }

    /** How much memory the changes take now, in bytes. */
    public long heldBytes() {
        return pages.heldBytes();
    }

    @Override
    public long size() {
        return base.size();
    }

    @Override
    public int sectorSize() {
        return base.sectorSize();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        state.check(offset, into.remaining(), size());
        pages.read(offset, into);
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        state.check(offset, from.remaining(), size());
        pages.write(offset, from);
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        state.checkExtent(offset, limit, size());
        return pages.extent(offset, limit);
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
