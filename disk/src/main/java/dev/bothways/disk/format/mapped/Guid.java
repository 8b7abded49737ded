package dev.bothways.disk.format.mapped;

import java.nio.ByteBuffer;
import java.util.UUID;

/** GUIDs as Windows keeps them: the first three fields little-endian, the rest as it is written. */
public final class Guid {
    /** How many bytes one takes. */
    public static final int BYTES = 16;

    /** The one that stands for none. */
    public static final UUID NONE = new UUID(0, 0);

    private Guid() {}

    /** The GUID at index {@code at} of a little-endian buffer. */
    public static UUID at(ByteBuffer bytes, int at) {
        long high = Integer.toUnsignedLong(bytes.getInt(at)) << 32
                | Short.toUnsignedLong(bytes.getShort(at + 4)) << 16
                | Short.toUnsignedLong(bytes.getShort(at + 6));
        return new UUID(high, Long.reverseBytes(bytes.getLong(at + 8)));
    }

    /** Puts a GUID at index {@code at} of a little-endian buffer. */
    public static void put(ByteBuffer bytes, int at, UUID guid) {
        long high = guid.getMostSignificantBits();
        bytes.putInt(at, (int) (high >>> 32));
        bytes.putShort(at + 4, (short) (high >>> 16));
        bytes.putShort(at + 6, (short) high);
        bytes.putLong(at + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
    }
}
