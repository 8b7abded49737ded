package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put16;
import static dev.bothways.filesystem.ext.LittleEndian.put32;
import static dev.bothways.filesystem.ext.LittleEndian.s32;
import static dev.bothways.filesystem.ext.LittleEndian.u16;
import static dev.bothways.filesystem.ext.LittleEndian.u32;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileStatus.FileKind;
import dev.bothways.filesystem.VolumeException;
import java.time.Instant;

/** One inode: a copy of its bytes, changed here and put back through {@link Inodes}. */
final class Inode {
    static final int ROOT = 2;

    static final int FLAG_ENCRYPT = 0x800;
    static final int FLAG_INDEX = 0x1000;
    static final int FLAG_HUGE_FILE = 0x40000;
    static final int FLAG_EXTENTS = 0x80000;
    static final int FLAG_VERITY = 0x100000;
    static final int FLAG_EA_INODE = 0x200000;
    static final int FLAG_INLINE_DATA = 0x10000000;
    static final int FLAG_PROJECT_INHERIT = 0x20000000;
    static final int FLAG_CASEFOLD = 0x40000000;

    static final int MODE_FIFO = 0x1000;
    static final int MODE_CHARACTER = 0x2000;
    static final int MODE_DIRECTORY = 0x4000;
    static final int MODE_BLOCK = 0x6000;
    static final int MODE_REGULAR = 0x8000;
    static final int MODE_LINK = 0xA000;
    static final int MODE_SOCKET = 0xC000;
    private static final int MODE_KIND = 0xF000;

    /** Where the 60 bytes of {@code i_block} begin. */
    static final int MAP = 0x28;

    /** Their length in bytes. */
    static final int MAP_SIZE = 60;

    private static final int LOW_CHECKSUM = 0x7C;
    private static final int HIGH_CHECKSUM = 0x82;

    private final long number;
    private final byte[] raw;
    private final Features features;

    Inode(long number, byte[] raw, Features features) {
        this.number = number;
        this.raw = raw;
        this.features = features;
    }

    long number() {
        return number;
    }

    byte[] raw() {
        return raw;
    }

    int mode() {
        return u16(raw, 0);
    }

    void mode(int mode) {
        put16(raw, 0, mode);
    }

    boolean isRegular() {
        return (mode() & MODE_KIND) == MODE_REGULAR;
    }

    boolean isDirectory() {
        return (mode() & MODE_KIND) == MODE_DIRECTORY;
    }

    boolean isLink() {
        return (mode() & MODE_KIND) == MODE_LINK;
    }

    FileKind kind() throws VolumeException {
        return switch (mode() & MODE_KIND) {
            case MODE_FIFO -> FileKind.FIFO;
            case MODE_CHARACTER -> FileKind.CHARACTER_DEVICE;
            case MODE_DIRECTORY -> FileKind.DIRECTORY;
            case MODE_BLOCK -> FileKind.BLOCK_DEVICE;
            case MODE_REGULAR -> FileKind.REGULAR;
            case MODE_LINK -> FileKind.SYMBOLIC_LINK;
            case MODE_SOCKET -> FileKind.SOCKET;
            default -> throw Faults.malformed("inode " + number + " has mode " + Integer.toOctalString(mode()));
        };
    }

    /** The kind as directory entries have it. */
    int entryKind() throws VolumeException {
        return switch (kind()) {
            case REGULAR -> 1;
            case DIRECTORY -> 2;
            case CHARACTER_DEVICE -> 3;
            case BLOCK_DEVICE -> 4;
            case FIFO -> 5;
            case SOCKET -> 6;
            case SYMBOLIC_LINK -> 7;
        };
    }

    int user() {
        return u16(raw, 0x2) | (u16(raw, 0x78) << 16);
    }

    int group() {
        return u16(raw, 0x18) | (u16(raw, 0x7A) << 16);
    }

    void owner(int user, int group) {
        put16(raw, 0x2, user);
        put16(raw, 0x78, user >>> 16);
        put16(raw, 0x18, group);
        put16(raw, 0x7A, group >>> 16);
    }

    long size() throws VolumeException {
        boolean wide = isRegular() || features.incompatible(Features.INCOMPAT_LARGEDIR);
        long size = u32(raw, 0x4) | (wide ? u32(raw, 0x6C) << 32 : 0);
        if (size < 0) {
            throw Faults.malformed("inode " + number + " has a negative size");
        }
        return size;
    }

    void size(long size) {
        put32(raw, 0x4, size);
        if (isRegular() || features.incompatible(Features.INCOMPAT_LARGEDIR)) {
            put32(raw, 0x6C, size >>> 32);
        }
    }

    int links() {
        return u16(raw, 0x1A);
    }

    void links(int count) {
        put16(raw, 0x1A, count);
    }

    /** Sectors of 512 bytes that its content, maps and attribute block take. */
    long sectors(int blockSize) {
        long count = u32(raw, 0x1C);
        if (features.readOnly(Features.RO_HUGE_FILE)) {
            count |= (long) u16(raw, 0x74) << 32;
            return has(FLAG_HUGE_FILE) ? count * (blockSize / 512) : count;
        }
        return count;
    }

    void addBlocks(long blocks, int blockSize) throws VolumeException {
        long unit = has(FLAG_HUGE_FILE) && features.readOnly(Features.RO_HUGE_FILE) ? 1 : blockSize / 512;
        long count = u32(raw, 0x1C) | (features.readOnly(Features.RO_HUGE_FILE) ? (long) u16(raw, 0x74) << 32 : 0);
        long sum = count + blocks * unit;
        if (sum < 0) {
            throw Faults.malformed("inode " + number + " counts fewer blocks than it has");
        }
        put32(raw, 0x1C, sum);
        if (features.readOnly(Features.RO_HUGE_FILE)) {
            put16(raw, 0x74, (int) (sum >>> 32));
        }
    }

    int flags() {
        return s32(raw, 0x20);
    }

    void flags(int flags) {
        put32(raw, 0x20, flags);
    }

    boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    long generation() {
        return u32(raw, 0x64);
    }

    void generation(long generation) {
        put32(raw, 0x64, generation);
    }

    /** The block of extended attributes; 0 for none. */
    long attributeBlock() {
        return u32(raw, 0x68) | (features.incompatible(Features.INCOMPAT_64BIT) ? (long) u16(raw, 0x76) << 32 : 0);
    }

    void attributeBlock(long block) {
        put32(raw, 0x68, block);
        if (features.incompatible(Features.INCOMPAT_64BIT)) {
            put16(raw, 0x76, (int) (block >>> 32));
        }
    }

    /** Bytes in use beyond the first 128. */
    int extraSize() throws VolumeException {
        if (raw.length == 128) {
            return 0;
        }
        int extra = u16(raw, 0x80);
        if (extra > raw.length - 128 || extra % 4 != 0) {
            throw Faults.malformed("inode " + number + " claims " + extra + " extra bytes");
        }
        return extra;
    }

    void extraSize(int extra) {
        put16(raw, 0x80, extra);
    }

    Instant modified() throws VolumeException {
        long seconds = s32(raw, 0x10);
        if (extraSize() < 0x8C - 0x80) {
            return Instant.ofEpochSecond(seconds);
        }
        int extra = s32(raw, 0x88);
        return Instant.ofEpochSecond(seconds + ((long) (extra & 3) << 32), extra >>> 2);
    }

    void changed(Instant time) throws VolumeException {
        time(0xC, 0x84, time);
    }

    void modified(Instant time) throws VolumeException {
        time(0x10, 0x88, time);
        changed(time);
    }

    void created(Instant time) throws VolumeException {
        modified(time);
        time(0x8, 0x8C, time);
        if (extraSize() >= 0x98 - 0x80) {
            time(0x90, 0x94, time);
        }
    }

    private void time(int at, int extraAt, Instant time) throws VolumeException {
        long seconds = time.getEpochSecond();
        long nanos = time.getNano();
        put32(raw, at, seconds);
        if (extraSize() >= extraAt + 4 - 0x80) {
            long epoch = ((seconds - (int) seconds) >>> 32) & 3;
            put32(raw, extraAt, epoch | (nanos << 2));
        }
    }

    /** When it was deleted, in seconds; of an orphan, the next one's number. */
    long deleted() {
        return u32(raw, 0x14);
    }

    void deleted(long value) {
        put32(raw, 0x14, value);
    }

    long project() {
        return raw.length >= 0xA0 ? u32(raw, 0x9C) : 0;
    }

    void project(long project) {
        if (raw.length >= 0xA0) {
            put32(raw, 0x9C, project);
        }
    }

    /** Of an inode that holds an attribute's value: how many attributes have it. */
    long valueUsers() {
        return (u32(raw, 0xC) << 32) | u32(raw, 0x24);
    }

    void valueUsers(long users) {
        put32(raw, 0xC, users >>> 32);
        put32(raw, 0x24, users);
    }

    FileStatus status() throws VolumeException {
        return new FileStatus(kind(), number, size(), mode() & 07777, user(), group(), links(), modified());
    }

    boolean matches(Checksums checksums) {
        return storedChecksum() == (hasHighChecksum() ? checksum(checksums) : checksum(checksums) & 0xffff);
    }

    void seal(Checksums checksums) {
        if (checksums.on()) {
            int value = checksum(checksums);
            put16(raw, LOW_CHECKSUM, value);
            if (hasHighChecksum()) {
                put16(raw, HIGH_CHECKSUM, value >>> 16);
            }
        }
    }

    private int storedChecksum() {
        return u16(raw, LOW_CHECKSUM) | (hasHighChecksum() ? u16(raw, HIGH_CHECKSUM) << 16 : 0);
    }

    private boolean hasHighChecksum() {
        return raw.length > 128 && u16(raw, 0x80) >= HIGH_CHECKSUM + 2 - 0x80;
    }

    private int checksum(Checksums checksums) {
        byte[] copy = raw.clone();
        put16(copy, LOW_CHECKSUM, 0);
        if (hasHighChecksum()) {
            put16(copy, HIGH_CHECKSUM, 0);
        }
        return checksums.ofInodeBlock(this, copy, copy.length);
    }
}
