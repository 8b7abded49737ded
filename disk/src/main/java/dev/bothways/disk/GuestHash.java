package dev.bothways.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The hash of what a guest sees of a disk, the same whatever format the disk lies in. Its cost grows with the data, not with
 * the size, and it is computed by several threads.
 *
 * <p>It is the SHA-256 of the size and then, for each MiB of the disk that is not all zeros, in order, its number and its own
 * SHA-256; numbers in eight bytes, big-endian. The last piece may be shorter. {@code docs/formats/guest-hash.md} has it in
 * words, with examples.
 *
 * @param hex 64 hexadecimal digits in lower case
 */
public record GuestHash(String hex) {
    /** What stands before the digits where the hash is written down. */
    public static final String NAME = "guest-sha256";

    private static final int DIGITS = 64;

    /** Refuses what cannot be such a hash. */
    public GuestHash {
        if (hex.length() != DIGITS || !hex.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)) {
            throw new IllegalArgumentException("a hash has 64 hexadecimal digits in lower case, unlike " + hex);
        }
    }

    /** Reads all data of a disk and computes its hash. */
    public static GuestHash of(VirtualDisk disk) throws IOException {
        Sum sum = new Sum(disk.size());
        ChunkWork.run(DataChunks.of(disk), ChunkWork.usualThreads(), () -> {
            ByteBuffer buffer = DataChunks.buffer(DataChunks.CHUNK);
            ChunkHasher hasher = new ChunkHasher();
            return (chunk, turn) -> {
                buffer.clear().limit((int) chunk.length());
                disk.read(chunk.offset(), buffer);
                if (!ZeroBytes.all(buffer, 0, buffer.position())) {
                    byte[] digest = hasher.digest(buffer.flip());
                    turn.take(() -> sum.add(chunk.offset(), digest));
                }
            };
        });
        disk.requireUnchanged();
        return sum.hash();
    }

    /** {@code guest-sha256:} and the digits. */
    @Override
    public String toString() {
        return NAME + ":" + hex;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Hashes pieces for one thread. */
    static final class ChunkHasher {
        private final MessageDigest digest = sha256();
        /** The digest works on arrays; given a direct buffer it would copy in small steps. */
        private final byte[] step = new byte[16 << 10];

        byte[] digest(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                int count = Math.min(step.length, bytes.remaining());
                bytes.get(step, 0, count);
                digest.update(step, 0, count);
            }
            return digest.digest();
        }
    }

    /** Takes the hashes of the pieces, in order. */
    static final class Sum {
        private final MessageDigest digest = sha256();
        private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

        Sum(long size) {
            add(size);
        }

        private void add(long value) {
            digest.update(number.clear().putLong(value).flip());
        }

        void add(long offset, byte[] chunkDigest) {
            add(offset / DataChunks.CHUNK);
            digest.update(chunkDigest);
        }

        GuestHash hash() {
            return new GuestHash(HexFormat.of().formatHex(digest.digest()));
        }
    }
}
