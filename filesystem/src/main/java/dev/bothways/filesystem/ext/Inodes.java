package dev.bothways.filesystem.ext;

import java.io.IOException;
import java.util.Arrays;

/** The inode tables. */
final class Inodes {
    private final BlockStore store;
    private final Superblock superblock;
    private final Groups groups;
    private final Checksums checksums;

    Inodes(BlockStore store, Superblock superblock, Groups groups, Checksums checksums) {
        this.store = store;
        this.superblock = superblock;
        this.groups = groups;
        this.checksums = checksums;
    }

    private record Place(long block, int at) {}

    private Place place(long number) throws IOException {
        if (number < 1 || number > superblock.inodes()) {
            throw Faults.malformed("it names inode " + number + " of " + superblock.inodes());
        }
        long group = (number - 1) / superblock.inodesPerGroup();
        long position = (number - 1) % superblock.inodesPerGroup() * superblock.inodeSize();
        long block = groups.descriptor(group).inodeTable() + position / store.blockSize();
        return new Place(block, (int) (position % store.blockSize()));
    }

    /** An inode that is in use. */
    Inode read(long number) throws IOException {
        Inode inode = readAny(number);
        if (inode.links() == 0 || inode.mode() == 0) {
            throw Faults.malformed("inode " + number + " is named but not in use");
        }
        return inode;
    }

    /** An inode, in use or not (orphans). */
    Inode readAny(long number) throws IOException {
        Place place = place(number);
        byte[] raw = Arrays.copyOfRange(store.read(place.block()), place.at(), place.at() + superblock.inodeSize());
        Inode inode = new Inode(number, raw, superblock.features());
        if (checksums.on() && !inode.matches(checksums)) {
            throw Faults.malformed("inode " + number + " has a wrong checksum");
        }
        return inode;
    }

    /** An inode of zeros for a number that was free; generation derived so that the same edits give the same bytes. */
    Inode fresh(long number) {
        Inode inode = new Inode(number, new byte[superblock.inodeSize()], superblock.features());
        if (superblock.inodeSize() > 128) {
            inode.extraSize(superblock.extraInodeSize());
        }
        inode.generation(Checksums.seedOf(LittleEndian.bytes64(number)) & 0xffff_ffffL);
        return inode;
    }

    /** Puts an inode into its table, sealed. */
    void write(Inode inode) throws IOException {
        inode.seal(checksums);
        Place place = place(inode.number());
        byte[] block = store.edit(place.block());
        System.arraycopy(inode.raw(), 0, block, place.at(), inode.raw().length);
    }
}
