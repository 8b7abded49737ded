package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The bytes written over a disk, in pages of 4 KiB held in memory. A page is there once a byte of it was written; its other
 * bytes come from below. Reads go on side by side, a write waits for them.
 */
final class PageStore {
    static final int PAGE = 4096;

    /** What lies under the pages. */
    interface Below {
        void read(long offset, ByteBuffer into) throws IOException;

        Extent extent(long offset, long limit) throws IOException;
    }

    private final Below below;
    private final long size;
    private final long maximumPages;
    private final TreeMap<Long, byte[]> pages = new TreeMap<>();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    PageStore(Below below, long size, long maximumBytes) {
        this.below = below;
        this.size = size;
        this.maximumPages = maximumBytes / PAGE;
    }

    void read(long offset, ByteBuffer into) throws IOException {
        Lock reading = lock.readLock();
        reading.lock();
        try {
            long at = offset;
            while (into.hasRemaining()) {
                long index = at / PAGE;
                byte[] page = pages.get(index);
                int within = (int) (at % PAGE);
                int count;
                if (page != null) {
                    count = Math.min(into.remaining(), PAGE - within);
                    into.put(page, within, count);
                } else {
                    count = (int) Math.min(into.remaining(), nextPage(index) - at);
                    ByteBuffer part = into.slice(into.position(), count);
                    below.read(at, part);
                    into.position(into.position() + count);
                }
                at += count;
            }
        } finally {
            reading.unlock();
        }
    }

    void write(long offset, ByteBuffer from) throws IOException {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            long at = offset;
            while (from.hasRemaining()) {
                int within = (int) (at % PAGE);
                int count = Math.min(from.remaining(), PAGE - within);
                from.get(pageToWrite(at / PAGE, count), within, count);
                at += count;
            }
        } finally {
            writing.unlock();
        }
    }

    private byte[] pageToWrite(long index, int count) throws IOException {
        byte[] present = pages.get(index);
        if (present != null) {
            return present;
        }
        if (pages.size() >= maximumPages) {
            throw new IOException("more is written over the disk than the " + maximumPages * PAGE
                    + " bytes of memory set aside for it; allow more");
        }
        byte[] page = new byte[PAGE];
        int length = (int) Math.min(PAGE, size - index * PAGE);
        if (count < length) {
            below.read(index * PAGE, ByteBuffer.wrap(page, 0, length));
        }
        pages.put(index, page);
        return page;
    }

    Extent extent(long offset, long limit) throws IOException {
        Lock reading = lock.readLock();
        reading.lock();
        try {
            long index = offset / PAGE;
            if (!pages.containsKey(index)) {
                return below.extent(offset, Math.min(limit, nextPage(index)));
            }
            long end = index + 1;
            while (end * PAGE < limit && pages.containsKey(end)) {
                end++;
            }
            return new Extent.Data(offset, Math.min(limit, end * PAGE) - offset);
        } finally {
            reading.unlock();
        }
    }

    private long nextPage(long index) {
        Long next = pages.ceilingKey(index);
        return next == null ? size : next * PAGE;
    }

    /** The runs of neighbouring pages. */
    List<Extent> runs() {
        Lock reading = lock.readLock();
        reading.lock();
        try {
            List<Extent> runs = new ArrayList<>();
            for (long index : pages.keySet()) {
                long offset = index * PAGE;
                long end = Math.min(offset + PAGE, size);
                if (!runs.isEmpty() && runs.getLast().end() == offset) {
                    offset = runs.removeLast().offset();
                }
                runs.add(new Extent.Data(offset, end - offset));
            }
            return runs;
        } finally {
            reading.unlock();
        }
    }

    /** Bytes of memory held for pages. */
    long heldBytes() {
        Lock reading = lock.readLock();
        reading.lock();
        try {
            return (long) pages.size() * PAGE;
        } finally {
            reading.unlock();
        }
    }
}
