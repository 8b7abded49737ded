package dev.bothways.disk.format.encryption;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES over sectors of 512 bytes, each with an initial vector made of its number. Safe for any number of threads.
 *
 * <p>The chaining is done here, over the cipher's bare blocks: the JDK has no XTS, and for CBC it would want a new start for
 * every sector.
 */
public final class SectorCipher {
    /** The bytes of a sector. */
    public static final int SECTOR = 512;

    private static final int BLOCK = 16;
    private static final int XTS_POLYNOMIAL = 0x87;

    private final boolean xts;
    private final long ivMask;
    private final SecretKeySpec key;
    private final Optional<SecretKeySpec> ivKey;

    private SectorCipher(boolean xts, long ivMask, byte[] key, Optional<byte[]> ivKey) {
        this.xts = xts;
        this.ivMask = ivMask;
        this.key = new SecretKeySpec(key, "AES");
        this.ivKey = ivKey.map(bytes -> new SecretKeySpec(bytes, "AES"));
    }

    /**
     * CBC; the initial vector is the sector's number, little-endian.
     *
     * @param ivMask the bits of the number that count
     */
    static SectorCipher cbc(byte[] key, long ivMask) {
        return new SectorCipher(false, ivMask, key, Optional.empty());
    }

    /** CBC; the initial vector is the sector's number, encrypted with a key of its own. */
    static SectorCipher cbcEssiv(byte[] key, byte[] ivKey) {
        return new SectorCipher(false, -1, key, Optional.of(ivKey));
    }

    /** XTS (IEEE 1619); one half of the key is for the data and the other one for the tweaks. */
    static SectorCipher xts(byte[] bothKeys, long ivMask) {
        int half = bothKeys.length / 2;
        return new SectorCipher(
                true,
                ivMask,
                Arrays.copyOf(bothKeys, half),
                Optional.of(Arrays.copyOfRange(bothKeys, half, bothKeys.length)));
    }

    /** The encryption of qcow and of the first qcow2: AES-128 in CBC, whose key is the first 16 bytes of the passphrase. */
    public static SectorCipher ofOldQcow(byte[] passphrase) {
        return cbc(Arrays.copyOf(passphrase, BLOCK), -1);
    }

    /** Decrypts whole sectors in place, the first of which has the number {@code sector}. */
    public void decrypt(long sector, byte[] bytes) {
        byte[] vectors = vectors(sector, bytes.length / SECTOR);
        if (xts) {
            byte[] tweaks = tweaks(vectors);
            xor(bytes, tweaks);
            byte[] plain = blocks(Cipher.DECRYPT_MODE, key, bytes);
            xor(plain, tweaks);
            System.arraycopy(plain, 0, bytes, 0, plain.length);
        } else {
            byte[] plain = blocks(Cipher.DECRYPT_MODE, key, bytes);
            xor(plain, chained(vectors, bytes));
            System.arraycopy(plain, 0, bytes, 0, plain.length);
        }
    }

    /** A block a sector. */
    private byte[] vectors(long sector, int count) {
        ByteBuffer vectors = ByteBuffer.allocate(count * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            vectors.putLong(i * BLOCK, (sector + i) & ivMask);
        }
        return ivKey.isPresent() ? blocks(Cipher.ENCRYPT_MODE, ivKey.get(), vectors.array()) : vectors.array();
    }

    /** What the plain blocks of CBC are mixed with: the vector in the first block of a sector, then the cipher's last block. */
    private static byte[] chained(byte[] vectors, byte[] cipher) {
        byte[] mix = new byte[cipher.length];
        System.arraycopy(cipher, 0, mix, BLOCK, cipher.length - BLOCK);
        for (int i = 0; i * SECTOR < cipher.length; i++) {
            System.arraycopy(vectors, i * BLOCK, mix, i * SECTOR, BLOCK);
        }
        return mix;
    }

    /** From one block a sector to all: each is the one before, doubled in GF(2^128). */
    private static byte[] tweaks(byte[] vectors) {
        ByteBuffer first = ByteBuffer.wrap(vectors).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer all = ByteBuffer.allocate(vectors.length / BLOCK * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        while (first.hasRemaining()) {
            long low = first.getLong();
            long high = first.getLong();
            for (int i = 0; i < SECTOR / BLOCK; i++) {
                all.putLong(low).putLong(high);
                long carry = high >>> 63;
                high = high << 1 | low >>> 63;
                low = low << 1 ^ carry * XTS_POLYNOMIAL;
            }
        }
        return all.array();
    }

    private static void xor(byte[] bytes, byte[] with) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= with[i];
        }
    }

    private static byte[] blocks(int direction, SecretKeySpec key, byte[] bytes) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(direction, key);
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        }
    }
}
