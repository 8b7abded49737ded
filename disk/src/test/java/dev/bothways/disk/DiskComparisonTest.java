package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DiskComparisonTest {
    private static final int MIB = 1 << 20;

    @Test
    void takesDisksForTheSameWhateverIsAHole() throws IOException {
        MemoryDisk one = new MemoryDisk(10 * MIB);
        MemoryDisk other = new MemoryDisk(10 * MIB);
        other.write(MIB, ByteBuffer.allocate(3 * MIB));

        assertThat(DiskComparison.of(one, other).same()).isTrue();
        assertThat(DiskComparison.of(other, one).same()).isTrue();
    }

    @Test
    void findsTheFirstDifference() throws IOException {
        Seed seed = Seed.of(3);
        Random random = seed.random();
        for (int i = 0; i < 50; i++) {
            MemoryDisk one = new MemoryDisk(10 * MIB);
            MemoryDisk other = new MemoryDisk(10 * MIB);
            long first = Long.MAX_VALUE;
            for (int j = 0; j < 6; j++) {
                long at = random.nextInt(10 * MIB);
                (random.nextBoolean() ? one : other).write(at, ByteBuffer.wrap(new byte[] {(byte) (j + 1)}));
                first = Math.min(first, at);
            }
            assertThat(DiskComparison.of(one, other).firstDifference())
                    .as("%s, disk %d", seed, i)
                    .hasValue(first);
        }
    }

    @Test
    void countsBytesBeyondAnEndAsZeros() throws IOException {
        MemoryDisk shorter = new MemoryDisk(MIB + 5);
        MemoryDisk longer = new MemoryDisk(7 * MIB);
        DiskComparison zeros = DiskComparison.of(shorter, longer);
        assertThat(zeros.same()).isFalse();
        assertThat(zeros.firstDifference()).isEmpty();

        longer.write(5 * MIB, ByteBuffer.wrap(new byte[] {1}));
        assertThat(DiskComparison.of(shorter, longer).firstDifference()).hasValue(5 * MIB);
        assertThat(DiskComparison.of(longer, shorter).firstDifference()).hasValue(5 * MIB);
    }
}
