package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put16;
import static dev.bothways.filesystem.ext.LittleEndian.u16;
import static dev.bothways.filesystem.ext.LittleEndian.u32;

import java.io.IOException;

/** The block groups: where their descriptors lie and what these say. Backups are left as they are, as the kernel does. */
final class Groups {
    static final int INODE_UNINIT = 1;
    static final int BLOCK_UNINIT = 2;

    private final BlockStore store;
    private final Superblock superblock;
    private final Checksums checksums;
    private final int descriptorSize;
    private final int perBlock;

    Groups(BlockStore store, Superblock superblock, Checksums checksums) {
        this.store = store;
        this.superblock = superblock;
        this.checksums = checksums;
        this.descriptorSize = superblock.descriptorSize();
        this.perBlock = store.blockSize() / descriptorSize;
    }

    /** One group's descriptor; an editable one is sealed by whoever changed it. */
    final class Descriptor {
        private final long group;
        private final byte[] table;
        private final int at;

        private Descriptor(long group, byte[] table) {
            this.group = group;
            this.table = table;
            this.at = (int) (group % perBlock) * descriptorSize;
        }

        private long wide(int low, int high) {
            return u32(table, at + low) | (descriptorSize >= 64 ? u32(table, at + high) << 32 : 0);
        }

        private long count(int low, int high) {
            return u16(table, at + low) | (descriptorSize >= 64 ? (long) u16(table, at + high) << 16 : 0);
        }

        private void count(int low, int high, long value) {
            put16(table, at + low, (int) value);
            if (descriptorSize >= 64) {
                put16(table, at + high, (int) (value >>> 16));
            }
        }

        long blockBitmap() {
            return wide(0x0, 0x20);
        }

        long inodeBitmap() {
            return wide(0x4, 0x24);
        }

        long inodeTable() {
            return wide(0x8, 0x28);
        }

        long freeBlocks() {
            return count(0xC, 0x2C);
        }

        void freeBlocks(long value) {
            count(0xC, 0x2C, value);
        }

        long freeInodes() {
            return count(0xE, 0x2E);
        }

        void freeInodes(long value) {
            count(0xE, 0x2E, value);
        }

        long directories() {
            return count(0x10, 0x30);
        }

        void directories(long value) {
            count(0x10, 0x30, value);
        }

        boolean flag(int flag) {
            return superblock.features().groupChecksums() && (u16(table, at + 0x12) & flag) != 0;
        }

        void clear(int flag) {
            put16(table, at + 0x12, u16(table, at + 0x12) & ~flag);
        }

        long unusedInodes() {
            return superblock.features().groupChecksums() ? count(0x1C, 0x32) : 0;
        }

        void unusedInodes(long value) {
            count(0x1C, 0x32, value);
        }

        void blockBitmapChecksum(int value) {
            put16(table, at + 0x18, value);
            if (descriptorSize >= 0x3A) {
                put16(table, at + 0x38, value >>> 16);
            }
        }

        boolean matchesBlockBitmap(int value) {
            return u16(table, at + 0x18) == (value & 0xffff)
                    && (descriptorSize < 0x3A || u16(table, at + 0x38) == value >>> 16);
        }

        void inodeBitmapChecksum(int value) {
            put16(table, at + 0x1A, value);
            if (descriptorSize >= 0x3C) {
                put16(table, at + 0x3A, value >>> 16);
            }
        }

        boolean matchesInodeBitmap(int value) {
            return u16(table, at + 0x1A) == (value & 0xffff)
                    && (descriptorSize < 0x3C || u16(table, at + 0x3A) == value >>> 16);
        }

        void seal() {
            if (superblock.features().groupChecksums()) {
                put16(table, at + 0x1E, checksums.ofDescriptor(group, table, at));
            }
        }
    }

    /** A group's descriptor for reading, its checksum verified. */
    Descriptor descriptor(long group) throws IOException {
        Descriptor descriptor = new Descriptor(group, store.read(descriptorBlock(group)));
        if (superblock.features().groupChecksums()
                && !checksums.matchesDescriptor(group, descriptor.table, descriptor.at)) {
            throw Faults.malformed("the descriptor of block group " + group + " has a wrong checksum");
        }
        return descriptor;
    }

    /** A group's descriptor for changing. */
    Descriptor editable(long group) throws IOException {
        return new Descriptor(group, store.edit(descriptorBlock(group)));
    }

    private long descriptorBlock(long group) {
        long index = group / perBlock;
        boolean meta = superblock.features().incompatible(Features.INCOMPAT_META_BG);
        if (!meta || index < superblock.firstMetaGroup()) {
            return primary() + 1 + index;
        }
        long first = index * perBlock;
        return firstBlock(first) + (hasSuperblock(first) ? 1 : 0);
    }

    /** The block of the primary superblock; with 1 KiB blocks it is block 1 even where the first data block is 0. */
    private long primary() {
        return store.blockSize() == 1024 ? 1 : 0;
    }

    long firstBlock(long group) {
        return superblock.firstDataBlock() + group * superblock.blocksPerGroup();
    }

    /** How many blocks the group has; the last may be shorter than the others. */
    long length(long group) {
        return Math.min(superblock.blocksPerGroup(), superblock.blocks() - firstBlock(group));
    }

    long groupOf(long block) {
        return (block - superblock.firstDataBlock()) / superblock.blocksPerGroup();
    }

    /** Whether the group begins with a superblock or a backup of it. */
    boolean hasSuperblock(long group) {
        if (group == 0) {
            return true;
        }
        if (superblock.features().compatible(Features.COMPAT_SPARSE_SUPER2)) {
            long[] backups = superblock.backupGroups();
            return group == backups[0] || group == backups[1];
        }
        if (group == 1 || !superblock.features().readOnly(Features.RO_SPARSE_SUPER)) {
            return true;
        }
        return isPowerOf(3, group) || isPowerOf(5, group) || isPowerOf(7, group);
    }

    private static boolean isPowerOf(int base, long value) {
        long power = base;
        while (power < value) {
            power *= base;
        }
        return power == value;
    }

    /** How many blocks at the group's beginning hold superblock, descriptors and room for more descriptors. */
    long headBlocks(long group) {
        long superblocks = hasSuperblock(group) ? 1 : 0;
        boolean meta = superblock.features().incompatible(Features.INCOMPAT_META_BG);
        long metaGroup = group / perBlock;
        if (!meta || metaGroup < superblock.firstMetaGroup()) {
            long all = (superblock.groups() + perBlock - 1L) / perBlock;
            long descriptors = meta ? superblock.firstMetaGroup() : all;
            return superblocks == 0 ? 0 : 1 + descriptors + superblock.reservedDescriptorBlocks();
        }
        long within = group % perBlock;
        return superblocks + (within == 0 || within == 1 || within == perBlock - 1 ? 1 : 0);
    }
}
