package dev.bothways.disk.format.encryption;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What LUKS makes keys with: a hash, by its names in Java. */
record KeyHash(String digestName, String macName) {

    /** The hash that LUKS calls so, if Java has it. */
    static Optional<KeyHash> named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "sha1" -> Optional.of(new KeyHash("SHA-1", "HmacSHA1"));
            case "sha224" -> Optional.of(new KeyHash("SHA-224", "HmacSHA224"));
            case "sha256" -> Optional.of(new KeyHash("SHA-256", "HmacSHA256"));
            case "sha384" -> Optional.of(new KeyHash("SHA-384", "HmacSHA384"));
            case "sha512" -> Optional.of(new KeyHash("SHA-512", "HmacSHA512"));
            default -> Optional.empty();
        };
    }

    byte[] digest(byte[] bytes) {
        return newDigest().digest(bytes);
    }

    private MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(digestName);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + digestName, e);
        }
    }

    /** PBKDF2 (RFC 8018). The JDK's own takes characters for a password; a master key is bytes. */
    byte[] derive(byte[] password, ByteBuffer salt, long iterations, int bytes) {
        try {
            Mac mac = Mac.getInstance(macName);
            // A key without bytes is refused by the JDK; to a MAC it is the same as zeros.
            mac.init(new SecretKeySpec(password.length == 0 ? new byte[1] : password, macName));
            byte[] all = new byte[0];
            for (int block = 1; all.length < bytes; block++) {
                mac.update(salt.duplicate());
                byte[] round = mac.doFinal(ByteBuffer.allocate(4).putInt(block).array());
                byte[] sum = round.clone();
                for (long i = 1; i < iterations; i++) {
                    mac.update(round);
                    mac.doFinal(round, 0);
                    for (int j = 0; j < sum.length; j++) {
                        sum[j] ^= round[j];
                    }
                }
                int before = all.length;
                all = Arrays.copyOf(all, before + sum.length);
                System.arraycopy(sum, 0, all, before, sum.length);
            }
            return Arrays.copyOf(all, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + macName, e);
        }
    }

    /** Puts together a key that was split into stripes, so that no one of them tells anything (LUKS 1, section 2.4). */
    byte[] merge(byte[] material, int keyBytes, int stripes) {
        byte[] key = new byte[keyBytes];
        for (int stripe = 0; stripe < stripes; stripe++) {
            if (stripe > 0) {
                diffuse(key);
            }
            for (int i = 0; i < keyBytes; i++) {
                key[i] ^= material[stripe * keyBytes + i];
            }
        }
        return key;
    }

    private void diffuse(byte[] key) {
        MessageDigest digest = newDigest();
        int step = digest.getDigestLength();
        for (int i = 0; i * step < key.length; i++) {
            int length = Math.min(step, key.length - i * step);
            digest.update(ByteBuffer.allocate(4).putInt(0, i));
            digest.update(key, i * step, length);
            System.arraycopy(digest.digest(), 0, key, i * step, length);
        }
    }
}
