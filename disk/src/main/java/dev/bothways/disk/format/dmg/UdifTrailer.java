package dev.bothways.disk.format.dmg;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The last 512 bytes of the file.
 *
 * @param dataOffset where the packed data begins in the file, in bytes
 * @param tableOffset where the property list with the table of chunks begins
 * @param tableLength how long it is
 * @param sectors what the guest sees, in sectors of 512 bytes
 */
record UdifTrailer(long dataOffset, long tableOffset, int tableLength, long sectors) {
    private static final int BYTES = 512;
    private static final int VERSION = 4;
    private static final int LARGEST_TABLE = 16 << 20;
    private static final long MOST_SECTORS = Long.MAX_VALUE / BYTES;

    static UdifTrailer read(HostFile file) throws IOException {
        long at = file.size() - BYTES;
        ByteBuffer trailer = ByteBuffer.allocate(BYTES);
        if (at < 0) {
            throw new DiskImageException(Kind.TRUNCATED, file.path(), "the file is shorter than the trailer of a DMG");
        }
        file.read(at, trailer);
        if (!mark(trailer).equals("koly")) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), "the file does not end with the trailer of a DMG");
        }
        requireRead(file, at, trailer);
        long offset = trailer.getLong(216);
        long length = trailer.getLong(224);
        if (length == 0) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "its table lies in a resource fork, as before Mac OS X 10.2, which is not read; convert it with hdiutil");
        }
        if (length < 0 || length > LARGEST_TABLE) {
            throw new DiskImageException(
                    Kind.UNSAFE,
                    file.path(),
                    at + 224,
                    "its table has " + Long.toUnsignedString(length) + " bytes, more than " + LARGEST_TABLE);
        }
        if (offset < 0 || offset > at - length) {
            throw new DiskImageException(Kind.MALFORMED, file.path(), at + 216, "its table does not lie in the file");
        }
        long data = trailer.getLong(24);
        long sectors = trailer.getLong(492);
        if (data < 0 || data > at || sectors < 0 || sectors > MOST_SECTORS) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), at, "the trailer gives numbers that no file can have");
        }
        return new UdifTrailer(data, offset, (int) length, sectors);
    }

    private static String mark(ByteBuffer trailer) {
        byte[] mark = new byte[4];
        trailer.get(0, mark);
        return new String(mark, StandardCharsets.ISO_8859_1);
    }

    private static void requireRead(HostFile file, long at, ByteBuffer trailer) throws DiskImageException {
        if (trailer.getInt(4) != VERSION || trailer.getInt(8) != BYTES) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    at + 4,
                    "the trailer is of version " + Integer.toUnsignedString(trailer.getInt(4)) + ", and only version "
                            + VERSION + " is read");
        }
        if (Integer.toUnsignedLong(trailer.getInt(60)) > 1) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "it is one of " + Integer.toUnsignedString(trailer.getInt(60))
                            + " segments, which are not joined; make one image of them with hdiutil convert");
        }
    }
}
