package dev.bothways.disk.format.mapped;

import dev.bothways.disk.Extent;
import dev.bothways.disk.FileRuns;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.ZeroBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Optional;

/** A read-only disk whose bytes lie where a {@link RangeMap} says: in one host file, in a parent, or nowhere. */
public final class MappedDisk implements VirtualDisk {
    private final long size;
    private final int sectorSize;
    private final HostFile file;
    /** Programs that give out large blocks leave holes in them. */
    private final FileRuns runs;

    private final RangeMap map;
    private final Optional<VirtualDisk> parent;
    private volatile boolean closed;

    /** A disk of {@code size} bytes over {@code file} and {@code parent}; it closes both when it is closed. */
    public MappedDisk(long size, int sectorSize, HostFile file, RangeMap map, Optional<VirtualDisk> parent) {
        this.size = size;
        this.sectorSize = sectorSize;
        this.file = file;
        this.runs = new FileRuns(file);
        this.map = map;
        this.parent = parent;
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
        checkOpen();
        long end = offset + into.remaining();
        long at = offset;
        while (at < end) {
            Piece piece = map.at(at, end);
            int length = Math.toIntExact(piece.length());
            ByteBuffer part = into.slice(into.position(), length);
            switch (piece) {
                case Piece.Zeros zeros -> ZeroBytes.fill(part);
                case Piece.InFile stored -> file.read(stored.fileOffset(), part);
                case Piece.Held held -> part.put(held.bytes().duplicate());
                case Piece.Below below -> readBelow(at, part);
                case Piece.Packed packed -> packed.source().read(part);
            }
            into.position(into.position() + length);
            at += length;
        }
    }

    private void readBelow(long offset, ByteBuffer into) throws IOException {
        if (parent.isPresent() && offset < parent.get().size()) {
            int there = (int) Math.min(into.remaining(), parent.get().size() - offset);
            parent.get().read(offset, into.slice(into.position(), there));
            into.position(into.position() + there);
        }
        ZeroBytes.fill(into);
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public Extent extent(long offset, long limit) throws IOException {
        Objects.checkFromToIndex(offset, limit, size);
        if (offset == limit) {
            throw new IndexOutOfBoundsException("no extent lies in the empty range at " + offset);
        }
        checkOpen();
        Piece piece = map.at(offset, limit);
        return switch (piece) {
            case Piece.Zeros zeros -> new Extent.Zero(offset, zeros.length());
            case Piece.InFile stored -> runs.at(offset, stored.length(), stored.fileOffset());
            case Piece.Held held -> new Extent.Data(offset, held.length());
            case Piece.Below below -> extentBelow(offset, below.length());
            case Piece.Packed packed -> new Extent.Data(offset, packed.length());
        };
    }

    private Extent extentBelow(long offset, long length) throws IOException {
        if (parent.isEmpty() || offset >= parent.get().size()) {
            return new Extent.Zero(offset, length);
        }
        return parent.get()
                .extent(offset, Math.min(offset + length, parent.get().size()));
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (parent.isPresent()) {
                parent.get().close();
            }
        } finally {
            file.close();
        }
    }
}
