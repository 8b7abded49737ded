package dev.bothways.guest.fixup;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The bytes of a file that a plan holds. */
public final class FileContent {
    private final byte[] bytes;

    private FileContent(byte[] bytes) {
        this.bytes = bytes;
    }

    /** These bytes. */
    public static FileContent of(byte[] bytes) {
        return new FileContent(bytes.clone());
    }

    /** A text, one byte a character: fix-ups keep bytes that are no UTF-8 as they are by reading files as Latin-1. */
    static FileContent of(String text) {
        return new FileContent(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes, without a copy. */
    InputStream stream() {
        return new ByteArrayInputStream(bytes);
    }

    /** How many bytes. */
    public int size() {
        return bytes.length;
    }

    /** The bytes as Latin-1. */
    String text() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The SHA-256 of the bytes in small hexadecimal digits. */
    public String sha256() {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileContent content && Arrays.equals(bytes, content.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
