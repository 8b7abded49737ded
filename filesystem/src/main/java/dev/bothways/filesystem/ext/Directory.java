package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.s32;
import static dev.bothways.filesystem.ext.LittleEndian.u16;
import static dev.bothways.filesystem.ext.LittleEndian.u32;
import static dev.bothways.filesystem.ext.LittleEndian.u8;

import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Directories: linear, indexed, or inside their inode. */
final class Directory {
    /** The entry of 12 bytes at a block's end that holds its checksum: inode 0, kind 0xDE. */
    static final int TAIL = 12;

    static final int TAIL_KIND = 0xDE;

    /** Bytes of {@code i_block} that hold the parent's number in a directory inside its inode. */
    static final int INLINE_PARENT = 4;

    private static final int MAX_ENTRIES = 2_000_000;

    private final Volume volume;
    private final HtreeIndex index;

    Directory(Volume volume) {
        this.volume = volume;
        this.index = new HtreeIndex(volume);
    }

    /** A name and what it stands for; {@code kind} is 0 where the file system keeps none. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(byte[] name, long inode, int kind) {}

    /** A part of a directory that holds entries. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(byte[] bytes, int from, int to) {}

    /** The inode of a name; 0 where there is none. */
    long find(Inode directory, byte[] name) throws IOException {
        if (directory.has(Inode.FLAG_INLINE_DATA)) {
            for (Part part : inlineParts(directory)) {
                long found = find(part, directory, name);
                if (found != 0) {
                    return found;
                }
            }
            return 0;
        }
        if (isIndexed(directory)) {
            byte[] root = volume.directoryBlock(directory, 0);
            int number = HtreeIndex.hashNumber(root);
            if (DirectoryHash.known(number)) {
                return findIndexed(directory, name, root, DirectoryHash.of(volume.superblock(), number));
            }
        }
        long count = blocks(directory);
        for (long block = 0; block < count; block++) {
            long found = find(part(directory, block), directory, name);
            if (found != 0) {
                return found;
            }
        }
        return 0;
    }

    private long findIndexed(Inode directory, byte[] name, byte[] root, DirectoryHash hash) throws IOException {
        for (long leaf : index.leaves(directory, root, hash.of(name))) {
            long found = find(part(directory, leaf), directory, name);
            if (found != 0) {
                return found;
            }
        }
        return 0;
    }

    private static long find(Part part, Inode directory, byte[] name) throws VolumeException {
        EntryCursor cursor = new EntryCursor(part.bytes(), part.from(), part.to(), directory.number());
        while (cursor.next()) {
            if (cursor.inode() != 0 && cursor.isNamed(name)) {
                return cursor.inode();
            }
        }
        return 0;
    }

    /** All entries but {@code .} and {@code ..}, in the order of the disk. */
    List<Entry> entries(Inode directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (directory.has(Inode.FLAG_INLINE_DATA)) {
            for (Part part : inlineParts(directory)) {
                add(part, directory, entries);
            }
            return entries;
        }
        long count = blocks(directory);
        for (long block = 0; block < count; block++) {
            add(part(directory, block), directory, entries);
        }
        return entries;
    }

    private void add(Part part, Inode directory, List<Entry> entries) throws VolumeException {
        boolean kinds = volume.superblock().features().incompatible(Features.INCOMPAT_FILETYPE);
        EntryCursor cursor = new EntryCursor(part.bytes(), part.from(), part.to(), directory.number());
        while (cursor.next()) {
            if (cursor.inode() != 0 && !cursor.isDots()) {
                entries.add(new Entry(cursor.name(), cursor.inode(), kinds ? cursor.kind() : 0));
            }
        }
        if (entries.size() > MAX_ENTRIES) {
            throw Faults.unsafe("directory inode " + directory.number() + " has more than " + MAX_ENTRIES + " names");
        }
    }

    /** The inode of the directory above. */
    long parent(Inode directory) throws IOException {
        if (directory.has(Inode.FLAG_INLINE_DATA)) {
            return u32(directory.raw(), Inode.MAP);
        }
        long parent = find(part(directory, 0), directory, new byte[] {'.', '.'});
        if (parent == 0) {
            throw Faults.malformed("directory inode " + directory.number() + " does not name the one above it");
        }
        return parent;
    }

    boolean isIndexed(Inode directory) {
        return directory.has(Inode.FLAG_INDEX) && volume.superblock().features().compatible(Features.COMPAT_DIR_INDEX);
    }

    long blocks(Inode directory) throws VolumeException {
        long size = directory.size();
        int blockSize = volume.store().blockSize();
        if (size % blockSize != 0 || size / blockSize > volume.superblock().blocks()) {
            throw Faults.malformed("directory inode " + directory.number() + " is " + size + " bytes long");
        }
        return size / blockSize;
    }

    /** The entries of one block, its checksum verified. A node of the index looks like free room. */
    private Part part(Inode directory, long logical) throws IOException {
        byte[] block = volume.directoryBlock(directory, logical);
        if (isIndexed(directory) && isIndexBlock(block, logical)) {
            return new Part(block, 0, block.length);
        }
        if (!volume.checksums().on()) {
            return new Part(block, 0, block.length);
        }
        int end = block.length - TAIL;
        if (u32(block, end) != 0 || u16(block, end + 4) != TAIL || u8(block, end + 7) != TAIL_KIND) {
            throw Faults.malformed("a block of directory inode " + directory.number() + " has no checksum");
        }
        if (s32(block, end + 8) != volume.checksums().ofInodeBlock(directory, block, end)) {
            throw Faults.malformed("a block of directory inode " + directory.number() + " has a wrong checksum");
        }
        return new Part(block, 0, end);
    }

    private static boolean isIndexBlock(byte[] block, long logical) {
        return logical == 0 || (u32(block, 0) == 0 && EntryCursor.lengthAt(block, 0) == block.length);
    }

    private List<Part> inlineParts(Inode directory) throws IOException {
        byte[] data = volume.inlineData(directory);
        List<Part> parts = new ArrayList<>();
        int inInode = Math.min(data.length, Inode.MAP_SIZE);
        parts.add(new Part(data, Math.min(INLINE_PARENT, inInode), inInode));
        parts.add(new Part(data, inInode, data.length));
        return parts;
    }
}
