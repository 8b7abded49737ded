package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stream as the copy engine sees it: a disk of which every byte is asked for once. Pieces are taken from the stream when
 * somebody asks what lies there, and forgotten when they have been read, so what is in memory is what the engine's threads work on and a
 * piece more. It is no disk for anybody else: what was read is gone.
 */
final class StreamedDisk implements VirtualDisk {
    private final DiskStream stream;
    private final NavigableMap<Long, Held> held = new TreeMap<>();
    private boolean ended;

    /** Why the stream cannot be read on: what comes after that is anything, and would be told as a damage of its own. */
    private @Nullable IOException failure;

    StreamedDisk(DiskStream stream) {
        this.stream = stream;
    }

    /** A piece that is still to be read, whole or in part. */
    private static final class Held {
        private final DiskStream.Piece piece;
        private long left;
        private @Nullable ByteBuffer bytes;

        Held(DiskStream.Piece piece) {
            this.piece = piece;
            this.left = piece.length();
        }

        long end() {
            return piece.offset() + piece.length();
        }

        /** Reads a part of it; whoever comes first unpacks it for all. */
        synchronized void read(long offset, ByteBuffer into) throws IOException {
            int count = into.remaining();
            if (count == piece.length()) {
                piece.read(into);
                return;
            }
            if (bytes == null) {
                ByteBuffer whole = ByteBuffer.allocateDirect(piece.length());
                piece.read(whole);
                bytes = whole.flip();
            }
            into.put(bytes.slice((int) (offset - piece.offset()), count));
        }
    }

    @Override
    public long size() {
        return stream.size();
    }

    @Override
    public int sectorSize() {
        return stream.sectorSize();
    }

    @Override
    public synchronized Extent extent(long offset, long limit) throws IOException {
        Objects.checkFromToIndex(offset, limit, size());
        while (held.higherKey(offset) == null && !covers(held.floorEntry(offset), offset) && take()) {
            // Until it is known what lies there.
        }
        Map.Entry<Long, Held> entry = held.floorEntry(offset);
        if (entry != null && covers(entry, offset)) {
            return new Extent.Data(offset, Math.min(entry.getValue().end(), limit) - offset);
        }
        Long next = held.higherKey(offset);
        return new Extent.Zero(offset, (next == null ? limit : Math.min(next, limit)) - offset);
    }

    private static boolean covers(Map.@Nullable Entry<Long, Held> entry, long offset) {
        return entry != null && offset < entry.getValue().end();
    }

    /** Takes a piece from the stream; false where none is left. */
    private boolean take() throws IOException {
        if (failure != null) {
            throw failure;
        }
        Optional<DiskStream.Piece> piece;
        try {
            piece = ended ? Optional.empty() : stream.next();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        ended = piece.isEmpty();
        piece.ifPresent(found -> held.put(found.offset(), new Held(found)));
        return !ended;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        long end = offset + into.remaining();
        Objects.checkFromToIndex(offset, end, size());
        int limit = into.limit();
        for (long at = offset; at < end; ) {
            Extent extent = extent(at, end);
            into.limit(into.position() + (int) extent.length());
            if (extent instanceof Extent.Zero) {
                ZeroBytes.fill(into);
                into.position(into.limit());
            } else {
                read(at, extent.length(), into);
            }
            into.limit(limit);
            at = extent.end();
        }
    }

    private void read(long offset, long length, ByteBuffer into) throws IOException {
        Held piece;
        synchronized (this) {
            piece = held.floorEntry(offset).getValue();
        }
        piece.read(offset, into);
        synchronized (this) {
            piece.left -= length;
            if (piece.left == 0) {
                held.remove(piece.piece.offset());
            }
        }
    }

    /** Reads what stands behind the last byte of the disk: a stream is whole when its end says so. */
    synchronized void finish() throws IOException {
        if (take()) {
            throw new IllegalStateException("the stream has data that nobody asked for");
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
