package dev.bothways.conversion;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of files and bytes, as 64 small hexadecimal digits. */
final class FileDigest {
    private static final int STEP = 1 << 18;

    private FileDigest() {}

    static String of(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] step = new byte[STEP];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(step); count >= 0; count = in.read(step)) {
                digest.update(step, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
