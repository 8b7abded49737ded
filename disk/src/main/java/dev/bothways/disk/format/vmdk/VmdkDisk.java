package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.ConcatenatedDisk;
import dev.bothways.disk.Extent;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.SliceDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.MappedDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The extents of a disk one after the other, over its parent. It closes them, their files and the parent. */
final class VmdkDisk implements VirtualDisk {
    private final ConcatenatedDisk parts;
    private final List<Closeable> closed;

    VmdkDisk(HostFile main, List<VmdkExtent> extents, Optional<? extends VirtualDisk> parent) {
        List<VirtualDisk> disks = new ArrayList<>();
        List<Closeable> closing = new ArrayList<>();
        long start = 0;
        for (VmdkExtent extent : extents) {
            if (extent.size() > 0) {
                disks.add(new MappedDisk(
                        extent.size(),
                        SparseHeader.SECTOR,
                        extent.file(),
                        extent.map(),
                        below(parent, start, extent.size())));
                start += extent.size();
            }
        }
        closing.addAll(disks);
        closing.add(main);
        parent.ifPresent(closing::add);
        this.parts = new ConcatenatedDisk(disks);
        this.closed = List.copyOf(closing);
    }

    private static Optional<VirtualDisk> below(Optional<? extends VirtualDisk> parent, long start, long size) {
        return parent.isPresent() && parent.get().size() > start
                ? Optional.of(new SliceDisk(
                        parent.get(), start, Math.min(size, parent.get().size() - start)))
                : Optional.empty();
    }

    @Override
    public long size() {
        return parts.size();
    }

    @Override
    public int sectorSize() {
        return parts.sectorSize();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        parts.read(offset, into);
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        return parts.extent(offset, limit);
    }

    @Override
    public void close() throws IOException {
        parts.close();
        IOException failure = null;
        for (Closeable one : closed) {
            try {
                one.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
