package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A range of a file, seen as a file that is only read. It closes the file. */
record RangeAccess(FileAccess base, long start, long length) implements FileAccess {

    @Override
    public long size() {
        return length;
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        if (position >= length) {
            return -1;
        }
        int limit = into.limit();
        into.limit(into.position() + (int) Math.min(into.remaining(), length - position));
        try {
            return base.read(start + position, into);
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
        return new IOException("a part of an archive is only read");
    }

    @Override
    public void force() {}

    @Override
    public long nextData(long from, long size) throws IOException {
        return Math.min(size, base.nextData(start + from, start + size) - start);
    }

    @Override
    public long nextHole(long from, long size) throws IOException {
        return Math.min(size, base.nextHole(start + from, start + size) - start);
    }

    @Override
    public void willRead(long position, long count) throws IOException {
        base.willRead(start + position, count);
    }

    @Override
    public boolean sharesWithin(Path folder) throws IOException {
        return base.sharesWithin(folder);
    }

    @Override
    public boolean share(long position, FileAccess target, long targetPosition, long count) throws IOException {
        return base.share(start + position, target, targetPosition, count);
    }

    @Override
    public void close() throws IOException {
        base.close();
    }
}
