package dev.bothways.filesystem.ext;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a volume: a bounded cache of clean ones, and the changed ones until they are flushed.
 *
 * <p>Arrays that {@link #read} gives are never changed by anyone; {@link #edit} gives a copy that may be. So an edit that
 * fails half-way is undone by putting the old arrays back.
 */
final class BlockStore {
    private static final int CLEAN_BYTES = 16 << 20;
    private static final long DIRTY_BYTES = 64L << 20;

    private final VirtualDisk disk;
    private final int blockSize;
    private final long blocks;
    private final Map<Long, byte[]> clean;
    private final NavigableMap<Long, byte[]> dirty = new TreeMap<>();
    private final Map<Long, byte @Nullable []> undo = new HashMap<>();
    private NavigableMap<Long, JournalCopy> journalCopies = new TreeMap<>();

    /** Where in the journal the newest copy of a block lies; escaped where its first four bytes were taken out. */
    record JournalCopy(long block, boolean escaped) {}

    BlockStore(VirtualDisk disk, int blockSize, long blocks) {
        this.disk = disk;
        this.blockSize = blockSize;
        this.blocks = blocks;
        int capacity = CLEAN_BYTES / blockSize;
        this.clean = new LinkedHashMap<>(256, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
                return size() > capacity;
            }
        };
    }

    int blockSize() {
        return blockSize;
    }

    /** From now on blocks read as their newest copies in the journal; the disk stays as it is. */
    void readThroughJournal(NavigableMap<Long, JournalCopy> copies) {
        journalCopies = copies;
        synchronized (clean) {
            clean.clear();
        }
    }

    /** A block's content, not to be changed. */
    byte[] read(long block) throws IOException {
        check(block);
        byte[] changed = dirty.get(block);
        if (changed != null) {
            return changed;
        }
        synchronized (clean) {
            byte[] cached = clean.get(block);
            if (cached != null) {
                return cached;
            }
        }
        byte[] fresh = load(block);
        synchronized (clean) {
            clean.put(block, fresh);
        }
        return fresh;
    }

    private byte[] load(long block) throws IOException {
        byte[] bytes = new byte[blockSize];
        JournalCopy copy = journalCopies.get(block);
        long source = copy == null ? block : copy.block();
        disk.read(source * blockSize, ByteBuffer.wrap(bytes));
        if (copy != null && copy.escaped()) {
            Journal.unescape(bytes);
        }
        return bytes;
    }

    private void check(long block) throws VolumeException {
        if (block < 0 || block >= blocks) {
            throw Faults.malformed("it names block " + block + " of " + blocks);
        }
    }

    /** Reads bytes of neighbouring blocks without keeping them: the content of files. */
    void readBytes(long position, ByteBuffer into) throws IOException {
        check(position / blockSize);
        check((position + Math.max(0, into.remaining() - 1)) / blockSize);
        int end = into.limit();
        while (into.position() < end) {
            long block = position / blockSize;
            int within = (int) (position % blockSize);
            if (dirty.containsKey(block) || journalCopies.containsKey(block)) {
                int count = Math.min(blockSize - within, end - into.position());
                into.put(read(block), within, count);
                position += count;
                continue;
            }
            long plain = Math.min(next(dirty, block), next(journalCopies, block));
            int count =
                    (int) Math.min(end - into.position(), plain == Long.MAX_VALUE ? end : plain * blockSize - position);
            into.limit(into.position() + count);
            disk.read(position, into);
            into.limit(end);
            position += count;
        }
    }

    private static long next(NavigableMap<Long, ?> map, long block) {
        Long key = map.isEmpty() ? null : map.higherKey(block);
        return key == null ? Long.MAX_VALUE : key;
    }

    /** A block's content to be changed in place, as part of the running edit. */
    byte[] edit(long block) throws IOException {
        if (undo.containsKey(block)) {
            byte[] mine = dirty.get(block);
            if (mine != null) {
                return mine;
            }
        }
        byte[] copy = read(block).clone();
        put(block, copy);
        return copy;
    }

    /** A block of zeros to be filled, whatever was there before. */
    byte[] fresh(long block) throws IOException {
        check(block);
        byte[] zeros = new byte[blockSize];
        put(block, zeros);
        return zeros;
    }

    private void put(long block, byte[] bytes) {
        byte[] before = dirty.put(block, bytes);
        undo.putIfAbsent(block, before);
    }

    /** Puts the journal's copies in the places that they are for. */
    void install(NavigableMap<Long, JournalCopy> copies) throws IOException {
        for (Map.Entry<Long, JournalCopy> entry : copies.entrySet()) {
            byte[] bytes = read(entry.getValue().block()).clone();
            if (entry.getValue().escaped()) {
                Journal.unescape(bytes);
            }
            put(entry.getKey(), bytes);
        }
    }

    /** The running edit is whole; the next begins. */
    void commit() throws IOException {
        undo.clear();
        if ((long) dirty.size() * blockSize > DIRTY_BYTES) {
            writeOut();
        }
    }

    /** Takes back the running edit. */
    void rollback() {
        undo.forEach((block, before) -> {
            if (before == null) {
                dirty.remove(block);
            } else {
                dirty.put(block, before);
            }
        });
        undo.clear();
    }

    /** Writes all changed blocks to the disk, in their order. */
    void flush() throws IOException {
        writeOut();
        disk.flush();
    }

    private void writeOut() throws IOException {
        for (Map.Entry<Long, byte[]> entry : dirty.entrySet()) {
            disk.write(entry.getKey() * blockSize, ByteBuffer.wrap(entry.getValue()));
        }
        synchronized (clean) {
            clean.keySet().removeAll(dirty.keySet());
        }
        dirty.clear();
    }
}
