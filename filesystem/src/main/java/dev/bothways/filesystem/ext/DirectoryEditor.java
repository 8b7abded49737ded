package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put32;

import dev.bothways.filesystem.ext.Directory.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Changes directories. A name goes where there is room; where there is none in the block that it belongs to, the whole
 * directory is packed anew, as an index where the file system has those. Every method leaves the directory's inode
 * written.
 */
final class DirectoryEditor {
    private static final byte[] PARENT = {'.', '.'};

    private final Volume volume;
    private final FileEditor files;
    private final HtreeIndex index;
    private final DirectoryPacker packer;

    DirectoryEditor(Volume volume, FileEditor files, Allocator allocator) {
        this.volume = volume;
        this.files = files;
        this.index = new HtreeIndex(volume);
        this.packer = new DirectoryPacker(volume, files, allocator);
    }

    /** Where an entry stands: the block of the volume, and the entry's and its predecessor's place in it. */
    private record Place(long logical, long block, int at, int length, int before) {}

    private int kind(Inode inode) throws IOException {
        return volume.superblock().features().incompatible(Features.INCOMPAT_FILETYPE) ? inode.entryKind() : 0;
    }

    /** Fills a new directory with {@code .} and {@code ..}. */
    void start(Inode directory, long parent) throws IOException {
        packer.pack(directory, parent, List.of());
    }

    /** Moves a directory's entries out of its inode, where an edit would have to keep them in two parts. */
    private void moveOut(Inode directory) throws IOException {
        if (directory.has(Inode.FLAG_INLINE_DATA)) {
            long parent = volume.directory().parent(directory);
            List<Entry> entries = volume.directory().entries(directory);
            files.dropInline(directory);
            packer.pack(directory, parent, entries);
        }
    }

    void insert(Inode directory, byte[] name, Inode target) throws IOException {
        moveOut(directory);
        Entry entry = new Entry(name, target.number(), kind(target));
        for (long logical : candidates(directory, name)) {
            if (putInto(directory, logical, entry)) {
                volume.inodes().write(directory);
                return;
            }
        }
        List<Entry> entries = volume.directory().entries(directory);
        entries.add(entry);
        packer.pack(directory, volume.directory().parent(directory), entries);
    }

    /** The blocks that may take or hold a name. */
    private List<Long> candidates(Inode directory, byte[] name) throws IOException {
        if (volume.directory().isIndexed(directory)) {
            byte[] root = volume.directoryBlock(directory, 0);
            int number = HtreeIndex.hashNumber(root);
            if (!DirectoryHash.known(number)) {
                throw Faults.unsupported("has a directory indexed by hash " + number + ", which is not written");
            }
            return index.leaves(
                    directory,
                    root,
                    DirectoryHash.of(volume.superblock(), number).of(name));
        }
        long blocks = volume.directory().blocks(directory);
        return LongStream.range(0, blocks).boxed().toList();
    }

    private int entriesEnd(byte[] block) {
        return block.length - (volume.checksums().on() ? Directory.TAIL : 0);
    }

    private boolean putInto(Inode directory, long logical, Entry entry) throws IOException {
        byte[] block = volume.directoryBlock(directory, logical);
        int needed = DirectoryPacker.length(entry.name());
        EntryCursor cursor = new EntryCursor(block, 0, entriesEnd(block), directory.number());
        while (cursor.next()) {
            int used = cursor.inode() == 0 ? 0 : cursor.usedLength();
            if (cursor.length() - used >= needed) {
                byte[] changed = volume.store().edit(physical(directory, logical));
                int at = cursor.at() + used;
                if (used > 0) {
                    DirectoryPacker.putLength(changed, cursor.at(), used);
                }
                DirectoryPacker.put(changed, at, cursor.length() - used, entry);
                packer.sealLeaf(directory, changed);
                return true;
            }
        }
        return false;
    }

    private long physical(Inode directory, long logical) throws IOException {
        return volume.map(directory).run(directory, logical).physical();
    }

    private Optional<Place> find(Inode directory, byte[] name) throws IOException {
        for (long logical : candidates(directory, name)) {
            byte[] block = volume.directoryBlock(directory, logical);
            EntryCursor cursor = new EntryCursor(block, 0, entriesEnd(block), directory.number());
            int before = -1;
            while (cursor.next()) {
                if (cursor.inode() != 0 && cursor.isNamed(name)) {
                    long place = physical(directory, logical);
                    return Optional.of(new Place(logical, place, cursor.at(), cursor.length(), before));
                }
                before = cursor.at();
            }
        }
        return Optional.empty();
    }

    private Place require(Inode directory, byte[] name) throws IOException {
        return find(directory, name)
                .orElseThrow(() -> Faults.malformed("directory inode " + directory.number() + " lost a name"));
    }

    void remove(Inode directory, byte[] name) throws IOException {
        moveOut(directory);
        Place place = require(directory, name);
        byte[] block = volume.store().edit(place.block());
        if (place.before() >= 0) {
            int length = EntryCursor.lengthAt(block, place.before()) + place.length();
            DirectoryPacker.putLength(block, place.before(), length);
        } else {
            put32(block, place.at(), 0);
        }
        packer.sealLeaf(directory, block);
        volume.inodes().write(directory);
    }

    /** Lets an existing name stand for another inode. */
    void replace(Inode directory, byte[] name, Inode target) throws IOException {
        moveOut(directory);
        Place place = require(directory, name);
        byte[] block = volume.store().edit(place.block());
        put32(block, place.at(), target.number());
        block[place.at() + 7] = (byte) kind(target);
        packer.sealLeaf(directory, block);
        volume.inodes().write(directory);
    }

    /** Sets the directory above. */
    void parent(Inode directory, long parent) throws IOException {
        if (directory.has(Inode.FLAG_INLINE_DATA)) {
            put32(directory.raw(), Inode.MAP, parent);
            volume.inodes().write(directory);
            return;
        }
        byte[] block = volume.store().edit(physical(directory, 0));
        EntryCursor cursor = new EntryCursor(block, 0, block.length, directory.number());
        boolean self = cursor.next();
        boolean above = self && cursor.next();
        if (!above || !cursor.isNamed(PARENT)) {
            throw Faults.malformed("directory inode " + directory.number() + " does not begin with . and ..");
        }
        put32(block, cursor.at(), parent);
        if (volume.directory().isIndexed(directory)) {
            index.seal(directory, block, HtreeIndex.ROOT_PAIRS);
        } else {
            packer.sealLeaf(directory, block);
        }
    }

    boolean isEmpty(Inode directory) throws IOException {
        return volume.directory().entries(directory).isEmpty();
    }
}
