package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class GuestHashTest {
    private static final int MIB = 1 << 20;

    /** The definition, word for word. */
    private static String defined(byte[] disk) throws NoSuchAlgorithmException {
        MessageDigest sum = MessageDigest.getInstance("SHA-256");
        sum.update(ByteBuffer.allocate(8).putLong(disk.length).flip());
        for (int i = 0; (long) i * MIB < disk.length; i++) {
            byte[] piece = Arrays.copyOfRange(disk, i * MIB, Math.min(disk.length, (i + 1) * MIB));
            if (!Arrays.equals(piece, new byte[piece.length])) {
                sum.update(ByteBuffer.allocate(8).putLong(i).flip());
                sum.update(MessageDigest.getInstance("SHA-256").digest(piece));
            }
        }
        return HexFormat.of().formatHex(sum.digest());
    }

    private static byte[] example() {
        byte[] bytes = new byte[5 * MIB + 3];
        bytes[2 * MIB - 1] = 1;
        bytes[4 * MIB + 17] = 2;
        bytes[5 * MIB + 2] = 3;
        return bytes;
    }

    @Test
    void isAsDefined() throws IOException, NoSuchAlgorithmException {
        byte[] bytes = example();
        MemoryDisk disk = new MemoryDisk(bytes.length);
        disk.write(0, ByteBuffer.wrap(bytes));

        assertThat(GuestHash.of(disk).hex()).isEqualTo(defined(bytes));
    }

    @Test
    void staysAsTheDocumentShowsIt() throws IOException {
        byte[] bytes = example();
        MemoryDisk disk = new MemoryDisk(bytes.length);
        disk.write(0, ByteBuffer.wrap(bytes));

        assertThat(GuestHash.of(new MemoryDisk(0)))
                .hasToString("guest-sha256:af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc");
        assertThat(GuestHash.of(disk))
                .hasToString("guest-sha256:7d386291fd3eb95eef45f0000ff6af6e7c71062ebc89485ff3e0642efb7aac4f");
    }

    @Test
    void doesNotDependOnWhatIsAHoleAndWhatIsZerosWritten() throws IOException {
        MemoryDisk hole = new MemoryDisk(3 * MIB);
        MemoryDisk zeros = new MemoryDisk(3 * MIB);
        zeros.write(0, ByteBuffer.allocate(3 * MIB));

        assertThat(GuestHash.of(zeros)).isEqualTo(GuestHash.of(hole));
        assertThat(GuestHash.of(zeros)).isNotEqualTo(GuestHash.of(new MemoryDisk(3 * MIB + 1)));
    }

    @Test
    void refusesWhatIsNoHash() {
        assertThatThrownBy(() -> new GuestHash("abc")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GuestHash("G".repeat(64))).isInstanceOf(IllegalArgumentException.class);
    }
}
