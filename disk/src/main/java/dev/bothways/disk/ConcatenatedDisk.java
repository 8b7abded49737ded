package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Several disks, one after the other, seen as one. Closing it leaves them open. */
public final class ConcatenatedDisk implements VirtualDisk {
    private final List<VirtualDisk> parts;
    private final long[] ends;
    private final int sectorSize;
    private final OpenState state = new OpenState();

    /** The disks in order: at least one, none of them empty, all with sectors of one size. */
    public ConcatenatedDisk(List<? extends VirtualDisk> parts) {
        this.parts = List.copyOf(parts);
        if (this.parts.isEmpty()) {
            throw new IllegalArgumentException("no disk to concatenate");
        }
        this.sectorSize = this.parts.getFirst().sectorSize();
        this.ends = new long[this.parts.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            VirtualDisk part = this.parts.get(i);
            if (part.size() == 0 || part.sectorSize() != sectorSize) {
                throw new IllegalArgumentException(
                        "part " + i + " is empty or has other sectors than the " + sectorSize + " bytes of the first");
            }
            end = Math.addExact(end, part.size());
            ends[i] = end;
        }
    }

    @Override
    public long size() {
        return ends[ends.length - 1];
    }

    @Override
    public int sectorSize() {
        return sectorSize;
    }

    private int partAt(long offset) {
        int found = Arrays.binarySearch(ends, offset);
        return found < 0 ? -found - 1 : found + 1;
    }

    private long start(int part) {
        return part == 0 ? 0 : ends[part - 1];
    }

    private interface Transfer {
        void move(VirtualDisk part, long offset, ByteBuffer piece) throws IOException;
    }

    private void eachPart(long offset, ByteBuffer buffer, Transfer transfer) throws IOException {
        state.check(offset, buffer.remaining(), size());
        long at = offset;
        while (buffer.hasRemaining()) {
            int part = partAt(at);
            int count = (int) Math.min(buffer.remaining(), ends[part] - at);
            transfer.move(parts.get(part), at - start(part), buffer.slice(buffer.position(), count));
            buffer.position(buffer.position() + count);
            at += count;
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        eachPart(offset, into, VirtualDisk::read);
    }

    @Override
    public boolean writable() {
        return parts.stream().allMatch(VirtualDisk::writable);
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        if (!writable()) {
            throw new UnsupportedOperationException("a part of this disk is read-only");
        }
        eachPart(offset, from, VirtualDisk::write);
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        state.checkExtent(offset, limit, size());
        int part = partAt(offset);
        long start = start(part);
        return parts.get(part)
                .extent(offset - start, Math.min(limit, ends[part]) - start)
                .shifted(start);
    }

    @Override
    public void flush() throws IOException {
        for (VirtualDisk part : parts) {
            part.flush();
        }
    }

    @Override
    public void requireUnchanged() throws IOException {
        for (VirtualDisk part : parts) {
            part.requireUnchanged();
        }
    }

    @Override
    public void close() {
        state.close();
    }
}
