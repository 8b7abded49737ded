package dev.bothways.filesystem.partition;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A used entry of a GPT (UEFI 2.10, section 5.3.3).
 *
 * @param number its place in the array, from 1 on
 * @param type what it holds
 * @param uuid its own identity
 * @param first its first sector
 * @param last its last sector, inclusive
 * @param attributes bits: 0 needed by the platform, 1 ignored by EFI, 2 a BIOS boots from it, 48 to 63 as the type says
 * @param name its label, at most 36 UTF-16 units
 */
public record GptEntry(int number, UUID type, UUID uuid, long first, long last, long attributes, String name) {
    static final int SMALLEST = 128;
    static final int NAME = 56;
    static final int NAME_BYTES = 72;
    static final long BIOS_BOOTS = 1L << 2;

    /** Refuses a label that has no room. */
    public GptEntry {
        if (name.length() * 2 > NAME_BYTES) {
            throw new IllegalArgumentException("a partition's label has at most 36 characters: " + name);
        }
    }

    static GptEntry read(ByteBuffer entry, int number) {
        byte[] name = new byte[NAME_BYTES];
        entry.get(NAME, name);
        int end = 0;
        while (end < NAME_BYTES && (name[end] != 0 || name[end + 1] != 0)) {
            end += 2;
        }
        return new GptEntry(
                number,
                Guid.read(entry, 0),
                Guid.read(entry, 16),
                entry.getLong(32),
                entry.getLong(40),
                entry.getLong(48),
                new String(name, 0, end, StandardCharsets.UTF_16LE));
    }

    void write(ByteBuffer entry) {
        Guid.write(entry, 0, type);
        Guid.write(entry, 16, uuid);
        entry.putLong(32, first);
        entry.putLong(40, last);
        entry.putLong(48, attributes);
        entry.put(NAME, name.getBytes(StandardCharsets.UTF_16LE));
    }

    Span span() {
        // A last sector of 2^63 and more, or before the first, makes a span that lies outside every disk.
        return new Span(number, first, last == Long.MAX_VALUE ? Long.MIN_VALUE : last + 1);
    }
}
