package dev.bothways.filesystem.ext;

import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Gives out and takes back blocks and inodes: the first free ones from a goal on, so that the same edits give the same
 * bytes. Bitmaps, group descriptors and the superblock's counters follow at once, each with its checksum.
 */
final class Allocator {
    /** So many groups are searched for room in one piece before any room is taken. */
    private static final int GROUPS_TO_FIT = 16;

    private final Volume volume;
    private final BlockStore store;
    private final Superblock superblock;
    private final Groups groups;
    private final SystemBlocks system;

    Allocator(Volume volume) {
        this.volume = volume;
        this.store = volume.store();
        this.superblock = volume.superblock();
        this.groups = volume.groups();
        this.system = new SystemBlocks(superblock, groups);
    }

    /** A run of blocks given out. */
    record Allocation(long start, long length) {}

    /** The block to begin looking from for a file of this inode. */
    long goal(Inode inode) {
        return groups.firstBlock((inode.number() - 1) / superblock.inodesPerGroup());
    }

    /**
     * Gives out up to {@code count} neighbouring blocks, near {@code goal} if it can be. The blocks kept back for root are given out
     * too: an edit is what root would have done in the guest.
     */
    Allocation allocate(long goal, long count) throws IOException {
        long room = superblock.freeBlocks();
        if (room <= 0) {
            throw Faults.full("no block is free; free some space in it");
        }
        long wanted = Math.min(count, room);
        long from =
                goal < superblock.firstDataBlock() || goal >= superblock.blocks() ? superblock.firstDataBlock() : goal;
        long first = groups.groupOf(from);
        long within = from - groups.firstBlock(first);
        int near = Math.min(GROUPS_TO_FIT, superblock.groups());
        for (int pass = 0; pass < 2; pass++) {
            long least = pass == 0 ? Math.min(wanted, superblock.blocksPerGroup() / 2) : 1;
            int visits = pass == 0 ? near : superblock.groups();
            for (int i = 0; i <= visits; i++) {
                long group = (first + i) % superblock.groups();
                Allocation found = inGroup(group, i == 0 ? within : 0, least, wanted);
                if (found != null) {
                    return found;
                }
            }
        }
        throw Faults.malformed("it counts free blocks but its bitmaps have none");
    }

    private @Nullable Allocation inGroup(long group, long from, long least, long wanted) throws IOException {
        if (groups.descriptor(group).freeBlocks() < least) {
            return null;
        }
        long length = groups.length(group);
        byte[] bits = blockBitmap(group);
        long at = Bitmap.nextClear(bits, from, length);
        while (at >= 0) {
            long run = Bitmap.clearRun(bits, at, Math.min(length, at + wanted));
            if (run >= least) {
                long start = groups.firstBlock(group) + at;
                requireOwn(start, run);
                mark(group, at, run, true);
                return new Allocation(start, run);
            }
            at = Bitmap.nextClear(bits, at + run, length);
        }
        return null;
    }

    /** Takes back blocks; they must all be in use and none of them the file system's own. */
    void free(long start, long count) throws IOException {
        requireOwn(start, count);
        long at = start;
        while (at < start + count) {
            long group = groups.groupOf(at);
            long first = groups.firstBlock(group);
            long part = Math.min(start + count, first + groups.length(group)) - at;
            mark(group, at - first, part, false);
            at += part;
        }
    }

    private void requireOwn(long start, long count) throws IOException {
        if (start < superblock.firstDataBlock()
                || start + count > superblock.blocks()
                || system.touches(start, count)) {
            throw Faults.malformed("a file has blocks " + start + " to " + (start + count - 1)
                    + ", which belong to the file system itself");
        }
    }

    /** A group's bitmap of blocks, verified, or made where it was never written; not to be changed. */
    private byte[] blockBitmap(long group) throws IOException {
        Groups.Descriptor descriptor = groups.descriptor(group);
        if (descriptor.flag(Groups.BLOCK_UNINIT)) {
            initialise(group);
            descriptor = groups.descriptor(group);
        }
        byte[] bits = store.read(descriptor.blockBitmap());
        if (volume.checksums().on()
                && !descriptor.matchesBlockBitmap(volume.checksums().ofBitmap(bits, superblock.blocksPerGroup()))) {
            throw Faults.malformed("the block bitmap of group " + group + " has a wrong checksum");
        }
        return bits;
    }

    private void initialise(long group) throws IOException {
        Groups.Descriptor descriptor = groups.editable(group);
        byte[] bits = store.fresh(descriptor.blockBitmap());
        system.mark(bits, group);
        Bitmap.fill(bits, groups.length(group), 8L * store.blockSize());
        descriptor.clear(Groups.BLOCK_UNINIT);
        sealBlocks(descriptor, bits);
    }

    private void sealBlocks(Groups.Descriptor descriptor, byte[] bits) {
        if (volume.checksums().on()) {
            descriptor.blockBitmapChecksum(volume.checksums().ofBitmap(bits, superblock.blocksPerGroup()));
        }
        descriptor.seal();
    }

    private void mark(long group, long from, long count, boolean used) throws IOException {
        blockBitmap(group);
        Groups.Descriptor descriptor = groups.editable(group);
        byte[] bits = store.edit(descriptor.blockBitmap());
        for (long i = from; i < from + count; i++) {
            if (Bitmap.get(bits, i) == used) {
                throw Faults.malformed("block " + (groups.firstBlock(group) + i) + " belongs to two files or to none");
            }
            Bitmap.set(bits, i, used);
        }
        long change = used ? -count : count;
        long free = descriptor.freeBlocks() + change;
        requireCount(group, free, groups.length(group));
        descriptor.freeBlocks(free);
        sealBlocks(descriptor, bits);
        superblock.freeBlocks(superblock.freeBlocks() + change);
    }

    private static void requireCount(long group, long count, long most) throws VolumeException {
        if (count < 0 || count > most) {
            throw Faults.malformed("the counters of block group " + group + " are wrong");
        }
    }

    /** Gives out the first free inode in the group of {@code parent} or the groups after it. */
    Inode allocateInode(long parent, boolean directory) throws IOException {
        long first = (parent - 1) / superblock.inodesPerGroup();
        for (long i = 0; i < superblock.groups(); i++) {
            long group = (first + i) % superblock.groups();
            if (groups.descriptor(group).freeInodes() == 0) {
                continue;
            }
            long perGroup = superblock.inodesPerGroup();
            long reserved = Math.clamp(superblock.firstInode() - 1 - group * perGroup, 0L, perGroup);
            long index = Bitmap.nextClear(inodeBitmap(group), reserved, perGroup);
            if (index >= 0) {
                markInode(group, index, true, directory);
                return volume.inodes().fresh(group * perGroup + index + 1);
            }
        }
        throw Faults.full("no inode is free; remove some files in it");
    }

    /** Takes back an inode's number. */
    void freeInode(Inode inode) throws IOException {
        long index = inode.number() - 1;
        long perGroup = superblock.inodesPerGroup();
        inodeBitmap(index / perGroup);
        markInode(index / perGroup, index % perGroup, false, inode.isDirectory());
    }

    private byte[] inodeBitmap(long group) throws IOException {
        Groups.Descriptor descriptor = groups.descriptor(group);
        if (descriptor.flag(Groups.INODE_UNINIT)) {
            descriptor = groups.editable(group);
            byte[] bits = store.fresh(descriptor.inodeBitmap());
            Bitmap.fill(bits, superblock.inodesPerGroup(), 8L * store.blockSize());
            descriptor.clear(Groups.INODE_UNINIT);
            sealInodes(descriptor, bits);
            blockBitmap(group);
            return bits;
        }
        byte[] bits = store.read(descriptor.inodeBitmap());
        if (volume.checksums().on()
                && !descriptor.matchesInodeBitmap(volume.checksums().ofBitmap(bits, superblock.inodesPerGroup()))) {
            throw Faults.malformed("the inode bitmap of group " + group + " has a wrong checksum");
        }
        return bits;
    }

    private void sealInodes(Groups.Descriptor descriptor, byte[] bits) {
        if (volume.checksums().on()) {
            descriptor.inodeBitmapChecksum(volume.checksums().ofBitmap(bits, superblock.inodesPerGroup()));
        }
        descriptor.seal();
    }

    private void markInode(long group, long index, boolean used, boolean directory) throws IOException {
        Groups.Descriptor descriptor = groups.editable(group);
        byte[] bits = store.edit(descriptor.inodeBitmap());
        if (Bitmap.get(bits, index) == used) {
            throw Faults.malformed("the bitmap of inodes of group " + group + " contradicts the files");
        }
        Bitmap.set(bits, index, used);
        int change = used ? -1 : 1;
        requireCount(group, descriptor.freeInodes() + change, superblock.inodesPerGroup());
        descriptor.freeInodes(descriptor.freeInodes() + change);
        if (directory) {
            requireCount(group, descriptor.directories() - change, superblock.inodesPerGroup());
            descriptor.directories(descriptor.directories() - change);
        }
        if (used && superblock.features().groupChecksums()) {
            long never = superblock.inodesPerGroup() - index - 1;
            descriptor.unusedInodes(Math.min(descriptor.unusedInodes(), never));
        }
        sealInodes(descriptor, bits);
        superblock.freeInodes(superblock.freeInodes() + change);
    }
}
