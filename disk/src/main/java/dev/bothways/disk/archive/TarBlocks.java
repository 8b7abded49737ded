package dev.bothways.disk.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The blocks that a tar archive is written of: headers after POSIX.1-1988 (ustar), sizes of 8 GiB and more as GNU tar has them. Owners and
 * times are left out, so that the same files give the same archive.
 */
public final class TarBlocks {
    /** All parts of an archive begin at multiples of this many bytes. */
    public static final int BLOCK = TarHeader.BLOCK;

    /** What ends an archive: two blocks of zeros. */
    public static final int END = 2 * BLOCK;

    private static final int LONGEST_NAME = 100;
    private static final long OCTAL_LIMIT = 1L << 33;

    private TarBlocks() {}

    /**
     * The header of a regular file.
     *
     * @param name at most 100 bytes of UTF-8
     */
    public static ByteBuffer header(String name, long size) {
        byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        if (encoded.length > LONGEST_NAME
                || encoded.length == 0
                || MemberName.wrong(name).isPresent()) {
            throw new IllegalArgumentException("a member of an archive cannot be called '" + name + "'");
        }
        byte[] block = new byte[BLOCK];
        ByteBuffer header = ByteBuffer.wrap(block)
                .put(0, encoded)
                .put(100, ascii("0000644\0"))
                .put(108, ascii("0000000\0"))
                .put(116, ascii("0000000\0"))
                .put(136, ascii("00000000000\0"))
                .put(156, (byte) '0')
                .put(257, ascii("ustar\00000"));
        if (size < OCTAL_LIMIT) {
            header.put(124, ascii("%011o\0".formatted(size)));
        } else {
            header.put(124, (byte) 0x80).putLong(128, size);
        }
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        header.put(148, ascii("%06o\0 ".formatted(sum)));
        return header;
    }

    /** How much a member's content takes: whole blocks. */
    public static long padded(long size) {
        return Math.ceilDiv(size, BLOCK) * BLOCK;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
