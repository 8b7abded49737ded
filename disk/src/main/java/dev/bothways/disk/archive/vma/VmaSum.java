package dev.bothways.disk.archive.vma;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The checksum of a header, which lies in the header. */
final class VmaSum {
    private static final int BYTES = 16;

    private VmaSum() {}

    /**
     * Whether the MD5 of a header, taken with zeros in its own place, is what it says.
     *
     * @param header from its first byte to its last
     * @param at where in it the sum lies
     */
    static boolean matches(ByteBuffer header, int at) {
        byte[] bytes = new byte[header.capacity()];
        header.get(0, bytes);
        byte[] said = Arrays.copyOfRange(bytes, at, at + BYTES);
        Arrays.fill(bytes, at, at + BYTES, (byte) 0);
        return MessageDigest.isEqual(said, md5(bytes));
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
