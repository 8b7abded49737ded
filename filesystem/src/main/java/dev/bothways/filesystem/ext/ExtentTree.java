package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put16;
import static dev.bothways.filesystem.ext.LittleEndian.put32;
import static dev.bothways.filesystem.ext.LittleEndian.s32;
import static dev.bothways.filesystem.ext.LittleEndian.u16;
import static dev.bothways.filesystem.ext.LittleEndian.u32;

import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Extent trees. A node has a header of 12 bytes (magic, entries, room, depth, generation) and entries of 12 bytes: in a
 * leaf (first block, length, place), above it (first block, place of the child). The root stands in the inode.
 *
 * <p>Reading goes down only, each level one less deep than the one above and each child inside the range of its entry, so
 * that no node can be met twice. Writing makes the whole tree anew, packed.
 */
final class ExtentTree implements FileMap {
    private static final int MAGIC = 0xF30A;
    private static final int ENTRY = 12;
    private static final int MAX_DEPTH = 5;
    private static final int MAX_WRITTEN = 32768;
    private static final long END = 1L << 32;

    private final BlockStore store;
    private final Checksums checksums;
    private final long blocks;

    ExtentTree(BlockStore store, Checksums checksums, long blocks) {
        this.store = store;
        this.checksums = checksums;
        this.blocks = blocks;
    }

    /** A node's bytes from {@code at} on, which may name the blocks {@code [from, to)} of the file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Node(byte[] bytes, int at, int entries, int depth, long from, long to) {
        long key(int entry) {
            return u32(bytes, at + ENTRY + entry * ENTRY);
        }

        long child(int entry) {
            int place = at + ENTRY + entry * ENTRY;
            return u32(bytes, place + 4) | (long) u16(bytes, place + 8) << 32;
        }

        Run extent(int entry) {
            int place = at + ENTRY + entry * ENTRY;
            int length = u16(bytes, place + 4);
            long start = u32(bytes, place + 8) | (long) u16(bytes, place + 6) << 32;
            boolean unwritten = length > MAX_WRITTEN;
            return new Run(key(entry), unwritten ? length - MAX_WRITTEN : length, start, unwritten);
        }

        long end(int entry) {
            return entry + 1 < entries ? key(entry + 1) : to;
        }

        /** The last entry whose first block is at most {@code logical}; -1 where all are beyond. */
        int find(long logical) {
            int low = 0;
            int high = entries;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (key(middle) <= logical) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }
    }

    private Node root(Inode inode) throws VolumeException {
        Node root = node(inode, inode.raw(), Inode.MAP, Inode.MAP_SIZE, 0, END);
        if (root.depth() > MAX_DEPTH) {
            throw wrong(inode, "is " + root.depth() + " levels deep");
        }
        return root;
    }

    private Node child(Inode inode, Node parent, int entry) throws IOException {
        long place = parent.child(entry);
        byte[] bytes = store.read(place);
        Node node = node(inode, bytes, 0, bytes.length, parent.key(entry), parent.end(entry));
        if (node.depth() != parent.depth() - 1) {
            throw wrong(inode, "has a node of depth " + node.depth() + " below one of depth " + parent.depth());
        }
        if (node.entries() == 0) {
            throw wrong(inode, "has an empty node in block " + place);
        }
        int tail = ENTRY + u16(bytes, 4) * ENTRY;
        if (checksums.on() && s32(bytes, tail) != checksums.ofInodeBlock(inode, bytes, tail)) {
            throw wrong(inode, "has a wrong checksum in block " + place);
        }
        return node;
    }

    private Node node(Inode inode, byte[] bytes, int at, int size, long from, long to) throws VolumeException {
        int entries = u16(bytes, at + 2);
        int room = u16(bytes, at + 4);
        boolean tail = at == 0 && checksums.on();
        if (u16(bytes, at) != MAGIC || entries > room || ENTRY + room * ENTRY + (tail ? 4 : 0) > size) {
            throw wrong(inode, "has no valid header");
        }
        Node node = new Node(bytes, at, entries, u16(bytes, at + 6), from, to);
        long free = from;
        for (int i = 0; i < entries; i++) {
            if (node.key(i) < free || node.key(i) >= to) {
                throw wrong(inode, "is out of order");
            }
            free = node.key(i) + 1;
            if (node.depth() == 0) {
                Run run = node.extent(i);
                boolean inside = run.physical() > 0 && run.physical() + run.length() <= blocks;
                if (run.length() == 0 || run.end() > to || !inside) {
                    throw wrong(inode, "has an extent outside its bounds");
                }
                free = run.end();
            }
        }
        return node;
    }

    private static VolumeException wrong(Inode inode, String what) {
        return Faults.malformed("the extent tree of inode " + inode.number() + " " + what);
    }

    @Override
    public Run run(Inode inode, long logical) throws IOException {
        Node node = root(inode);
        while (true) {
            int entry = node.find(logical);
            if (entry < 0) {
                return Run.hole(logical, (node.entries() > 0 ? node.key(0) : node.to()) - logical);
            }
            if (node.depth() == 0) {
                Run run = node.extent(entry);
                return logical < run.end() ? run.from(logical) : Run.hole(logical, node.end(entry) - logical);
            }
            node = child(inode, node, entry);
        }
    }

    @Override
    public Layout load(Inode inode) throws IOException {
        Layout layout = Layout.empty();
        load(inode, root(inode), layout);
        return layout;
    }

    private void load(Inode inode, Node node, Layout layout) throws IOException {
        for (int i = 0; i < node.entries(); i++) {
            if (node.depth() == 0) {
                layout.add(node.extent(i));
            } else {
                layout.maps().add(node.child(i));
                load(inode, child(inode, node, i), layout);
            }
        }
        if (layout.runs().size() > MAX_RUNS) {
            throw Faults.unsafe("inode " + inode.number() + " has more than " + MAX_RUNS + " extents");
        }
    }

    /** An entry to be written: a run in a leaf, a child elsewhere. */
    private record Entry(long key, int length, long place) {}

    @Override
    public void store(Inode inode, Layout layout, Allocator allocator) throws IOException {
        List<Entry> entries = entries(layout.runs());
        long goal = layout.runs().isEmpty() ? 0 : layout.runs().getFirst().physical();
        MapBlocks places = new MapBlocks(layout, allocator, goal);
        int rootRoom = (Inode.MAP_SIZE - ENTRY) / ENTRY;
        int room = (store.blockSize() - ENTRY - (checksums.on() ? 4 : 0)) / ENTRY;
        int depth = 0;
        while (entries.size() > rootRoom) {
            List<Entry> above = new ArrayList<>();
            for (int i = 0; i < entries.size(); i += room) {
                List<Entry> part = entries.subList(i, Math.min(i + room, entries.size()));
                long place = places.take();
                byte[] block = store.fresh(place);
                put(block, 0, room, depth, part);
                seal(inode, block, room);
                above.add(new Entry(part.getFirst().key(), 0, place));
            }
            entries = above;
            depth++;
        }
        Arrays.fill(inode.raw(), Inode.MAP, Inode.MAP + Inode.MAP_SIZE, (byte) 0);
        put(inode.raw(), Inode.MAP, rootRoom, depth, entries);
        places.finish(inode, layout, store.blockSize());
    }

    private void seal(Inode inode, byte[] block, int room) {
        if (checksums.on()) {
            int tail = ENTRY + room * ENTRY;
            put32(block, tail, checksums.ofInodeBlock(inode, block, tail));
        }
    }

    private static List<Entry> entries(List<Run> runs) {
        List<Entry> entries = new ArrayList<>();
        for (Run run : runs) {
            int most = run.unwritten() ? MAX_WRITTEN - 1 : MAX_WRITTEN;
            for (long done = 0; done < run.length(); done += most) {
                int length = (int) Math.min(most, run.length() - done);
                entries.add(new Entry(
                        run.logical() + done, run.unwritten() ? length + MAX_WRITTEN : length, run.physical() + done));
            }
        }
        return entries;
    }

    private static void put(byte[] bytes, int at, int room, int depth, List<Entry> entries) {
        put16(bytes, at, MAGIC);
        put16(bytes, at + 2, entries.size());
        put16(bytes, at + 4, room);
        put16(bytes, at + 6, depth);
        int place = at + ENTRY;
        for (Entry entry : entries) {
            put32(bytes, place, entry.key());
            if (depth == 0) {
                put16(bytes, place + 4, entry.length());
                put16(bytes, place + 6, (int) (entry.place() >>> 32));
                put32(bytes, place + 8, entry.place());
            } else {
                put32(bytes, place + 4, entry.place());
                put16(bytes, place + 8, (int) (entry.place() >>> 32));
            }
            place += ENTRY;
        }
    }

    /** Makes the map of a file without blocks. */
    static void clear(Inode inode) {
        Arrays.fill(inode.raw(), Inode.MAP, Inode.MAP + Inode.MAP_SIZE, (byte) 0);
        put(inode.raw(), Inode.MAP, (Inode.MAP_SIZE - ENTRY) / ENTRY, 0, List.of());
    }

    @Override
    public long maxBlocks() {
        return END - 1;
    }
}
