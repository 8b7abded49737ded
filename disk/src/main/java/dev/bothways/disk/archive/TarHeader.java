package dev.bothways.disk.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The block of 512 bytes before each member: POSIX.1-1988 (ustar), GNU tar and what came before them.
 *
 * @param name prefix and name, as they stand
 * @param size in bytes; empty where the field holds no number that a file could have
 * @param type the type flag
 */
record TarHeader(String name, OptionalLong size, char type) {
    static final int BLOCK = 512;

    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;

    /** Reads a block; empty if its checksum shows that it is no header. */
    static Optional<TarHeader> of(byte[] block) {
        OptionalLong told = number(block, CHECKSUM, 8);
        if (told.isEmpty() || (told.getAsLong() != sum(block, 0xff) && told.getAsLong() != sum(block, -1))) {
            return Optional.empty();
        }
        String name = text(block, 0, NAME_LENGTH);
        // GNU tar has other things where ustar has the prefix, and a blank instead of a NUL in its magic.
        String magic = new String(block, MAGIC, 6, StandardCharsets.ISO_8859_1);
        String prefix = magic.equals("ustar\0") ? text(block, PREFIX, PREFIX_LENGTH) : "";
        return Optional.of(new TarHeader(
                prefix.isEmpty() ? name : prefix + "/" + name, number(block, SIZE, 12), (char) (block[TYPE] & 0xff)));
    }

    /** The sum of all bytes, those of the checksum taken for blanks. Old programs added the bytes up as signed numbers. */
    private static long sum(byte[] block, int mask) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : block[i] & mask;
        }
        return sum;
    }

    static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Octal digits among blanks and NULs; or GNU's way for large numbers: the first bit set, then big-endian. */
    private static OptionalLong number(byte[] block, int offset, int length) {
        if ((block[offset] & 0x80) != 0) {
            return binary(block, offset, length);
        }
        int at = offset;
        int end = offset + length;
        while (at < end && block[at] == ' ') {
            at++;
        }
        long value = 0;
        int digits = 0;
        while (at < end && block[at] >= '0' && block[at] <= '7') {
            value = value * 8 + (block[at] - '0');
            at++;
            digits++;
        }
        while (at < end && (block[at] == ' ' || block[at] == 0)) {
            at++;
        }
        boolean empty = digits == 0 && block[offset] != 0;
        return at < end || empty ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static OptionalLong binary(byte[] block, int offset, int length) {
        int wide = Long.BYTES;
        if (block[offset] != (byte) 0x80) {
            return OptionalLong.empty();
        }
        for (int i = offset + 1; i < offset + length - wide; i++) {
            if (block[i] != 0) {
                return OptionalLong.empty();
            }
        }
        long value = wide < length
                ? ByteBuffer.wrap(block, offset + length - wide, wide).getLong()
                : -1;
        return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static String text(byte[] block, int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return text(Arrays.copyOfRange(block, offset, end));
    }

    /** UTF-8, and where it is none, a byte a character: names need only be the same wherever they stand. */
    static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
