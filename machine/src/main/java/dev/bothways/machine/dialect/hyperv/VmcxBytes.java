package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/** The bytes of a file, numbers little-endian. Every place is checked against the file's end. */
final class VmcxBytes {
    private static final byte[] NO_CHECKSUM = new byte[Integer.BYTES];

    private final byte[] content;
    private final ByteBuffer numbers;
    private final String file;

    VmcxBytes(byte[] content, String file) {
        this.content = content;
        this.numbers = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        this.file = file;
    }

    int size() {
        return content.length;
    }

    /** Whether a range lies in the file; an offset above the range of {@code long} comes as a negative one. */
    boolean holds(long at, long length) {
        return at >= 0 && length >= 0 && at <= content.length && length <= content.length - at;
    }

    int u8(long at) throws DefinitionException {
        return numbers.get(checked(at, Byte.BYTES)) & 0xff;
    }

    int u16(long at) throws DefinitionException {
        return numbers.getShort(checked(at, Short.BYTES)) & 0xffff;
    }

    long u32(long at) throws DefinitionException {
        return numbers.getInt(checked(at, Integer.BYTES)) & 0xffff_ffffL;
    }

    /** 64 bits, which the caller takes for signed or unsigned. */
    long i64(long at) throws DefinitionException {
        return numbers.getLong(checked(at, Long.BYTES));
    }

    double real(long at) throws DefinitionException {
        return numbers.getDouble(checked(at, Double.BYTES));
    }

    byte[] copy(long at, long length) throws DefinitionException {
        int from = checked(at, length);
        return Arrays.copyOfRange(content, from, from + (int) length);
    }

    boolean allZero(long at, long length) throws DefinitionException {
        int from = checked(at, length);
        for (int i = from; i < from + length; i++) {
            if (content[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the CRC-32 at {@code checksumAt} is that of a range, its own four bytes taken for zeros. */
    boolean hasChecksum(long checksumAt, long at, long length) throws DefinitionException {
        int from = checked(at, length);
        int field = checked(checksumAt, Integer.BYTES);
        CRC32 checksum = new CRC32();
        checksum.update(content, from, field - from);
        checksum.update(NO_CHECKSUM);
        checksum.update(content, field + Integer.BYTES, (int) (from + length - field - Integer.BYTES));
        return checksum.getValue() == u32(checksumAt);
    }

    /** Whether {@code expected} is the CRC-32 of a range. */
    boolean hasChecksum(int at, int length, long expected) throws DefinitionException {
        CRC32 checksum = new CRC32();
        checksum.update(content, checked(at, length), length);
        return checksum.getValue() == expected;
    }

    /** An error at a place. */
    DefinitionException malformed(long at, String message) {
        return DefinitionException.of(file, "at byte " + Long.toUnsignedString(at) + " " + message);
    }

    /** An error of the file as a whole. */
    DefinitionException malformed(String message) {
        return DefinitionException.of(file, message);
    }

    private int checked(long at, long length) throws DefinitionException {
        if (!holds(at, length)) {
            throw malformed(
                    at, "lie " + Long.toUnsignedString(length) + " bytes beyond the end of the file; copy it again");
        }
        return (int) at;
    }
}
