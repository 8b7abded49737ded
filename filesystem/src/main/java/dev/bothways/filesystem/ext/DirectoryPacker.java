package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put16;
import static dev.bothways.filesystem.ext.LittleEndian.put32;

import dev.bothways.filesystem.ext.Directory.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Lays out a whole directory anew: one block where the names fit into one, else an index over blocks that are filled to
 * three quarters, so that more names find room; linear blocks where there are no indexes.
 */
final class DirectoryPacker {
    private static final byte[] SELF = {'.'};
    private static final byte[] PARENT = {'.', '.'};
    private static final int DOTS = 24;
    private static final int KIND_DIRECTORY = 2;

    private final Volume volume;
    private final FileEditor files;
    private final Allocator allocator;
    private final HtreeIndex index;
    private final int blockSize;
    private final int end;

    DirectoryPacker(Volume volume, FileEditor files, Allocator allocator) {
        this.volume = volume;
        this.files = files;
        this.allocator = allocator;
        this.index = new HtreeIndex(volume);
        this.blockSize = volume.store().blockSize();
        this.end = blockSize - (volume.checksums().on() ? Directory.TAIL : 0);
    }

    /** A block of names, and the hash from which on the index leads to it. */
    private record Leaf(List<Entry> entries, int hash) {}

    /** A pair of the index: from this hash on, this block. */
    private record Pair(int hash, long block) {}

    private record Hashed(int hash, Entry entry) {}

    /** The length of the shortest entry for a name. */
    static int length(byte[] name) {
        return (EntryCursor.HEAD + name.length + 3) & ~3;
    }

    static void putLength(byte[] block, int at, int length) {
        put16(block, at + 4, length == 65536 ? 0xffff : length);
    }

    static void put(byte[] block, int at, int length, Entry entry) {
        put32(block, at, entry.inode());
        putLength(block, at, length);
        block[at + 6] = (byte) entry.name().length;
        block[at + 7] = (byte) entry.kind();
        System.arraycopy(entry.name(), 0, block, at + EntryCursor.HEAD, entry.name().length);
    }

    /** Writes all entries, given in any order, with {@code .} and {@code ..} before them. */
    void pack(Inode directory, long parent, List<Entry> entries) throws IOException {
        int total = DOTS;
        for (Entry entry : entries) {
            total = Math.addExact(total, length(entry.name()));
        }
        int number = hashNumber(directory);
        directory.flags(directory.flags() & ~Inode.FLAG_INDEX);
        if (total <= end) {
            resize(directory, 1);
            putLeaf(directory, 0, withDots(directory, parent, entries));
        } else if (number >= 0) {
            packIndexed(directory, parent, entries, number);
        } else {
            packLinear(directory, withDots(directory, parent, entries));
        }
        volume.inodes().write(directory);
    }

    /** The hash to index by: the directory's own, else the file system's; -1 where it has no indexes. */
    private int hashNumber(Inode directory) throws IOException {
        if (!volume.superblock().features().compatible(Features.COMPAT_DIR_INDEX)) {
            return -1;
        }
        int number = volume.directory().isIndexed(directory)
                ? HtreeIndex.hashNumber(volume.directoryBlock(directory, 0))
                : volume.superblock().defaultHash();
        return DirectoryHash.known(number) ? number : -1;
    }

    private List<Entry> withDots(Inode directory, long parent, List<Entry> entries) {
        List<Entry> all = new ArrayList<>(dots(directory, parent));
        all.addAll(entries);
        return all;
    }

    private List<Entry> dots(Inode directory, long parent) {
        int kind = volume.superblock().features().incompatible(Features.INCOMPAT_FILETYPE) ? KIND_DIRECTORY : 0;
        return List.of(new Entry(SELF, directory.number(), kind), new Entry(PARENT, parent, kind));
    }

    /** Gives the directory so many blocks. */
    private void resize(Inode directory, long blocks) throws IOException {
        Layout layout = volume.map(directory).load(directory);
        files.cut(directory, layout, blocks);
        long has = layout.runs().isEmpty() ? 0 : layout.runs().getLast().end();
        files.grow(directory, layout, has, blocks - has);
        volume.map(directory).store(directory, layout, allocator);
        directory.size(blocks * blockSize);
    }

    private byte[] fresh(Inode directory, long logical) throws IOException {
        return volume.store()
                .fresh(volume.map(directory).run(directory, logical).physical());
    }

    private void putLeaf(Inode directory, long logical, List<Entry> entries) throws IOException {
        byte[] block = fresh(directory, logical);
        int at = 0;
        for (int i = 0; i < entries.size(); i++) {
            int length =
                    i == entries.size() - 1 ? end - at : length(entries.get(i).name());
            put(block, at, length, entries.get(i));
            at += length;
        }
        if (end < blockSize) {
            put16(block, end + 4, Directory.TAIL);
            block[end + 7] = (byte) Directory.TAIL_KIND;
        }
        sealLeaf(directory, block);
    }

    /** Brings the checksum of a block of names up to date. */
    void sealLeaf(Inode directory, byte[] block) {
        if (volume.checksums().on()) {
            put32(block, end + 8, volume.checksums().ofInodeBlock(directory, block, end));
        }
    }

    private void packLinear(Inode directory, List<Entry> entries) throws IOException {
        List<List<Entry>> blocks = new ArrayList<>();
        int room = 0;
        for (Entry entry : entries) {
            if (room < length(entry.name())) {
                blocks.add(new ArrayList<>());
                room = end;
            }
            blocks.getLast().add(entry);
            room -= length(entry.name());
        }
        resize(directory, blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            putLeaf(directory, i, blocks.get(i));
        }
    }

    private List<Leaf> leaves(List<Entry> entries, DirectoryHash hash) {
        List<Hashed> sorted = entries.stream()
                .map(entry -> new Hashed(hash.of(entry.name()), entry))
                .sorted(Comparator.comparingInt((Hashed entry) -> entry.hash() ^ Integer.MIN_VALUE)
                        .thenComparing(entry -> entry.entry().name(), Arrays::compareUnsigned))
                .toList();
        List<Leaf> leaves = new ArrayList<>();
        int room = 0;
        int last = 0;
        for (Hashed next : sorted) {
            int length = length(next.entry().name());
            if (room < length) {
                boolean goesOn = !leaves.isEmpty() && next.hash() == last;
                leaves.add(new Leaf(new ArrayList<>(), next.hash() | (goesOn ? 1 : 0)));
                room = end / 4 * 3;
            }
            leaves.getLast().entries().add(next.entry());
            room -= length;
            last = next.hash();
        }
        return leaves;
    }

    private void packIndexed(Inode directory, long parent, List<Entry> entries, int number) throws IOException {
        List<Leaf> leaves = leaves(entries, DirectoryHash.of(volume.superblock(), number));
        int nodeRoom = index.room(HtreeIndex.NODE_PAIRS);
        int rootRoom = index.room(HtreeIndex.ROOT_PAIRS);
        int levels = 0;
        long nodes = 0;
        for (long above = leaves.size(); above > rootRoom; levels++) {
            above = (above + nodeRoom - 1) / nodeRoom;
            nodes += above;
        }
        if (levels > index.maxLevels()) {
            throw Faults.full("directory inode " + directory.number() + " cannot hold " + entries.size() + " names");
        }
        resize(directory, 1 + nodes + leaves.size());
        directory.flags(directory.flags() | Inode.FLAG_INDEX);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            long logical = 1 + nodes + i;
            putLeaf(directory, logical, leaves.get(i).entries());
            pairs.add(new Pair(leaves.get(i).hash(), logical));
        }
        long logical = 1;
        while (pairs.size() > rootRoom) {
            List<Pair> above = new ArrayList<>();
            for (int i = 0; i < pairs.size(); i += nodeRoom) {
                List<Pair> part = pairs.subList(i, Math.min(i + nodeRoom, pairs.size()));
                byte[] block = fresh(directory, logical);
                putLength(block, 0, blockSize);
                putPairs(directory, block, HtreeIndex.NODE_PAIRS, part);
                above.add(new Pair(part.getFirst().hash(), logical));
                logical++;
            }
            pairs = above;
        }
        putRoot(directory, parent, number, levels, pairs);
    }

    private void putRoot(Inode directory, long parent, int number, int levels, List<Pair> pairs) throws IOException {
        byte[] root = fresh(directory, 0);
        List<Entry> dots = dots(directory, parent);
        put(root, 0, length(SELF), dots.getFirst());
        put(root, length(SELF), blockSize - length(SELF), dots.getLast());
        root[28] = (byte) number;
        root[29] = 8;
        root[30] = (byte) levels;
        putPairs(directory, root, HtreeIndex.ROOT_PAIRS, pairs);
    }

    /** The first pair's hash is taken by room and count: everything below the second belongs to it. */
    private void putPairs(Inode directory, byte[] block, int at, List<Pair> pairs) {
        for (int i = 0; i < pairs.size(); i++) {
            put32(block, at + i * 8, pairs.get(i).hash());
            put32(block, at + i * 8 + 4, pairs.get(i).block());
        }
        put16(block, at, index.room(at));
        put16(block, at + 2, pairs.size());
        index.seal(directory, block, at);
    }
}
