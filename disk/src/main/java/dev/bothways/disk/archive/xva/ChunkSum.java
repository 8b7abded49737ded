package dev.bothways.disk.archive.xva;

import io.airlift.compress.v3.xxhash.XxHash64Hasher;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The two kinds of checksum: a member beside the chunk, whose content is the sum in hexadecimal digits. */
enum ChunkSum {
    /** XXH64 with the seed 0, since XenServer 8 and XCP-ng 8.3; 16 digits. */
    XXHASH(".xxhash", 16),
    /** SHA-1; 40 digits. */
    SHA1(".checksum", 40);

    private final String ending;
    private final int digits;

    ChunkSum(String ending, int digits) {
        this.ending = ending;
        this.digits = digits;
    }

    static Optional<ChunkSum> ending(String ending) {
        return Arrays.stream(values()).filter(sum -> sum.ending.equals(ending)).findFirst();
    }

    static Optional<ChunkSum> ofDigits(int digits) {
        return Arrays.stream(values()).filter(sum -> sum.digits == digits).findFirst();
    }

    /** How the name of the member ends. */
    String ending() {
        return ending;
    }

    /** How many digits it has. */
    int digits() {
        return digits;
    }

    /** The sum of the bytes between a buffer's position and limit, which stay; in the case that XAPI writes. */
    String of(ByteBuffer chunk) {
        return switch (this) {
            case XXHASH -> "%016X".formatted(XxHash64Hasher.hash(MemorySegment.ofBuffer(chunk)));
            case SHA1 -> {
                try {
                    MessageDigest digest = MessageDigest.getInstance("SHA-1");
                    digest.update(chunk.duplicate());
                    yield HexFormat.of().formatHex(digest.digest());
                } catch (NoSuchAlgorithmException e) {
                    throw new AssertionError("every Java has SHA-1", e);
                }
            }
        };
    }
}
