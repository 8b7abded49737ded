package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.bytes32;
import static dev.bothways.filesystem.ext.LittleEndian.bytes64;
import static dev.bothways.filesystem.ext.LittleEndian.put16;
import static dev.bothways.filesystem.ext.LittleEndian.u16;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The checksums of metadata: CRC-32C over everything (metadata_csum), or CRC-16 over group descriptors alone (gdt_csum).
 * Every CRC-32C begins with the file system's seed, and none is inverted at its end.
 */
final class Checksums {
    private static final int REFLECTED_POLYNOMIAL = 0x82F63B78;

    private final boolean on;
    private final byte[] prefix;
    private final byte[] uuid;
    private final int descriptorSize;

    Checksums(Superblock superblock) {
        this.on = superblock.features().metadataChecksums();
        this.uuid = superblock.uuidBytes();
        this.descriptorSize = superblock.descriptorSize();
        int seed = superblock.features().incompatible(Features.INCOMPAT_CSUM_SEED)
                ? superblock.checksumSeed()
                : seedOf(uuid);
        this.prefix = prefixFor(seed);
    }

    /** A CRC-32C that starts at ~0 and is not inverted, over {@code bytes}. */
    static int seedOf(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return ~(int) crc.getValue();
    }

    /**
     * The four bytes that take the register from its usual start to {@code seed}; the JDK's CRC, which is the processor's
     * own, knows no other start.
     */
    static byte[] prefixFor(int seed) {
        int register = seed;
        for (int bit = 0; bit < 32; bit++) {
            register = register < 0 ? ((register ^ REFLECTED_POLYNOMIAL) << 1) | 1 : register << 1;
        }
        return bytes32(~register & 0xffff_ffffL);
    }

    static int ofSuperblock(byte[] raw) {
        CRC32C crc = new CRC32C();
        crc.update(raw, 0, 0x3FC);
        return ~(int) crc.getValue();
    }

    /** Whether metadata other than group descriptors carries checksums. */
    boolean on() {
        return on;
    }

    /** A running checksum that has taken the seed. */
    CRC32C begin() {
        CRC32C crc = new CRC32C();
        crc.update(prefix);
        return crc;
    }

    /** A running checksum that has taken the seed, an inode's number and its generation. */
    CRC32C begin(Inode inode) {
        CRC32C crc = begin();
        crc.update(bytes32(inode.number()));
        crc.update(bytes32(inode.generation()));
        return crc;
    }

    static int end(CRC32C crc) {
        return ~(int) crc.getValue();
    }

    int ofBitmap(byte[] bitmap, long bits) {
        CRC32C crc = begin();
        crc.update(bitmap, 0, (int) (bits / 8));
        return end(crc);
    }

    /** The checksum of the first {@code length} bytes of a block of an inode: extent nodes, directory leaves. */
    int ofInodeBlock(Inode inode, byte[] block, int length) {
        CRC32C crc = begin(inode);
        crc.update(block, 0, length);
        return end(crc);
    }

    int ofAttributeBlock(long number, byte[] block) {
        byte[] copy = block.clone();
        Arrays.fill(copy, 0x10, 0x14, (byte) 0);
        CRC32C crc = begin();
        crc.update(bytes64(number));
        crc.update(copy);
        return end(crc);
    }

    /** The 16 bits of a group descriptor, which stands at {@code at} in {@code table}. */
    int ofDescriptor(long group, byte[] table, int at) {
        byte[] descriptor = Arrays.copyOfRange(table, at, at + descriptorSize);
        if (on) {
            put16(descriptor, 0x1E, 0);
            CRC32C crc = begin();
            crc.update(bytes32(group));
            crc.update(descriptor);
            return end(crc) & 0xffff;
        }
        int crc = crc16(0xffff, uuid, 0, uuid.length);
        crc = crc16(crc, bytes32(group), 0, 4);
        crc = crc16(crc, descriptor, 0, 0x1E);
        return descriptorSize > 0x20 ? crc16(crc, descriptor, 0x20, descriptorSize) : crc;
    }

    /** Whether a descriptor's checksum matches. */
    boolean matchesDescriptor(long group, byte[] table, int at) {
        return u16(table, at + 0x1E) == ofDescriptor(group, table, at);
    }

    private static int crc16(int start, byte[] bytes, int from, int to) {
        int crc = start;
        for (int i = from; i < to; i++) {
            crc ^= bytes[i] & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0xA001 : crc >>> 1;
            }
        }
        return crc;
    }
}
