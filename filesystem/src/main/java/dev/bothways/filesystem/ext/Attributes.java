package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.put16;
import static dev.bothways.filesystem.ext.LittleEndian.put32;
import static dev.bothways.filesystem.ext.LittleEndian.s32;
import static dev.bothways.filesystem.ext.LittleEndian.u16;
import static dev.bothways.filesystem.ext.LittleEndian.u32;
import static dev.bothways.filesystem.ext.LittleEndian.u8;

import dev.bothways.filesystem.VolumeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Extended attributes: behind the inode's fields, in a block of their own, and large values in inodes of their own. An
 * entry is the length of its name (1 byte), a number for its prefix (1), its value's place (2), inode (4), size (4), hash
 * (4) and the name, filled to four bytes.
 */
final class Attributes {
    static final int BLOCK_HEAD = 32;
    private static final int MAGIC = 0xEA020000;
    private static final int ENTRY = 16;
    private static final int MAX_VALUE = 1 << 20;
    private static final int SYSTEM = 7;
    private static final String[] PREFIXES = {
        "",
        "user.",
        "system.posix_acl_access",
        "system.posix_acl_default",
        "trusted.",
        "",
        "security.",
        "system.",
        "system.richacl",
        "encryption.",
        "gnu."
    };

    private final Volume volume;

    Attributes(Volume volume) {
        this.volume = volume;
    }

    /** One attribute as it lies there: its value inside {@code area}, or in the inode {@code valueInode}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(int prefix, byte[] name, byte[] area, int valueAt, int size, long valueInode, long hash) {
        boolean isInlineData() {
            return prefix == SYSTEM && Arrays.equals(name, new byte[] {'d', 'a', 't', 'a'});
        }

        String fullName() throws VolumeException {
            if (prefix >= PREFIXES.length || prefix == 5) {
                throw Faults.malformed("an extended attribute has the unknown prefix number " + prefix);
            }
            return PREFIXES[prefix] + Names.decode(name);
        }
    }

    /** All attributes by their full names, access lists as {@code getxattr} gives them; not the content of the file. */
    Map<String, byte[]> all(Inode inode) throws IOException {
        Map<String, byte[]> all = new TreeMap<>();
        for (Entry entry : inInode(inode)) {
            if (!entry.isInlineData()) {
                all.put(entry.fullName(), value(entry));
            }
        }
        if (inode.attributeBlock() != 0) {
            for (Entry entry : inBlock(block(inode))) {
                all.put(entry.fullName(), value(entry));
            }
        }
        return all;
    }

    /** The part of a file's content that lies among its attributes. */
    byte[] inlineData(Inode inode) throws IOException {
        for (Entry entry : inInode(inode)) {
            if (entry.isInlineData()) {
                return value(entry);
            }
        }
        return new byte[0];
    }

    /** The inodes that hold values of attributes behind the inode's fields. */
    List<Long> valueInodes(Inode inode) throws IOException {
        return valueInodes(inInode(inode));
    }

    /** The inodes that hold values of a block's attributes. */
    List<Long> valueInodes(byte[] block) throws IOException {
        return valueInodes(inBlock(block));
    }

    private static List<Long> valueInodes(List<Entry> entries) {
        return entries.stream()
                .map(Entry::valueInode)
                .filter(number -> number != 0)
                .toList();
    }

    /** How many files share a block of attributes. */
    static long users(byte[] block) {
        return u32(block, 4);
    }

    static void users(byte[] block, long count) {
        put32(block, 4, count);
    }

    /** Brings the checksum of a block of attributes up to date. */
    void seal(long place, byte[] block) {
        if (volume.checksums().on()) {
            put32(block, 16, volume.checksums().ofAttributeBlock(place, block));
        }
    }

    /** Takes the content of the file out of the attributes behind the inode's fields; the others stay. */
    void removeInlineData(Inode inode) throws IOException {
        List<Entry> entries = inInode(inode);
        byte[] raw = inode.raw();
        int start = 128 + inode.extraSize();
        byte[] area = new byte[raw.length - start];
        int at = 4;
        int valueEnd = area.length;
        for (Entry entry : entries) {
            if (entry.isInlineData()) {
                continue;
            }
            area[at] = (byte) entry.name().length;
            area[at + 1] = (byte) entry.prefix();
            put32(area, at + 4, entry.valueInode());
            put32(area, at + 8, entry.size());
            put32(area, at + 12, entry.hash());
            System.arraycopy(entry.name(), 0, area, at + ENTRY, entry.name().length);
            if (entry.valueInode() == 0 && entry.size() > 0) {
                valueEnd -= padded(entry.size());
                put16(area, at + 2, valueEnd - 4);
                System.arraycopy(entry.area(), entry.valueAt(), area, valueEnd, entry.size());
            }
            at += padded(ENTRY + entry.name().length);
        }
        if (at > 4) {
            put32(area, 0, MAGIC);
        }
        System.arraycopy(area, 0, raw, start, area.length);
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }

    private List<Entry> inInode(Inode inode) throws VolumeException {
        byte[] raw = inode.raw();
        int start = 128 + inode.extraSize();
        if (raw.length == 128 || start + 8 > raw.length || s32(raw, start) != MAGIC) {
            return List.of();
        }
        byte[] area = Arrays.copyOfRange(raw, start + 4, raw.length);
        return entries(area, 0, "inode " + inode.number());
    }

    private List<Entry> inBlock(byte[] block) throws VolumeException {
        return entries(block, BLOCK_HEAD, "an attribute block");
    }

    /** The block of attributes of an inode, verified. */
    byte[] block(Inode inode) throws IOException {
        long place = inode.attributeBlock();
        byte[] block = volume.store().read(place);
        if (s32(block, 0) != MAGIC || u32(block, 8) != 1) {
            throw Faults.malformed("block " + place + " of inode " + inode.number() + " holds no attributes");
        }
        if (volume.checksums().on() && s32(block, 16) != volume.checksums().ofAttributeBlock(place, block)) {
            throw Faults.malformed("the attribute block of inode " + inode.number() + " has a wrong checksum");
        }
        return block;
    }

    private static List<Entry> entries(byte[] area, int from, String where) throws VolumeException {
        List<Entry> entries = new ArrayList<>();
        int at = from;
        while (at + 4 <= area.length && s32(area, at) != 0) {
            int nameLength = u8(area, at);
            if (at + ENTRY + nameLength > area.length) {
                throw Faults.malformed("an extended attribute of " + where + " reaches beyond its end");
            }
            long size = u32(area, at + 8);
            int valueAt = u16(area, at + 2);
            long valueInode = u32(area, at + 4);
            if (size > MAX_VALUE || (valueInode == 0 && valueAt + size > area.length)) {
                throw Faults.malformed("the value of an extended attribute of " + where + " reaches beyond its end");
            }
            byte[] name = Arrays.copyOfRange(area, at + ENTRY, at + ENTRY + nameLength);
            entries.add(new Entry(u8(area, at + 1), name, area, valueAt, (int) size, valueInode, u32(area, at + 12)));
            at += padded(ENTRY + nameLength);
        }
        return entries;
    }

    private byte[] value(Entry entry) throws IOException {
        byte[] value = new byte[entry.size()];
        if (entry.valueInode() == 0) {
            System.arraycopy(entry.area(), entry.valueAt(), value, 0, value.length);
        } else {
            Inode inode = volume.inodes().readAny(entry.valueInode());
            if (!inode.has(Inode.FLAG_EA_INODE) || inode.size() != entry.size()) {
                throw Faults.malformed("inode " + inode.number() + " does not hold the attribute it should");
            }
            ByteBuffer content = ByteBuffer.wrap(value);
            while (content.hasRemaining()) {
                volume.readContent(inode, content.position(), content);
            }
        }
        return entry.prefix() == 2 || entry.prefix() == 3 ? accessList(value) : value;
    }

    /** Turns an access list of the disk (ids only where there are any) into the form of the system call. */
    private static byte[] accessList(byte[] disk) throws VolumeException {
        byte[] list = new byte[4 + disk.length * 2];
        put32(list, 0, 2);
        int at = 4;
        int to = 4;
        if (disk.length < 4 || s32(disk, 0) != 1) {
            throw Faults.malformed("an access list has an unknown version");
        }
        while (at < disk.length) {
            int tag = at + 4 <= disk.length ? u16(disk, at) : 0;
            boolean named = tag == 0x2 || tag == 0x8;
            if (at + (named ? 8 : 4) > disk.length) {
                throw Faults.malformed("an access list ends within an entry");
            }
            put16(list, to, tag);
            put16(list, to + 2, u16(disk, at + 2));
            put32(list, to + 4, named ? u32(disk, at + 4) : 0xffff_ffffL);
            at += named ? 8 : 4;
            to += 8;
        }
        return Arrays.copyOf(list, to);
    }
}
