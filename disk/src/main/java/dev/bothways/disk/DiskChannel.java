package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A disk as a {@link SeekableByteChannel}, for programs that read files: whole disk from byte 0 to {@link VirtualDisk#size}. Closing
 * the channel leaves the disk open. Safe for any number of threads, one of which reads at a time; who wants more asks the disk
 * itself.
 */
public final class DiskChannel implements SeekableByteChannel {
    private final VirtualDisk disk;
    private final ReentrantLock lock = new ReentrantLock();
    private long position;
    private boolean open = true;

    /** A channel at the beginning of the disk. */
    public DiskChannel(VirtualDisk disk) {
        this.disk = disk;
    }

    private interface Action {
        long run() throws IOException;
    }

    private long locked(Action action) throws IOException {
        lock.lock();
        try {
            if (!open) {
                throw new ClosedChannelException();
            }
            return action.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return (int) locked(() -> {
            int count = Math.clamp(disk.size() - position, 0, into.remaining());
            if (count == 0) {
                return into.hasRemaining() ? -1 : 0;
            }
            disk.read(position, into.slice(into.position(), count));
            into.position(into.position() + count);
            position += count;
            return count;
        });
    }

    /**
     * Writes as many bytes as there is room for up to the end of the disk, which does not grow: 0 at its end.
     *
     * @throws NonWritableChannelException where the disk is not {@link VirtualDisk#writable}
     */
    @Override
    public int write(ByteBuffer from) throws IOException {
        return (int) locked(() -> {
            if (!disk.writable()) {
                throw new NonWritableChannelException();
            }
            int count = Math.clamp(disk.size() - position, 0, from.remaining());
            disk.write(position, from.slice(from.position(), count));
            from.position(from.position() + count);
            position += count;
            return count;
        });
    }

    @Override
    public long position() throws IOException {
        return locked(() -> position);
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        if (newPosition < 0) {
            throw new IllegalArgumentException("position " + newPosition);
        }
        locked(() -> position = newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return locked(disk::size);
    }

    /** Refused: a disk has the size that it has. */
    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            open = false;
        } finally {
            lock.unlock();
        }
    }
}
