package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.format.mapped.Guid;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The header of a log entry (MS-VHDX 2.3.1.1), 64 bytes: descriptors follow it, padded to 4 KiB, then a sector of 4 KiB for
 * each descriptor of data.
 *
 * @param length of the whole entry, in bytes (unsigned)
 * @param tail where in the log the oldest entry that is needed begins
 * @param flushedLength how long the file was, for certain
 * @param lastLength how long it is at least after replay
 */
record VhdxLogEntry(
        long length, long tail, long sequence, long descriptors, UUID logId, long flushedLength, long lastLength) {
    static final int SECTOR_BYTES = 4096;
    static final int HEADER_BYTES = 64;
    static final int DESCRIPTOR_BYTES = 32;
    private static final int SIGNATURE = 0x65676F6C; // "loge"

    static boolean hasSignature(ByteBuffer in) {
        return in.getInt(0) == SIGNATURE;
    }

    static VhdxLogEntry parse(ByteBuffer in) {
        return new VhdxLogEntry(
                Integer.toUnsignedLong(in.getInt(8)),
                Integer.toUnsignedLong(in.getInt(12)),
                in.getLong(16),
                Integer.toUnsignedLong(in.getInt(24)),
                Guid.at(in, 32),
                in.getLong(48),
                in.getLong(56));
    }

    /** How many bytes the header and the descriptors take, padded. */
    long descriptorBytes() {
        return Math.ceilDiv(HEADER_BYTES + descriptors * DESCRIPTOR_BYTES, (long) SECTOR_BYTES) * SECTOR_BYTES;
    }

    /** Whether the fields agree with each other and with a log of this length and id. */
    boolean fits(long logLength, UUID wanted) {
        return logId.equals(wanted)
                && sequence != 0
                && length % SECTOR_BYTES == 0
                && length >= descriptorBytes()
                && length <= logLength
                && tail % SECTOR_BYTES == 0
                && tail < logLength;
    }
}
