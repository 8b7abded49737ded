package dev.bothways.disk.format.vdi;

import dev.bothways.disk.format.mapped.Guid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The header, little-endian, as VirtualBox' {@code VDICore.h} has it: 64 bytes of text, the mark, the version, and then 348
 * bytes in version 0, 384 or (with a geometry more) 400 and more in version 1. A plain record of its fields: {@link
 * VdiStructure} judges them. Numbers of 32 bits are unsigned.
 *
 * @param version the higher 16 bits count; 0 and 1 are known
 * @param headerBytes how long the header says it is, from byte 72 on
 * @param kind see {@link VdiKind}
 * @param tableOffset where the map of blocks lies, in bytes
 * @param dataOffset where block 0 of the file lies, in bytes
 * @param sectorBytes of the geometry that counts; 0 where there is none
 * @param size what the guest sees, in bytes
 * @param extraBytes what lies before each block's data, in bytes
 * @param blocks entries of the map
 * @param allocated how many blocks the file has
 * @param id of this image
 * @param dataId changes when the image was written to
 * @param parentId the {@link #id} of the parent
 * @param parentDataId the parent's {@link #dataId} when this image was made; none where it was not recorded
 */
record VdiHeader(
        int version,
        long headerBytes,
        int kind,
        int flags,
        String comment,
        long tableOffset,
        long dataOffset,
        long sectorBytes,
        long size,
        long blockBytes,
        long extraBytes,
        long blocks,
        long allocated,
        UUID id,
        UUID dataId,
        UUID parentId,
        UUID parentDataId) {

    /** The bytes to read for any header, and the longest that is written. */
    static final int BYTES = 512;

    static final int START = 72;
    static final int BYTES_OF_VERSION_0 = 348;
    static final int LEAST_BYTES = 384;
    static final int USUAL_BYTES = 400;
    static final int VERSION = 0x0001_0001;
    static final int SECTOR_BYTES = 512;
    private static final int MARK_AT = 64;
    private static final int MARK = 0xBEDA107F;
    private static final int COMMENT_BYTES = 256;
    private static final String TEXT = "<<< Oracle VM VirtualBox Disk Image >>>\n";

    /** Whether these bytes have the mark. */
    static boolean hasMark(ByteBuffer in) {
        return in.getInt(MARK_AT) == MARK;
    }

    /** The highest part of the version. */
    int majorVersion() {
        return version >>> 16;
    }

    /** Takes apart {@link #BYTES} bytes from the beginning of the file. */
    static VdiHeader parse(ByteBuffer in) {
        int version = in.getInt(MARK_AT + 4);
        return version >>> 16 == 0 ? parseVersion0(in, version) : parseVersion1(in, version);
    }

    private static VdiHeader parseVersion0(ByteBuffer in, int version) {
        long blocks = unsigned(in, 364);
        long tableOffset = START + BYTES_OF_VERSION_0;
        return new VdiHeader(
                version,
                BYTES_OF_VERSION_0,
                in.getInt(72),
                in.getInt(76),
                comment(in, 80),
                tableOffset,
                tableOffset + blocks * Integer.BYTES,
                unsigned(in, 348),
                in.getLong(352),
                unsigned(in, 360),
                0,
                blocks,
                unsigned(in, 368),
                Guid.at(in, 372),
                Guid.at(in, 388),
                Guid.at(in, 404),
                Guid.NONE);
    }

    private static VdiHeader parseVersion1(ByteBuffer in, int version) {
        long headerBytes = unsigned(in, 72);
        return new VdiHeader(
                version,
                headerBytes,
                in.getInt(76),
                in.getInt(80),
                comment(in, 84),
                unsigned(in, 340),
                unsigned(in, 344),
                headerBytes >= USUAL_BYTES ? unsigned(in, 468) : 0,
                in.getLong(368),
                unsigned(in, 376),
                unsigned(in, 380),
                unsigned(in, 384),
                unsigned(in, 388),
                Guid.at(in, 392),
                Guid.at(in, 408),
                Guid.at(in, 424),
                Guid.at(in, 440));
    }

    private static long unsigned(ByteBuffer in, int at) {
        return Integer.toUnsignedLong(in.getInt(at));
    }

    private static String comment(ByteBuffer in, int at) {
        byte[] bytes = new byte[COMMENT_BYTES];
        in.get(at, bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** What stands in a header's place until the image is whole: text, mark and version, and a header of no bytes. */
    static ByteBuffer unfinished() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return out.put(0, TEXT.getBytes(StandardCharsets.US_ASCII))
                .putInt(MARK_AT, MARK)
                .putInt(MARK_AT + 4, VERSION);
    }

    /** The bytes of a header of the version that is written, with a geometry of nothing but the size of sectors. */
    ByteBuffer bytes() {
        ByteBuffer out = unfinished();
        out.putInt(72, USUAL_BYTES).putInt(76, kind).putInt(80, flags);
        out.putInt(340, (int) tableOffset).putInt(344, (int) dataOffset);
        out.putInt(360, SECTOR_BYTES).putLong(368, size);
        out.putInt(376, (int) blockBytes).putInt(380, (int) extraBytes);
        out.putInt(384, (int) blocks).putInt(388, (int) allocated);
        Guid.put(out, 392, id);
        Guid.put(out, 408, dataId);
        Guid.put(out, 424, parentId);
        Guid.put(out, 440, parentDataId);
        return out.putInt(468, SECTOR_BYTES);
    }
}
