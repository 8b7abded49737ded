package dev.bothways.disk;

import java.nio.channels.ClosedChannelException;
import java.util.Objects;

/** Whether a disk is open still, and the checks that every call of a disk begins with. */
final class OpenState {
    private volatile boolean closed;

    void close() {
        closed = true;
    }

    /** Refuses a range outside {@code [0, size)} and a disk that was closed, in this order. */
    void check(long offset, long length, long size) throws ClosedChannelException {
        Objects.checkFromIndexSize(offset, length, size);
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** The same for a range to find an extent in, which must not be empty. */
    void checkExtent(long offset, long limit, long size) throws ClosedChannelException {
        Objects.checkFromToIndex(offset, limit, size);
        if (offset == limit) {
            throw new IndexOutOfBoundsException("no extent lies in the empty range at " + offset);
        }
        if (closed) {
            throw new ClosedChannelException();
        }
    }
}
