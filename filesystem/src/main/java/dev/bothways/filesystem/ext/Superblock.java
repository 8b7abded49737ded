package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put16;
import static dev.bothways.filesystem.ext.LittleEndian.put32;
import static dev.bothways.filesystem.ext.LittleEndian.s32;
import static dev.bothways.filesystem.ext.LittleEndian.u16;
import static dev.bothways.filesystem.ext.LittleEndian.u32;
import static dev.bothways.filesystem.ext.LittleEndian.u8;

import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.VolumeIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The 1024 bytes at byte 1024: geometry, features, counters. The geometry is checked once, in {@link #parse}; counters
 * change with edits.
 */
final class Superblock {
    static final int POSITION = 1024;
    static final int SIZE = 1024;
    static final int STATE_VALID = 1;
    static final int STATE_ERROR = 2;
    static final int STATE_ORPHAN = 4;

    private static final int MAGIC = 0xEF53;
    private static final int MAX_INODE_SIZE = 65536;
    private static final int FLAG_UNSIGNED_HASH = 2;

    private final byte[] raw;
    private Features features;
    private final int blockSize;
    private final int groups;

    private Superblock(byte[] raw) throws VolumeException {
        this.raw = raw;
        this.features =
                dynamic() ? new Features(s32(raw, 0x5C), s32(raw, 0x60), s32(raw, 0x64)) : new Features(0, 0, 0);
        int logBlockSize = s32(raw, 0x18);
        require(logBlockSize >= 0 && logBlockSize <= 6, "its block size exponent is " + logBlockSize);
        this.blockSize = 1024 << logBlockSize;
        require(
                blocksPerGroup() >= 8 && blocksPerGroup() <= 8L * blockSize * clusterRatio(),
                "its blocks per group are " + blocksPerGroup());
        long total = blocks();
        require(total > firstDataBlock() && total <= (1L << 48), "it counts " + total + " blocks");
        long count = (total - firstDataBlock() + blocksPerGroup() - 1) / blocksPerGroup();
        require(count <= (1 << 24), "it has " + count + " block groups");
        this.groups = (int) count;
    }

    /** What the superblock's 1024 bytes say of the file system; empty where they are none. */
    static Optional<VolumeIdentity> identify(byte[] raw) {
        if (u16(raw, 0x38) != MAGIC) {
            return Optional.empty();
        }
        return Optional.of(new VolumeIdentity(featuresOf(raw).kind(), uuidOf(raw), labelOf(raw)));
    }

    private static Features featuresOf(byte[] raw) {
        boolean dynamic = u32(raw, 0x4C) != 0;
        return dynamic ? new Features(s32(raw, 0x5C), s32(raw, 0x60), s32(raw, 0x64)) : new Features(0, 0, 0);
    }

    /** Takes the superblock's bytes and checks its geometry against the size of the volume, in bytes. */
    static Superblock parse(byte[] raw, long volumeSize) throws VolumeException {
        if (u16(raw, 0x38) != MAGIC) {
            throw Faults.malformed("its superblock has no magic number");
        }
        featuresOf(raw).requireReadable();
        Superblock superblock = new Superblock(raw);
        superblock.check(volumeSize);
        return superblock;
    }

    private void check(long volumeSize) throws VolumeException {
        if (features.metadataChecksums()) {
            require(u8(raw, 0x175) == 1, "its checksum type is " + u8(raw, 0x175));
            int expected = Checksums.ofSuperblock(raw);
            require(s32(raw, 0x3FC) == expected, "the superblock's checksum does not match");
        }
        require(
                firstDataBlock() == (blockSize == 1024 && !bigalloc() ? 1 : 0),
                "its first data block is " + firstDataBlock());
        int size = inodeSize();
        require(
                size >= 128 && size <= Math.min(blockSize, MAX_INODE_SIZE) && Integer.bitCount(size) == 1,
                "its inodes are " + size + " bytes long");
        long perGroup = inodesPerGroup();
        require(perGroup >= 1 && perGroup <= 8L * blockSize, "it has " + perGroup + " inodes per group");
        require(inodes() == perGroup * groups, "it counts " + inodes() + " inodes in " + groups + " groups");
        if (features.incompatible(Features.INCOMPAT_64BIT)) {
            int descriptor = u16(raw, 0xFE);
            require(
                    descriptor >= 64 && descriptor <= Math.min(1024, blockSize) && Integer.bitCount(descriptor) == 1,
                    "its group descriptors are " + descriptor + " bytes long");
        }
        require(clusterRatio() >= 1 && (bigalloc() || clusterRatio() == 1 || !dynamic()), "its cluster size is wrong");
        require(
                blocks() <= volumeSize / blockSize,
                "it is " + blocks() + " blocks of " + blockSize + " bytes long and its volume only " + volumeSize
                        + " bytes");
    }

    private static void require(boolean condition, String what) throws VolumeException {
        if (!condition) {
            throw Faults.malformed(what);
        }
    }

    byte[] raw() {
        return raw;
    }

    Features features() {
        return features;
    }

    /** Whether it has feature bits at all; the first revision has none, and no files of 2 GiB. */
    boolean dynamic() {
        return u32(raw, 0x4C) != 0;
    }

    private boolean bigalloc() {
        return features.readOnly(Features.RO_BIGALLOC);
    }

    int blockSize() {
        return blockSize;
    }

    /** Blocks in a cluster; 1 but for bigalloc. */
    int clusterRatio() {
        if (!bigalloc()) {
            return 1;
        }
        int difference = s32(raw, 0x1C) - s32(raw, 0x18);
        return difference < 0 || difference > 20 ? 0 : 1 << difference;
    }

    int groups() {
        return groups;
    }

    long blocks() {
        return wide(0x4, 0x150);
    }

    long reservedBlocks() {
        return wide(0x8, 0x154);
    }

    long freeBlocks() {
        return wide(0xC, 0x158);
    }

    void freeBlocks(long count) {
        put32(raw, 0xC, count);
        if (features.incompatible(Features.INCOMPAT_64BIT)) {
            put32(raw, 0x158, count >>> 32);
        }
    }

    private long wide(int low, int high) {
        return u32(raw, low) | (features.incompatible(Features.INCOMPAT_64BIT) ? u32(raw, high) << 32 : 0);
    }

    long inodes() {
        return u32(raw, 0x0);
    }

    long freeInodes() {
        return u32(raw, 0x10);
    }

    void freeInodes(long count) {
        put32(raw, 0x10, count);
    }

    long firstDataBlock() {
        return u32(raw, 0x14);
    }

    long blocksPerGroup() {
        return u32(raw, 0x20);
    }

    long inodesPerGroup() {
        return u32(raw, 0x28);
    }

    int state() {
        return u16(raw, 0x3A);
    }

    void state(int state) {
        put16(raw, 0x3A, state);
    }

    /** When it was written last (s_wtime and its upper byte), of a superblock as it lies on the disk. */
    static Instant written(byte[] raw) {
        return Instant.ofEpochSecond((long) LittleEndian.u8(raw, 0x274) << 32 | u32(raw, 0x30));
    }

    void writtenAt(long seconds) {
        put32(raw, 0x30, seconds);
        raw[0x274] = (byte) (seconds >>> 32);
    }

    long firstInode() {
        return dynamic() ? u32(raw, 0x54) : 11;
    }

    int inodeSize() {
        return dynamic() ? u16(raw, 0x58) : 128;
    }

    byte[] uuidBytes() {
        return Arrays.copyOfRange(raw, 0x68, 0x78);
    }

    Optional<String> uuid() {
        return uuidOf(raw);
    }

    Optional<String> label() {
        return labelOf(raw);
    }

    private static Optional<String> uuidOf(byte[] raw) {
        byte[] bytes = Arrays.copyOfRange(raw, 0x68, 0x78);
        if (Arrays.equals(bytes, new byte[16])) {
            return Optional.empty();
        }
        String hex = HexFormat.of().formatHex(bytes);
        return Optional.of(hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"));
    }

    private static Optional<String> labelOf(byte[] raw) {
        int end = 0x78;
        while (end < 0x88 && raw[end] != 0) {
            end++;
        }
        return end == 0x78 ? Optional.empty() : Optional.of(new String(raw, 0x78, end - 0x78, StandardCharsets.UTF_8));
    }

    int reservedDescriptorBlocks() {
        return u16(raw, 0xCE);
    }

    long journalInode() {
        return u32(raw, 0xE0);
    }

    long firstOrphan() {
        return u32(raw, 0xE8);
    }

    void firstOrphan(long inode) {
        put32(raw, 0xE8, inode);
    }

    int[] hashSeed() {
        return new int[] {s32(raw, 0xEC), s32(raw, 0xF0), s32(raw, 0xF4), s32(raw, 0xF8)};
    }

    int defaultHash() {
        return u8(raw, 0xFC);
    }

    boolean unsignedHash() {
        return (u32(raw, 0x160) & FLAG_UNSIGNED_HASH) != 0;
    }

    int descriptorSize() {
        return features.incompatible(Features.INCOMPAT_64BIT) ? u16(raw, 0xFE) : 32;
    }

    long firstMetaGroup() {
        return u32(raw, 0x104);
    }

    /** Bytes beyond the first 128 that a new inode uses. */
    int extraInodeSize() {
        if (inodeSize() == 128) {
            return 0;
        }
        int wanted = Math.max(u16(raw, 0x15C), u16(raw, 0x15E));
        return wanted >= 32 && wanted <= inodeSize() - 128 && wanted % 4 == 0 ? wanted : 32;
    }

    /** The two groups that hold backups under sparse_super2; 0 for none. */
    long[] backupGroups() {
        return new long[] {u32(raw, 0x24C), u32(raw, 0x250)};
    }

    int checksumSeed() {
        return s32(raw, 0x270);
    }

    long orphanFile() {
        return u32(raw, 0x280);
    }

    /** Changes the feature bits (needs_recovery, large_file, orphan_present). */
    void features(Features changed) {
        features = changed;
        put32(raw, 0x5C, changed.compatible());
        put32(raw, 0x60, changed.incompatible());
        put32(raw, 0x64, changed.readOnlyCompatible());
    }

    /** Takes counters and features as they stand in a block. */
    void restore(byte[] block, int at) {
        System.arraycopy(block, at, raw, 0, SIZE);
        features = featuresOf(raw);
    }

    /** Brings the checksum up to date. */
    void seal() {
        if (features.metadataChecksums()) {
            put32(raw, 0x3FC, Checksums.ofSuperblock(raw));
        }
    }
}
