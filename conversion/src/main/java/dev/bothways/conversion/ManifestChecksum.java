package dev.bothways.conversion;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The checksum that a manifest has of itself: its last member, {@code "checksum" : "sha256:..."}, over all bytes of the file but
 * those of the sum. Whichever byte of the file changes, the sum or its place no longer fits.
 */
final class ManifestChecksum {
    private static final String END = "\n}\n";
    private static final String BEFORE = ",\n  \"checksum\" : \"sha256:";
    private static final String BEHIND = "\"\n}\n";
    private static final int DIGITS = 64;

    private ManifestChecksum() {}

    /** The text of a JSON object over several lines, with a checksum as its last member. */
    static String added(String text) {
        String lines = text.replace("\r\n", "\n"); // On every system the same bytes.
        if (!lines.endsWith(END)) {
            throw new IllegalArgumentException("the text is no object over several lines");
        }
        String start = lines.substring(0, lines.length() - END.length()) + BEFORE;
        return start + sum(start.getBytes(StandardCharsets.UTF_8), BEHIND.getBytes(StandardCharsets.UTF_8)) + BEHIND;
    }

    /** Whether the checksum fits; empty where there is none in its place. */
    static Optional<Boolean> fits(byte[] file) {
        byte[] behind = BEHIND.getBytes(StandardCharsets.UTF_8);
        byte[] before = BEFORE.getBytes(StandardCharsets.UTF_8);
        int end = file.length - behind.length;
        int digits = end - DIGITS;
        int start = digits - before.length;
        if (start < 0
                || !Arrays.equals(file, start, digits, before, 0, before.length)
                || !Arrays.equals(file, end, file.length, behind, 0, behind.length)) {
            return Optional.empty();
        }
        String told = new String(file, digits, DIGITS, StandardCharsets.ISO_8859_1);
        return Optional.of(told.equals(sum(Arrays.copyOf(file, digits), behind)));
    }

    private static String sum(byte[] start, byte[] end) {
        byte[] whole = Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, whole, start.length, end.length);
        return FileDigest.of(whole);
    }
}
