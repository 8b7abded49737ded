package dev.bothways.disk.format.vhd;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The header of a dynamic or differencing disk, 1024 bytes, big-endian (specification 1.0, "Dynamic Disk Header Format").
 *
 * @param tableOffset where the block allocation table lies
 * @param tableEntries how many blocks the disk has (unsigned)
 * @param blockBytes bytes of data in a block (unsigned)
 * @param parentId the parent's unique id
 * @param parentName the parent's file name, as the program that made the disk saw it
 * @param locators where else the parent may be found
 */
record VhdDynamicHeader(
        long tableOffset,
        int version,
        long tableEntries,
        long blockBytes,
        UUID parentId,
        int parentTimestamp,
        String parentName,
        List<Locator> locators) {

    static final int BYTES = 1024;
    private static final long COOKIE = 0x6378737061727365L; // "cxsparse"
    private static final int VERSION = 0x0001_0000;
    private static final int CHECKSUM_AT = 36;
    private static final int NAME_AT = 64;
    private static final int NAME_BYTES = 512;
    private static final int LOCATORS = 8;
    private static final int LOCATOR_BYTES = 24;

    /**
     * Where a name of the parent is kept.
     *
     * @param platform four characters: W2ku an absolute, W2ru a relative path of Windows (UTF-16LE), MacX a URL (UTF-8)
     * @param space that is kept for the name, in bytes as Windows counts it (unsigned); not read
     * @param length of the name in bytes (unsigned)
     * @param offset of the name in the file
     */
    record Locator(String platform, long space, long length, long offset) {}

    static VhdDynamicHeader forNewDisk(long tableOffset, long blocks, long blockBytes) {
        return new VhdDynamicHeader(tableOffset, VERSION, blocks, blockBytes, new UUID(0, 0), 0, "", List.of());
    }

    /** This header, for a disk of the differences to another. Of the parent's time it says nothing, as Windows' own. */
    VhdDynamicHeader over(UUID parent, String name, List<Locator> names) {
        return new VhdDynamicHeader(tableOffset, version, tableEntries, blockBytes, parent, 0, name, names);
    }

    static boolean hasCookie(ByteBuffer bytes) {
        return bytes.getLong(bytes.position()) == COOKIE;
    }

    static boolean checksumHolds(ByteBuffer bytes) {
        return VhdChecksum.of(bytes, CHECKSUM_AT) == bytes.getInt(bytes.position() + CHECKSUM_AT);
    }

    static VhdDynamicHeader parse(ByteBuffer bytes) {
        ByteBuffer in = bytes.slice();
        byte[] name = new byte[NAME_BYTES];
        in.get(NAME_AT, name);
        List<Locator> locators = new ArrayList<>();
        for (int i = 0; i < LOCATORS; i++) {
            int at = NAME_AT + NAME_BYTES + i * LOCATOR_BYTES;
            if (in.getInt(at) != 0) {
                byte[] platform = new byte[4];
                in.get(at, platform);
                locators.add(new Locator(
                        new String(platform, StandardCharsets.ISO_8859_1),
                        Integer.toUnsignedLong(in.getInt(at + 4)),
                        Integer.toUnsignedLong(in.getInt(at + 8)),
                        in.getLong(at + 16)));
            }
        }
        return new VhdDynamicHeader(
                in.getLong(16),
                in.getInt(24),
                Integer.toUnsignedLong(in.getInt(28)),
                Integer.toUnsignedLong(in.getInt(32)),
                new UUID(in.getLong(40), in.getLong(48)),
                in.getInt(56),
                untilNul(new String(name, StandardCharsets.UTF_16BE)),
                List.copyOf(locators));
    }

    static String untilNul(String text) {
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    boolean versionIsKnown() {
        return version == VERSION;
    }

    /** The bytes, with their checksum. */
    ByteBuffer bytes() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putLong(COOKIE).putLong(-1).putLong(tableOffset).putInt(version);
        out.putInt((int) tableEntries).putInt((int) blockBytes);
        out.clear();
        out.putLong(40, parentId.getMostSignificantBits()).putLong(48, parentId.getLeastSignificantBits());
        out.putInt(56, parentTimestamp);
        byte[] name = parentName.getBytes(StandardCharsets.UTF_16BE);
        out.put(NAME_AT, name, 0, Math.min(name.length, NAME_BYTES - 2));
        for (int i = 0; i < locators.size(); i++) {
            Locator locator = locators.get(i);
            int at = NAME_AT + NAME_BYTES + i * LOCATOR_BYTES;
            out.put(at, locator.platform.getBytes(StandardCharsets.ISO_8859_1));
            out.putInt(at + 4, (int) locator.space).putInt(at + 8, (int) locator.length);
            out.putLong(at + 16, locator.offset);
        }
        return out.putInt(CHECKSUM_AT, VhdChecksum.of(out, CHECKSUM_AT));
    }
}
