package dev.bothways.filesystem.partition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** GUIDs as UEFI stores them: the first three fields little-endian, the other eight bytes as they are printed. */
final class Guid {
    static final UUID NONE = new UUID(0, 0);

    private Guid() {}

    static UUID read(ByteBuffer from, int at) {
        ByteBuffer bytes = from.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long high = Integer.toUnsignedLong(bytes.getInt(at)) << 32
                | (bytes.getShort(at + 4) & 0xffffL) << 16
                | (bytes.getShort(at + 6) & 0xffffL);
        return new UUID(high, Long.reverseBytes(bytes.getLong(at + 8)));
    }

    static void write(ByteBuffer into, int at, UUID guid) {
        long high = guid.getMostSignificantBits();
        into.putInt(at, (int) (high >>> 32));
        into.putShort(at + 4, (short) (high >>> 16));
        into.putShort(at + 6, (short) high);
        into.putLong(at + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
    }
}
