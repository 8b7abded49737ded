package dev.bothways.disk.format.vhd;

import java.nio.ByteBuffer;

/** The one's complement of the sum of all bytes but the checksum's own four. */
final class VhdChecksum {
    private VhdChecksum() {}

    /** The checksum of the bytes between position and limit; the four at {@code hole} count as zero. */
    static int of(ByteBuffer bytes, int hole) {
        int sum = 0;
        for (int i = 0; i < bytes.remaining(); i++) {
            if (i < hole || i >= hole + Integer.BYTES) {
                sum += Byte.toUnsignedInt(bytes.get(bytes.position() + i));
            }
        }
        return ~sum;
    }
}
