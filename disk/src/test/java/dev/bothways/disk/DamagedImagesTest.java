package dev.bothways.disk;

import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images of every kind with damage anywhere: single bits, numbers that parsers trip over, bytes from elsewhere in the file, and cuts.
 * {@code -Dbothways.rounds=N} damages each N times as often.
 */
final class DamagedImagesTest {
    private static final int ATTEMPTS = 40;
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        0x7f,
        0x80,
        0xff,
        512,
        513,
        0x7fff,
        0xffff,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xffffffffL,
        1L << 32,
        1L << 40,
        1L << 56,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE - 511
    };

    @TempDir
    Path scratch;

    static List<WrittenKind> kinds() {
        // Of a raw disk every byte is the guest's.
        return WrittenKind.all().stream()
                .filter(kind -> kind.format() != DiskFormat.RAW)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void areReadOrRefused(WrittenKind kind) throws IOException {
        Seed seed = Seed.of(kind.name().hashCode());
        Random random = seed.random();
        Path path = kind.image(scratch, 3 << 20, random);
        HostileImage image = new HostileImage(path, kind.format());
        int attempts = ATTEMPTS * Integer.getInteger("bothways.rounds", 1);
        for (int i = 0; i < attempts; i++) {
            damage(image, random, kind + ", " + seed + ", attempt " + i);
        }
    }

    private static void damage(HostileImage image, Random random, String description) throws IOException {
        int at = place(image.length(), random);
        switch (random.nextInt(5)) {
            case 0 -> {
                byte[] one = image.part(at, 1);
                one[0] ^= (byte) (1 << random.nextInt(8));
                image.survives(at, one, description);
            }
            case 1, 2 -> {
                int length = Math.min(random.nextBoolean() ? 4 : 8, image.length() - at);
                ByteBuffer number = ByteBuffer.allocate(8)
                        .order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
                long value = NUMBERS[random.nextInt(NUMBERS.length)];
                if (length == 4) {
                    number.putInt((int) value);
                } else {
                    number.putLong(value);
                }
                image.survives(at, java.util.Arrays.copyOf(number.array(), length), description);
            }
            case 3 -> {
                int length = Math.min(1 + random.nextInt(512), image.length() - at);
                image.survives(at, image.part(random.nextInt(image.length() - length + 1), length), description);
            }
            default -> image.survivesCutAt(at, description);
        }
    }

    /** Mostly where the structures are: at the beginning, at the ends of sectors and tables, at the end. */
    private static int place(int length, Random random) {
        int near = Math.min(length, 4096);
        int at = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(near);
            case 1 -> length - 1 - random.nextInt(near);
            case 2 -> random.nextInt(Math.min(length, 256 << 10));
            default -> random.nextInt(length);
        };
        return random.nextBoolean() ? at : at & -8;
    }
}
