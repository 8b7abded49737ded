package dev.bothways.disk.archive.vma;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lzo.LzoDecompressor;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import java.util.zip.ZipException;

/**
 * What lzop packed, unpacked on the way: a header, then blocks, each with its lengths, checksums and LZO1X data. All levels of lzop
 * pack into the same form. The checksums that are there are checked.
 *
 * <pre>
 * 89 LZO 00 0d 0a 1a 0a
 * version, library, version needed  2 bytes each
 * method, level                     1 byte each; the methods 1 to 3 are LZO1X
 * flags                             4 bytes
 * mode, time (8 bytes)              not looked at
 * name                              its length in 1 byte before it
 * checksum                          4 bytes, of what follows the mark
 * each block: length unpacked (0 ends), length packed, checksums as the flags say, data (as it is where both lengths are one)
 * </pre>
 */
final class LzopStream extends InputStream {
    private static final byte[] MARK = {(byte) 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'};
    /** From this version on there are the fields that are read here; those before it are of 1996. */
    private static final int FIRST_VERSION = 0x0940;

    private static final int LAST_METHOD = 3;
    private static final int ADLER_UNPACKED = 0x1;
    private static final int ADLER_PACKED = 0x2;
    private static final int EXTRA = 0x40;
    private static final int CRC_UNPACKED = 0x100;
    private static final int CRC_PACKED = 0x200;
    private static final int MULTIPART = 0x400;
    private static final int FILTERED = 0x800;
    private static final int HEADER_CRC = 0x1000;
    /** lzop makes blocks of 256 KiB, and reads none above 64 MiB; nobody makes others than lzop's. */
    private static final int LARGEST_BLOCK = 16 << 20;

    private final DataInputStream in;
    private final int flags;
    private byte[] packed = new byte[0];
    private byte[] block = new byte[0];
    private int length;
    private int position;
    private boolean ended;

    /** Reads the header. */
    LzopStream(InputStream packed) throws IOException {
        this.in = new DataInputStream(packed);
        this.flags = header();
    }

    /** Whether a file that begins so is packed by lzop. */
    static boolean isPacked(byte[] head) {
        return Arrays.equals(Arrays.copyOf(head, MARK.length), MARK);
    }

    private int header() throws IOException {
        byte[] mark = in.readNBytes(MARK.length);
        // Version, library, needed, method, level, flags, mode, time, length of the name.
        byte[] fixed = new byte[2 + 2 + 2 + 1 + 1 + 4 + 4 + 8 + 1];
        in.readFully(fixed);
        int version = Byte.toUnsignedInt(fixed[0]) << 8 | Byte.toUnsignedInt(fixed[1]);
        if (!isPacked(mark) || version < FIRST_VERSION) {
            throw new ZipException("this is no header of lzop's");
        }
        int method = fixed[6];
        int said = Byte.toUnsignedInt(fixed[8]) << 24
                | Byte.toUnsignedInt(fixed[9]) << 16
                | Byte.toUnsignedInt(fixed[10]) << 8
                | Byte.toUnsignedInt(fixed[11]);
        if (method < 1 || method > LAST_METHOD || (said & (MULTIPART | FILTERED | EXTRA)) != 0) {
            throw new ZipException("it is packed in a way of lzop's that backups never are");
        }
        byte[] name = new byte[Byte.toUnsignedInt(fixed[fixed.length - 1])];
        in.readFully(name);
        Checksum sum = (said & HEADER_CRC) != 0 ? new CRC32() : new Adler32();
        sum.update(fixed);
        sum.update(name);
        if ((int) sum.getValue() != in.readInt()) {
            throw new ZipException("the checksum of the header differs");
        }
        return said;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int wanted) throws IOException {
        if (wanted == 0) {
            return 0;
        }
        while (position == length) {
            if (ended || !next()) {
                ended = true;
                return -1;
            }
        }
        int count = Math.min(wanted, length - position);
        System.arraycopy(block, position, into, offset, count);
        position += count;
        return count;
    }

    /** Unpacks the next block; false at the end. */
    private boolean next() throws IOException {
        position = 0;
        length = in.readInt();
        if (length == 0) {
            return false;
        }
        int packedLength = in.readInt();
        if (length < 0 || length > LARGEST_BLOCK || packedLength <= 0 || packedLength > length) {
            throw new ZipException("a block says that it has " + Integer.toUnsignedString(packedLength) + " bytes for "
                    + Integer.toUnsignedString(length));
        }
        boolean smaller = packedLength < length;
        int adler = has(ADLER_UNPACKED) ? in.readInt() : 0;
        int crc = has(CRC_UNPACKED) ? in.readInt() : 0;
        int packedAdler = smaller && has(ADLER_PACKED) ? in.readInt() : 0;
        int packedCrc = smaller && has(CRC_PACKED) ? in.readInt() : 0;
        block = block.length < length ? new byte[length] : block;
        if (smaller) {
            packed = packed.length < packedLength ? new byte[packedLength] : packed;
            in.readFully(packed, 0, packedLength);
            check(ADLER_PACKED, new Adler32(), packed, packedLength, packedAdler);
            check(CRC_PACKED, new CRC32(), packed, packedLength, packedCrc);
            unpack(packedLength);
        } else {
            in.readFully(block, 0, length);
        }
        check(ADLER_UNPACKED, new Adler32(), block, length, adler);
        check(CRC_UNPACKED, new CRC32(), block, length, crc);
        return true;
    }

    private void unpack(int packedLength) throws ZipException {
        try {
            if (new LzoDecompressor().decompress(packed, 0, packedLength, block, 0, length) != length) {
                throw new ZipException("a block is shorter than it says");
            }
        } catch (MalformedInputException | IndexOutOfBoundsException e) {
            ZipException damaged = new ZipException("a block is damaged: " + e.getMessage());
            damaged.initCause(e);
            throw damaged;
        }
    }

    private void check(int flag, Checksum sum, byte[] bytes, int count, int said) throws ZipException {
        if (has(flag)) {
            sum.update(bytes, 0, count);
            if ((int) sum.getValue() != said) {
                throw new ZipException("the checksum of a block differs");
            }
        }
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
