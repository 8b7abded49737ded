package dev.bothways.machine.dialect.proxmox;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Texts as Proxmox stores them: UTF-8, its bytes written {@code %XX} where they must not stand. */
final class ProxmoxText {
    private static final String HEX = "0123456789ABCDEF";

    private ProxmoxText() {}

    /**
     * A line of a description. Proxmox writes {@code %} as it is but decodes what looks like an escape, so here it is one too.
     */
    static String encodedLine(String line) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : line.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= ' ' && b < 0x7f && b != ':' && b != '%';
            append(encoded, b, plain);
        }
        return encoded.toString();
    }

    /** A property that is {@code urlencoded}: only letters, digits and four signs stand as they are. */
    static String encodedProperty(String value) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
            append(encoded, b, letter || b == '-' || b == '_' || b == '.' || b == '~');
        }
        return encoded.toString();
    }

    private static void append(StringBuilder encoded, byte b, boolean plain) {
        if (plain) {
            encoded.append((char) b);
        } else {
            encoded.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
        }
    }

    /** The text of either; bytes that are no UTF-8 become replacement characters, as for Proxmox. */
    static String decoded(String encoded) {
        byte[] from = encoded.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[from.length];
        int length = 0;
        for (int i = 0; i < from.length; i++) {
            int high = i + 2 < from.length ? Character.digit(from[i + 1], 16) : -1;
            int low = i + 2 < from.length ? Character.digit(from[i + 2], 16) : -1;
            if (from[i] == '%' && high >= 0 && low >= 0) {
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = from[i];
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** The text of a file, unless it is no UTF-8. */
    static Optional<String> ofFile(byte[] content) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Whether a value can stand in a line: no control characters, no blanks around it, and something. */
    static boolean expressible(String value) {
        return !value.isEmpty()
                && value.equals(value.strip())
                && value.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029)
                && wellFormed(value);
    }

    /** A half of a surrogate pair has no UTF-8. */
    private static boolean wellFormed(String value) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(value);
    }
}
