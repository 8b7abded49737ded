package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Files that are the pieces of one, in order, seen as that one, which is only read. It closes them. */
final class JoinedAccess implements FileAccess {
    private final List<HostFile> parts;
    /** Where each piece begins, and behind them where all end. */
    private final long[] starts;

    JoinedAccess(List<HostFile> parts) throws IOException {
        this.parts = List.copyOf(parts);
        this.starts = new long[parts.size() + 1];
        for (int i = 0; i < parts.size(); i++) {
            starts[i + 1] = Math.addExact(starts[i], parts.get(i).size());
        }
    }

    @Override
    public long size() {
        return starts[parts.size()];
    }

    /** The piece that has this byte; an empty one has none. */
    private int partAt(long position) {
        int part = 0;
        while (starts[part + 1] <= position) {
            part++;
        }
        return part;
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        if (position >= size()) {
            return -1;
        }
        int part = partAt(position);
        int limit = into.limit();
        into.limit(into.position() + (int) Math.min(into.remaining(), starts[part + 1] - position));
        int count = into.remaining();
        try {
            parts.get(part).read(position - starts[part], into);
            return count;
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public int write(long position, ByteBuffer from) throws IOException {
        throw readOnly();
    }

    @Override
    public void resize(long size) throws IOException {
        throw readOnly();
    }

    @Override
    public void allocate(long size) throws IOException {
        throw readOnly();
    }

    private static IOException readOnly() {
        return new IOException("a file in pieces is only read");
    }

    @Override
    public void force() {}

    @Override
    public long nextData(long from, long size) {
        return from;
    }

    @Override
    public long nextHole(long from, long size) {
        return size;
    }

    @Override
    public boolean sharesWithin(Path folder) {
        return false;
    }

    @Override
    public boolean share(long position, FileAccess target, long targetPosition, long length) {
        return false;
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (HostFile part : parts) {
            try {
                part.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
