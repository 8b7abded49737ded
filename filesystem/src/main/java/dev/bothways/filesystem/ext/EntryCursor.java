package dev.bothways.filesystem.ext;

import static dev.bothways.filesystem.ext.LittleEndian.u16;
import static dev.bothways.filesystem.ext.LittleEndian.u32;
import static dev.bothways.filesystem.ext.LittleEndian.u8;

import dev.bothways.filesystem.VolumeException;
import java.util.Arrays;

/**
 * Walks over the entries in a part of a directory: inode (4 bytes), length of the entry (2), length of the name (1), kind
 * (1), name. An entry of inode 0 is free room.
 */
final class EntryCursor {
    static final int HEAD = 8;

    private final byte[] bytes;
    private final int end;
    private final long directory;
    private int at;
    private int length;

    /** Over {@code bytes[from, to)} of the directory with inode {@code directory}. */
    EntryCursor(byte[] bytes, int from, int to, long directory) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
        this.directory = directory;
    }

    /** Goes to the next entry, the first at first; false at the end. */
    boolean next() throws VolumeException {
        at += length;
        if (at >= end) {
            return false;
        }
        length = end - at >= HEAD ? lengthAt(bytes, at) : 0;
        boolean whole = length >= HEAD && length % 4 == 0 && length <= end - at;
        if (!whole || HEAD + u8(bytes, at + 6) > length) {
            throw Faults.malformed("the directory of inode " + directory + " has an entry of impossible length");
        }
        return true;
    }

    /** An entry's length; blocks of 64 KiB do not fit into 16 bits. */
    static int lengthAt(byte[] bytes, int at) {
        int value = u16(bytes, at + 4);
        return value == 0xffff || (value == 0 && bytes.length == 65536) ? 65536 : value;
    }

    int at() {
        return at;
    }

    int length() {
        return length;
    }

    /** How much of its length the entry needs. */
    int usedLength() {
        return (HEAD + u8(bytes, at + 6) + 3) & ~3;
    }

    long inode() {
        return u32(bytes, at);
    }

    int kind() {
        return u8(bytes, at + 7);
    }

    byte[] name() throws VolumeException {
        byte[] name = Arrays.copyOfRange(bytes, at + HEAD, at + HEAD + u8(bytes, at + 6));
        for (byte b : name) {
            if (b == '/' || b == 0) {
                throw Faults.malformed("the directory of inode " + directory + " holds an impossible name");
            }
        }
        if (name.length == 0) {
            throw Faults.malformed("the directory of inode " + directory + " holds an empty name");
        }
        return name;
    }

    boolean isNamed(byte[] name) {
        return Arrays.equals(bytes, at + HEAD, at + HEAD + u8(bytes, at + 6), name, 0, name.length);
    }

    /** Whether it is {@code .} or {@code ..}. */
    boolean isDots() {
        int count = u8(bytes, at + 6);
        return count > 0 && bytes[at + HEAD] == '.' && (count == 1 || (count == 2 && bytes[at + HEAD + 1] == '.'));
    }
}
