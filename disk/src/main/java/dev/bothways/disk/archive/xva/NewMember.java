package dev.bothways.disk.archive.xva;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The header of a member of a tar archive, POSIX.1-1988 ({@code ustar}): a block, and the padding behind the content. */
final class NewMember {
    static final int BLOCK = 512;

    private static final int NAME_BYTES = 100;
    private static final int MODE_AT = 100;
    private static final int OWNER_AT = 108;
    private static final int GROUP_AT = 116;
    private static final int SIZE_AT = 124;
    private static final int TIME_AT = 136;
    private static final int SUM_AT = 148;
    private static final int SUM_BYTES = 8;
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;

    private NewMember() {}

    /** Puts a header; the member is nobody's and of no time, so that the same content gives the same archive. */
    static void header(ByteBuffer into, String name, long size) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length > NAME_BYTES) {
            throw new IllegalArgumentException("a member's name of " + text.length + " bytes");
        }
        byte[] block = new byte[BLOCK];
        System.arraycopy(text, 0, block, 0, text.length);
        put(block, MODE_AT, "0000644");
        put(block, OWNER_AT, "0000000");
        put(block, GROUP_AT, "0000000");
        put(block, SIZE_AT, "%011o".formatted(size));
        put(block, TIME_AT, "00000000000");
        put(block, SUM_AT, " ".repeat(SUM_BYTES));
        block[TYPE_AT] = '0';
        put(block, MAGIC_AT, "ustar\00000");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, SUM_AT, "%06o\0 ".formatted(sum));
        into.put(block);
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    /** How many bytes a content of this length takes, with its padding. */
    static long padded(long length) {
        return Math.ceilDiv(length, BLOCK) * BLOCK;
    }

    /** Puts zeros up to the next block; {@code length} bytes of content went before. */
    static void pad(ByteBuffer into, long length) {
        for (long i = length; i < padded(length); i++) {
            into.put((byte) 0);
        }
    }
}
