package dev.bothways.disk.format.vhdx;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C over a structure, the four bytes at 4 that hold it taken as zeros. */
final class VhdxChecksum {
    static final int AT = 4;

    private VhdxChecksum() {}

    /** The checksum of the whole buffer. */
    static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        update(crc, bytes.duplicate().clear());
        return (int) crc.getValue();
    }

    /** Adds the beginning of a structure, or all of it, to a checksum. */
    static void update(CRC32C crc, ByteBuffer start) {
        crc.update(start.slice(start.position(), AT));
        crc.update(new byte[Integer.BYTES]);
        int rest = AT + Integer.BYTES;
        crc.update(start.slice(start.position() + rest, start.remaining() - rest));
    }

    /** Whether the structure in the whole buffer begins with this signature, and its checksum holds. */
    static boolean holds(ByteBuffer bytes, int signature) {
        return bytes.getInt(0) == signature && bytes.getInt(AT) == of(bytes);
    }
}
