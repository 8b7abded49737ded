package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies into compressed and differencing images. */
final class UnitCopyTest {
    private static final int UNIT = UnitWriter.UNIT;

    @TempDir
    Path folder = Path.of("");

    private static byte[] randomBytes(Random random, int size) {
        byte[] bytes = new byte[size];
        for (int at = 0; at < size; at += UNIT / 2) {
            if (random.nextInt(3) > 0) {
                byte[] part = new byte[Math.min(UNIT / 2, size - at) - random.nextInt(100)];
                random.nextBytes(part);
                System.arraycopy(part, 0, bytes, at, part.length);
            }
        }
        return bytes;
    }

    private static MemoryDisk disk(byte[] bytes) throws IOException {
        MemoryDisk disk = new MemoryDisk(bytes.length);
        for (int at = 0; at < bytes.length; at += UNIT) {
            byte[] unit = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + UNIT));
            if (!Arrays.equals(unit, new byte[unit.length])) {
                disk.write(at, ByteBuffer.wrap(unit));
            }
        }
        return disk;
    }

    @Test
    void packsWholeUnitsAndPlacesThemInOrder() throws IOException {
        for (int round = 0; round < 20; round++) {
            Seed seed = Seed.of(300 + round);
            byte[] bytes = randomBytes(
                    seed.random(), 5 * (1 << 20) + 512 * seed.random().nextInt(100));
            MemoryDisk source = disk(bytes);
            try (UnitWriter writer =
                    new UnitWriter(folder.resolve("u" + round), bytes.length, Optional.empty(), true)) {
                DiskCopy.Result result =
                        DiskCopy.copy(source, writer, CopyOptions.usual().withHash());

                assertThat(writer.guest()).as("%s", seed).isEqualTo(bytes);
                assertThat(writer.order()).as("%s", seed).isSorted().doesNotHaveDuplicates();
                assertThat(writer.order()).allMatch(offset -> offset % UNIT == 0);
                assertThat(writer.entries().values()).anyMatch(entry -> entry.packed() > 0);
                assertThat(result.hash()).contains(GuestHash.of(source));
            }
        }
    }

    @Test
    void holdsOnlyTheDifferencesToTheParent() throws IOException {
        for (int round = 0; round < 40; round++) {
            Seed seed = Seed.of(500 + round);
            Random random = seed.random();
            int size = 3 * (1 << 20) + 512 * random.nextInt(100);
            byte[] below = randomBytes(random, round % 4 == 0 ? size / 2 : round % 4 == 1 ? size + (1 << 20) : size);
            byte[] bytes = Arrays.copyOf(below, size);
            int changes = random.nextInt(5);
            for (int i = 0; i < changes; i++) {
                int at = random.nextInt(size - UNIT * 2);
                byte[] change = new byte[random.nextInt(UNIT * 2)];
                if (random.nextBoolean()) {
                    random.nextBytes(change);
                }
                System.arraycopy(change, 0, bytes, at, change.length);
            }
            boolean packs = random.nextBoolean();
            MemoryDisk source = disk(bytes);
            try (UnitWriter writer =
                    new UnitWriter(folder.resolve("d" + round), size, Optional.of(disk(below)), packs)) {
                DiskCopy.Result result =
                        DiskCopy.copy(source, writer, CopyOptions.usual().withHash());

                assertThat(writer.guest()).as("%s", seed).isEqualTo(bytes);
                assertThat(result.hash()).as("%s", seed).contains(GuestHash.of(source));
                if (changes == 0) {
                    assertThat(writer.entries()).as("%s", seed).isEmpty();
                }
            }
        }
    }

    @Test
    void zerosHideTheParentsDataWithoutTakingSpace() throws IOException {
        byte[] below = new byte[4 * UNIT];
        Arrays.fill(below, (byte) 7);
        try (UnitWriter writer = new UnitWriter(folder.resolve("z"), below.length, Optional.of(disk(below)), false)) {
            DiskCopy.Result result = DiskCopy.copy(new MemoryDisk(below.length), writer, CopyOptions.usual());

            assertThat(result.written()).isZero();
            assertThat(writer.guest()).isEqualTo(new byte[below.length]);
        }
    }

    @Test
    void keepsToARate() throws IOException {
        byte[] bytes = randomBytes(Seed.of(7).random(), 3 << 20);
        try (UnitWriter writer = new UnitWriter(folder.resolve("r"), bytes.length, Optional.empty(), false)) {
            long start = System.nanoTime();
            DiskCopy.Result result =
                    DiskCopy.copy(disk(bytes), writer, CopyOptions.usual().atMost(8 << 20));

            // It may always take longer, never shorter.
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(result.data() * 1_000_000_000L / (8 << 20));
        }
    }
}
