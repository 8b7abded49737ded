package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.format.mapped.Guid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * A header (MS-VHDX 2.2.2), 4096 bytes. There are two; the valid one with the higher sequence number counts.
 *
 * @param fileWriteId changes whenever the file is opened for writing
 * @param dataWriteId changes whenever what the guest sees may change; a child remembers its parent's
 * @param logId marks the log entries that count; zero where the log is empty
 * @param logLength in bytes (unsigned)
 */
record VhdxHeader(
        long sequence,
        UUID fileWriteId,
        UUID dataWriteId,
        UUID logId,
        int logVersion,
        int version,
        long logLength,
        long logOffset) {

    static final int BYTES = 4096;
    static final long FIRST_AT = 64 << 10;
    static final long SECOND_AT = 128 << 10;
    static final int VERSION = 1;
    private static final int SIGNATURE = 0x64616568; // "head"

    static boolean isValid(ByteBuffer bytes) {
        return VhdxChecksum.holds(bytes, SIGNATURE);
    }

    static VhdxHeader parse(ByteBuffer in) {
        return new VhdxHeader(
                in.getLong(8),
                Guid.at(in, 16),
                Guid.at(in, 32),
                Guid.at(in, 48),
                Short.toUnsignedInt(in.getShort(64)),
                Short.toUnsignedInt(in.getShort(66)),
                Integer.toUnsignedLong(in.getInt(68)),
                in.getLong(72));
    }

    ByteBuffer bytes() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, SIGNATURE).putLong(8, sequence);
        Guid.put(out, 16, fileWriteId);
        Guid.put(out, 32, dataWriteId);
        Guid.put(out, 48, logId);
        out.putShort(64, (short) logVersion).putShort(66, (short) version);
        out.putInt(68, (int) logLength).putLong(72, logOffset);
        return out.putInt(VhdxChecksum.AT, VhdxChecksum.of(out));
    }

    boolean hasLog() {
        return !logId.equals(Guid.NONE);
    }
}
