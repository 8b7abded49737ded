package dev.bothways.filesystem.ext;

import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The parts of one opened file system, and the reading of a file's content that all of them share. */
final class Volume {
    private final BlockStore store;
    private final Superblock superblock;
    private final Checksums checksums;
    private final Groups groups;
    private final Inodes inodes;
    private final ExtentTree extents;
    private final BlockMap blockMap;
    private final Attributes attributes;
    private final Directory directory;

    private Volume(BlockStore store, Superblock superblock) {
        this.store = store;
        this.superblock = superblock;
        this.checksums = new Checksums(superblock);
        this.groups = new Groups(store, superblock, checksums);
        this.inodes = new Inodes(store, superblock, groups, checksums);
        this.extents = new ExtentTree(store, checksums, superblock.blocks());
        this.blockMap = new BlockMap(store, superblock.blocks());
        this.attributes = new Attributes(this);
        this.directory = new Directory(this);
    }

    /** Opens what the disk holds now, without looking at the journal. */
    static Volume open(VirtualDisk disk) throws IOException {
        if (disk.size() < Superblock.POSITION + Superblock.SIZE) {
            throw Faults.malformed("its volume is only " + disk.size() + " bytes long");
        }
        byte[] raw = new byte[Superblock.SIZE];
        disk.read(Superblock.POSITION, ByteBuffer.wrap(raw));
        Superblock superblock = Superblock.parse(raw, disk.size());
        return new Volume(new BlockStore(disk, superblock.blockSize(), superblock.blocks()), superblock);
    }

    /**
     * The same volume with its superblock read again, through its store, after a replay. The kernel keeps the totals of
     * free blocks and inodes up to date only when it unmounts, so they are counted again.
     */
    Volume reopened() throws IOException {
        byte[] block = store.read(superblockBlock());
        int at = superblockOffset();
        byte[] raw = Arrays.copyOfRange(block, at, at + Superblock.SIZE);
        Volume volume = new Volume(store, Superblock.parse(raw, superblock.blocks() * store.blockSize()));
        volume.recount();
        return volume;
    }

    private void recount() throws IOException {
        long freeBlocks = 0;
        long freeInodes = 0;
        for (long group = 0; group < superblock.groups(); group++) {
            Groups.Descriptor descriptor = groups.descriptor(group);
            freeBlocks += descriptor.freeBlocks();
            freeInodes += descriptor.freeInodes();
        }
        superblock.freeBlocks(freeBlocks * superblock.clusterRatio());
        superblock.freeInodes(freeInodes);
    }

    private long superblockBlock() {
        return Superblock.POSITION / store.blockSize();
    }

    private int superblockOffset() {
        return Superblock.POSITION % store.blockSize();
    }

    /** Whether the journal holds what the blocks do not yet. */
    boolean needsRecovery() {
        Features features = superblock.features();
        return features.incompatible(Features.INCOMPAT_RECOVER) && features.compatible(Features.COMPAT_HAS_JOURNAL);
    }

    /** Puts the superblock back among the blocks, sealed. */
    void storeSuperblock() throws IOException {
        superblock.seal();
        System.arraycopy(superblock.raw(), 0, store.edit(superblockBlock()), superblockOffset(), Superblock.SIZE);
    }

    /** Takes the superblock as it stands among the blocks, after an edit was taken back. */
    void restoreSuperblock() throws IOException {
        superblock.restore(store.read(superblockBlock()), superblockOffset());
    }

    BlockStore store() {
        return store;
    }

    Superblock superblock() {
        return superblock;
    }

    Checksums checksums() {
        return checksums;
    }

    Groups groups() {
        return groups;
    }

    Inodes inodes() {
        return inodes;
    }

    Attributes attributes() {
        return attributes;
    }

    Directory directory() {
        return directory;
    }

    /** The kind of map that an inode's blocks have. */
    FileMap map(Inode inode) {
        return inode.has(Inode.FLAG_EXTENTS) ? extents : blockMap;
    }

    /** The content that lies in the inode itself, of a file that is marked so; as long as its size. */
    byte[] inlineData(Inode inode) throws IOException {
        byte[] rest = attributes.inlineData(inode);
        byte[] data = new byte[Inode.MAP_SIZE + rest.length];
        System.arraycopy(inode.raw(), Inode.MAP, data, 0, Inode.MAP_SIZE);
        System.arraycopy(rest, 0, data, Inode.MAP_SIZE, rest.length);
        if (inode.size() > data.length) {
            throw Faults.malformed("inode " + inode.number() + " is longer than the data in it");
        }
        return Arrays.copyOf(data, (int) inode.size());
    }

    /** Whether a symbolic link's target stands in the inode in place of a map. */
    boolean isFastLink(Inode inode) throws IOException {
        int attributeSectors = inode.attributeBlock() == 0 ? 0 : store.blockSize() / 512 * superblock.clusterRatio();
        boolean noBlocks = inode.sectors(store.blockSize()) == attributeSectors;
        boolean ownInodes = superblock.features().incompatible(Features.INCOMPAT_EA_INODE);
        return !inode.has(Inode.FLAG_INLINE_DATA | Inode.FLAG_EXTENTS)
                && inode.size() < Inode.MAP_SIZE
                && (noBlocks || ownInodes);
    }

    /** A block of a directory; a hole is a fault there. */
    byte[] directoryBlock(Inode inode, long logical) throws IOException {
        if (logical >= directory.blocks(inode)) {
            throw Faults.malformed("directory inode " + inode.number() + " ends before its block " + logical);
        }
        Run run = map(inode).run(inode, logical);
        if (run.isZero()) {
            throw Faults.malformed("directory inode " + inode.number() + " has no block " + logical);
        }
        return store.read(run.physical());
    }

    /** Reads what fits into {@code into} of a file's content; returns how many bytes, -1 at the end. */
    int readContent(Inode inode, long offset, ByteBuffer into) throws IOException {
        long size = inode.size();
        if (offset >= size) {
            return -1;
        }
        int count = (int) Math.min(into.remaining(), size - offset);
        if (inode.has(Inode.FLAG_INLINE_DATA)) {
            into.put(inlineData(inode), (int) offset, count);
            return count;
        }
        int limit = into.limit();
        int end = into.position() + count;
        long position = offset;
        while (into.position() < end) {
            Run run = map(inode).run(inode, position / store.blockSize());
            long within = position % store.blockSize();
            long available = run.length() * store.blockSize() - within;
            into.limit((int) Math.min(end, into.position() + available));
            position += into.remaining();
            if (run.isZero()) {
                into.put(new byte[into.remaining()]);
            } else {
                store.readBytes(run.physical() * store.blockSize() + within, into);
            }
        }
        into.limit(limit);
        return count;
    }
}
