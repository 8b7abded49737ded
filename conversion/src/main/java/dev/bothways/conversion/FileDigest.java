package dev.bothways.conversion;

import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
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
        ByteBuffer step = ByteBuffer.allocate(STEP);
        try (HostFile opened = HostFile.open(file)) {
            long size = opened.size();
            for (long at = 0; at < size; at += step.limit()) {
                opened.read(at, step.clear().limit((int) Math.min(STEP, size - at)));
                digest.update(step.flip());
            }
            opened.requireUnchanged();
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
