package dev.bothways.disk.format.vhd;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * The footer, 512 bytes, big-endian (specification 1.0, "Hard Disk Footer Format"). A plain record of its fields:
 * {@link VhdStructure} judges them.
 *
 * @param dataOffset where the dynamic header lies; all ones in a fixed disk
 * @param timestamp seconds since 2000-01-01 UTC
 * @param creator four characters naming the program that made the disk
 * @param originalSize size in bytes when it was made
 * @param currentSize size in bytes now; see {@link #diskSize}
 * @param diskType 2 fixed, 3 dynamic, 4 differencing
 * @param savedState whether a saved machine state goes with the disk
 */
record VhdFooter(
        int features,
        int version,
        long dataOffset,
        int timestamp,
        String creator,
        int creatorVersion,
        String creatorHost,
        long originalSize,
        long currentSize,
        VhdGeometry geometry,
        int diskType,
        UUID uniqueId,
        boolean savedState) {

    static final int BYTES = 512;
    /** A sector of a VHD, always. */
    static final int SECTOR_BYTES = 512;
    /** Virtual PC before 2004 wrote footers one byte shorter; the byte that is missing is reserved. */
    static final int OLD_BYTES = 511;

    static final long COOKIE = 0x636F6E6563746978L; // "conectix"
    static final long NO_DATA_OFFSET = -1;
    static final int VERSION = 0x0001_0000;
    static final int FIXED = 2;
    static final int DYNAMIC = 3;
    static final int DIFFERENCING = 4;
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final int CHECKSUM_AT = 64;
    private static final int RESERVED_FEATURE = 2;
    /** Programs that show the guest the geometry's size, not the size field's. */
    private static final Set<String> GEOMETRY_COUNTS = Set.of("vpc ", "qemu");

    /** Whether these bytes begin like a footer. */
    static boolean hasCookie(ByteBuffer bytes) {
        return bytes.remaining() >= OLD_BYTES && bytes.getLong(bytes.position()) == COOKIE;
    }

    /** Whether the checksum over these bytes (the missing one of an old footer is zero) is the one they hold. */
    static boolean checksumHolds(ByteBuffer bytes) {
        return VhdChecksum.of(bytes, CHECKSUM_AT) == bytes.getInt(bytes.position() + CHECKSUM_AT);
    }

    static VhdFooter parse(ByteBuffer bytes) {
        ByteBuffer in = bytes.slice();
        return new VhdFooter(
                in.getInt(8),
                in.getInt(12),
                in.getLong(16),
                in.getInt(24),
                fourCharacters(in, 28),
                in.getInt(32),
                fourCharacters(in, 36),
                in.getLong(40),
                in.getLong(48),
                new VhdGeometry(
                        Short.toUnsignedInt(in.getShort(56)),
                        Byte.toUnsignedInt(in.get(58)),
                        Byte.toUnsignedInt(in.get(59))),
                in.getInt(60),
                new UUID(in.getLong(68), in.getLong(76)),
                in.get(84) != 0);
    }

    private static String fourCharacters(ByteBuffer in, int at) {
        byte[] bytes = new byte[4];
        in.get(at, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /**
     * The footer of a new disk. It claims Hyper-V as its maker, for programs take the size field at its word only from
     * makers they know; and it says nothing of the time, so that the same disk gives the same bytes.
     */
    static VhdFooter forNewDisk(VhdKind kind, UUID uniqueId, long size) {
        boolean fixed = kind == VhdKind.FIXED;
        return new VhdFooter(
                RESERVED_FEATURE,
                VERSION,
                fixed ? NO_DATA_OFFSET : BYTES,
                0,
                "win ",
                0x000A_0000,
                "Wi2k",
                size,
                size,
                VhdGeometry.of(size / SECTOR_BYTES),
                switch (kind) {
                    case FIXED -> FIXED;
                    case DYNAMIC -> DYNAMIC;
                    case DIFFERENCING -> DIFFERENCING;
                },
                uniqueId,
                false);
    }

    /**
     * The size that a guest sees, in bytes. Virtual PC and old qemu mean the geometry (they round a size to it); everybody
     * else, and whoever reached the end of the geometry, means the size field.
     */
    long diskSize() {
        return GEOMETRY_COUNTS.contains(creator) && !geometry.isLargest()
                ? geometry.sectors() * SECTOR_BYTES
                : currentSize;
    }

    /** When the disk was made. */
    Instant created() {
        return EPOCH.plusSeconds(Integer.toUnsignedLong(timestamp));
    }

    /** The bytes, with their checksum. */
    ByteBuffer bytes() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putLong(COOKIE).putInt(features).putInt(version).putLong(dataOffset).putInt(timestamp);
        out.put(creator.getBytes(StandardCharsets.ISO_8859_1)).putInt(creatorVersion);
        out.put(creatorHost.getBytes(StandardCharsets.ISO_8859_1));
        out.putLong(originalSize).putLong(currentSize);
        out.putShort((short) geometry.cylinders());
        out.put((byte) geometry.heads()).put((byte) geometry.sectorsPerTrack());
        out.putInt(diskType).putInt(0);
        out.putLong(uniqueId.getMostSignificantBits()).putLong(uniqueId.getLeastSignificantBits());
        out.put((byte) (savedState ? 1 : 0));
        out.clear();
        return out.putInt(CHECKSUM_AT, VhdChecksum.of(out, CHECKSUM_AT));
    }
}
