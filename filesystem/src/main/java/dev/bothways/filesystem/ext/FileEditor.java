package dev.bothways.filesystem.ext;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Changes the content of files: their blocks, maps and sizes. Every method leaves the inode written. */
final class FileEditor {
    private static final long LARGE = Integer.MAX_VALUE;

    private final Volume volume;
    private final BlockStore store;
    private final Allocator allocator;
    private final Instant time;

    FileEditor(Volume volume, Allocator allocator, Instant time) {
        this.volume = volume;
        this.store = volume.store();
        this.allocator = allocator;
        this.time = time;
    }

    /** Gives an inode without content the map that the file system's features ask for. */
    void startMap(Inode inode) {
        if (volume.superblock().features().incompatible(Features.INCOMPAT_EXTENTS)) {
            inode.flags(inode.flags() | Inode.FLAG_EXTENTS);
            ExtentTree.clear(inode);
        }
    }

    /** Moves content that lies in the inode into blocks. What is longer or changes is simpler kept there. */
    void moveOut(Inode inode) throws IOException {
        if (inode.has(Inode.FLAG_INLINE_DATA)) {
            byte[] content = volume.inlineData(inode);
            dropInline(inode);
            put(inode, Layout.empty(), 0, content);
        }
    }

    /** Forgets content that lies in the inode. */
    void dropInline(Inode inode) throws IOException {
        volume.attributes().removeInlineData(inode);
        inode.flags(inode.flags() & ~Inode.FLAG_INLINE_DATA);
        Arrays.fill(inode.raw(), Inode.MAP, Inode.MAP + Inode.MAP_SIZE, (byte) 0);
        inode.size(0);
        startMap(inode);
    }

    void replace(Inode inode, byte[] content) throws IOException {
        if (inode.has(Inode.FLAG_INLINE_DATA)) {
            dropInline(inode);
        }
        Layout layout = volume.map(inode).load(inode);
        cut(inode, layout, 0);
        put(inode, layout, 0, content);
    }

    void append(Inode inode, byte[] content) throws IOException {
        moveOut(inode);
        long size = inode.size();
        int within = (int) (size % store.blockSize());
        ByteBuffer whole = ByteBuffer.allocate(Math.addExact(within, content.length));
        // The last block is written anew with what it held: it may be a hole or unwritten until now.
        ByteBuffer last = whole.slice(0, within);
        while (last.hasRemaining()) {
            volume.readContent(inode, size - last.remaining(), last);
        }
        whole.position(within).put(content);
        Layout layout = volume.map(inode).load(inode);
        cut(inode, layout, size / store.blockSize());
        put(inode, layout, size - within, whole.array());
    }

    void truncate(Inode inode, long size) throws IOException {
        moveOut(inode);
        requireSize(inode, size);
        long kept = Math.min(size, inode.size());
        Layout layout = volume.map(inode).load(inode);
        cut(inode, layout, blocks(kept));
        clearBehind(inode, kept);
        volume.map(inode).store(inode, layout, allocator);
        finish(inode, size);
    }

    /** What lies in the last block behind the end would show when the file grows. */
    private void clearBehind(Inode inode, long size) throws IOException {
        int within = (int) (size % store.blockSize());
        if (within == 0) {
            return;
        }
        Run run = volume.map(inode).run(inode, size / store.blockSize());
        if (!run.isZero()) {
            byte[] block = store.edit(run.physical());
            Arrays.fill(block, within, block.length, (byte) 0);
        }
    }

    private long blocks(long bytes) {
        return bytes / store.blockSize() + (bytes % store.blockSize() == 0 ? 0 : 1);
    }

    private void requireSize(Inode inode, long size) throws IOException {
        boolean tooOld = !volume.superblock().dynamic() && size > LARGE;
        if (tooOld || blocks(size) > volume.map(inode).maxBlocks()) {
            throw Faults.full("no file in it can be " + size + " bytes long");
        }
    }

    /** Writes content from the byte {@code from} on, the beginning of a block, where the layout has nothing. */
    private void put(Inode inode, Layout layout, long from, byte[] content) throws IOException {
        requireSize(inode, from + content.length);
        long first = from / store.blockSize();
        grow(inode, layout, first, blocks(content.length));
        int done = 0;
        for (Run run : layout.runs()) {
            for (long block = Math.max(first, run.logical()); block < run.end(); block++) {
                byte[] bytes = store.fresh(run.physical() + block - run.logical());
                int count = Math.min(bytes.length, content.length - done);
                System.arraycopy(content, done, bytes, 0, count);
                done += count;
            }
        }
        volume.map(inode).store(inode, layout, allocator);
        finish(inode, from + content.length);
    }

    private void finish(Inode inode, long size) throws IOException {
        inode.size(size);
        inode.modified(time);
        Superblock superblock = volume.superblock();
        Features features = superblock.features();
        if (size > LARGE && !features.readOnly(Features.RO_LARGE_FILE)) {
            superblock.features(features.withReadOnly(Features.RO_LARGE_FILE, true));
        }
        volume.inodes().write(inode);
    }

    /** Adds blocks behind the layout's end, the first at {@code logical} in the file. */
    void grow(Inode inode, Layout layout, long logical, long count) throws IOException {
        long goal = allocator.goal(inode);
        if (!layout.runs().isEmpty()) {
            Run last = layout.runs().getLast();
            goal = last.physical() + last.length();
        }
        long at = logical;
        while (at < logical + count) {
            Allocator.Allocation got = allocator.allocate(goal, logical + count - at);
            layout.add(new Run(at, got.length(), got.start(), false));
            inode.addBlocks(got.length(), store.blockSize());
            at += got.length();
            goal = got.start() + got.length();
        }
    }

    /** Frees all blocks from {@code logical} on. */
    void cut(Inode inode, Layout layout, long logical) throws IOException {
        List<Run> gone = layout.cut(logical);
        for (Run run : gone) {
            allocator.free(run.physical(), run.length());
            inode.addBlocks(-run.length(), store.blockSize());
        }
    }

    /** Frees the inode with all that only it has: it has no name any more. */
    void delete(Inode inode) throws IOException {
        if (hasMap(inode)) {
            Layout layout = volume.map(inode).load(inode);
            cut(inode, layout, 0);
            volume.map(inode).store(inode, layout, allocator);
            inode.size(0);
        }
        releaseAttributes(inode);
        inode.links(0);
        inode.changed(time);
        // A small number would look like a link in the list of orphans.
        inode.deleted(Math.max(time.getEpochSecond(), volume.superblock().inodes()));
        volume.inodes().write(inode);
        allocator.freeInode(inode);
    }

    private boolean hasMap(Inode inode) throws IOException {
        if (inode.has(Inode.FLAG_INLINE_DATA)) {
            return false;
        }
        return inode.isRegular() || inode.isDirectory() || (inode.isLink() && !volume.isFastLink(inode));
    }

    private void releaseAttributes(Inode inode) throws IOException {
        for (long number : volume.attributes().valueInodes(inode)) {
            release(number);
        }
        long place = inode.attributeBlock();
        if (place == 0) {
            return;
        }
        byte[] block = volume.attributes().block(inode);
        long users = Attributes.users(block);
        if (users > 1) {
            byte[] shared = store.edit(place);
            Attributes.users(shared, users - 1);
            volume.attributes().seal(place, shared);
        } else {
            for (long number : volume.attributes().valueInodes(block)) {
                release(number);
            }
            allocator.free(place, 1);
        }
        inode.attributeBlock(0);
        inode.addBlocks(-1, store.blockSize());
    }

    /** One attribute less has its value in this inode. */
    private void release(long number) throws IOException {
        Inode value = volume.inodes().readAny(number);
        if (!value.has(Inode.FLAG_EA_INODE) || value.valueUsers() < 1) {
            throw Faults.malformed("inode " + number + " holds no extended attribute's value");
        }
        value.valueUsers(value.valueUsers() - 1);
        if (value.valueUsers() == 0) {
            delete(value);
        } else {
            volume.inodes().write(value);
        }
    }
}
