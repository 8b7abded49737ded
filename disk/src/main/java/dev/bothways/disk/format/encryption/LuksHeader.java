package dev.bothways.disk.format.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The header of LUKS version 1 (LUKS On-Disk Format Specification 1.2.3).
 *
 * @param cipher {@code aes} and others
 * @param mode {@code xts-plain64} and others
 * @param hash {@code sha256} and others
 * @param digest of the master key, by PBKDF2 with {@code digestSalt} and {@code digestIterations}
 * @param slots the ones in use
 */
record LuksHeader(
        String cipher,
        String mode,
        String hash,
        int keyBytes,
        ByteBuffer digest,
        ByteBuffer digestSalt,
        long digestIterations,
        List<LuksSlot> slots) {
    static final int BYTES = 592;
    private static final byte[] MAGIC = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};
    private static final int DIGEST_BYTES = 20;
    private static final int SALT_BYTES = 32;
    private static final int SLOTS_AT = 208;
    private static final int SLOT_BYTES = 48;
    private static final int SLOTS = 8;
    private static final int SLOT_ACTIVE = 0x00AC71F3;

    /** The header in these bytes, big-endian, if it is one. */
    static Optional<LuksHeader> parse(ByteBuffer in) {
        if (!Arrays.equals(bytes(in, 0, MAGIC.length), MAGIC) || in.getShort(6) != 1) {
            return Optional.empty();
        }
        List<LuksSlot> slots = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            int at = SLOTS_AT + i * SLOT_BYTES;
            if (in.getInt(at) == SLOT_ACTIVE) {
                slots.add(new LuksSlot(
                        Integer.toUnsignedLong(in.getInt(at + 4)),
                        ByteBuffer.wrap(bytes(in, at + 8, SALT_BYTES)),
                        Integer.toUnsignedLong(in.getInt(at + 40)) * SectorCipher.SECTOR,
                        Integer.toUnsignedLong(in.getInt(at + 44))));
            }
        }
        return Optional.of(new LuksHeader(
                word(in, 8),
                word(in, 40),
                word(in, 72),
                in.getInt(108),
                ByteBuffer.wrap(bytes(in, 112, DIGEST_BYTES)),
                ByteBuffer.wrap(bytes(in, 132, SALT_BYTES)),
                Integer.toUnsignedLong(in.getInt(164)),
                List.copyOf(slots)));
    }

    private static byte[] bytes(ByteBuffer in, int at, int length) {
        byte[] bytes = new byte[length];
        in.get(at, bytes);
        return bytes;
    }

    private static String word(ByteBuffer in, int at) {
        String padded = new String(bytes(in, at, 32), StandardCharsets.ISO_8859_1);
        int end = padded.indexOf('\0');
        return end < 0 ? padded : padded.substring(0, end);
    }

    /** In words. */
    String encryption() {
        return cipher + "-" + mode;
    }
}
