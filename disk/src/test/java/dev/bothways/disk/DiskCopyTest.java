package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.testing.Seed;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

final class DiskCopyTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder = Path.of("");

    /** A disk with stretches of data, of zeros that were written, and of nothing. */
    private static MemoryDisk randomDisk(Seed seed, long size) throws IOException {
        Random random = seed.random();
        MemoryDisk disk = new MemoryDisk(size);
        for (long at = 0; at < size; ) {
            int length = (int) Math.min(size - at, 1 + random.nextInt(1 << (6 + random.nextInt(17))));
            byte[] bytes = new byte[length];
            int kind = random.nextInt(3);
            if (kind == 0) {
                random.nextBytes(bytes);
            }
            if (kind < 2) {
                disk.write(at, ByteBuffer.wrap(bytes));
            }
            at += length;
        }
        return disk;
    }

    abstract class Copies {
        @Test
        void givesTheSameBytesAndTheirHash() throws IOException {
            for (int i = 0; i < 10; i++) {
                Seed seed = Seed.of(77 + i);
                MemoryDisk source = randomDisk(seed, 20 * MIB + i * 1001);
                Path path = folder.resolve(i + ".raw");

                DiskCopy.Result result = copy(source, path, CopyOptions.usual().withHash());

                try (DiskImage image = DiskImages.open(path, OpenOptions.usual().as(DiskFormat.RAW))) {
                    assertThat(DiskComparison.of(source, image).same())
                            .as("%s", seed)
                            .isTrue();
                    assertThat(result.hash()).as("%s", seed).contains(GuestHash.of(image));
                }
                assertThat(result.data()).as("%s", seed).isEqualTo(DiskMap.dataBytes(source));
            }
        }

        @Test
        void writesOnlyWhatIsNotZero() throws IOException {
            MemoryDisk source = new MemoryDisk(64 * MIB);
            source.write(5 * MIB, ByteBuffer.allocate(3 * MIB));
            source.write(6 * MIB + 4096, ByteBuffer.wrap(new byte[] {1}));
            source.write(40 * MIB - 1, ByteBuffer.wrap(new byte[] {1, 1}));

            DiskCopy.Result result = copy(source, folder.resolve("a.raw"), CopyOptions.usual());

            assertThat(result.written()).isEqualTo(3 * 4096);
            assertThat(result.data()).isEqualTo(3 * MIB + 2 * 4096);
            assertThat(result.hash()).isEmpty();
        }

        @Test
        void tellsHowFarItIsInOrder() throws IOException {
            MemoryDisk source = randomDisk(Seed.of(5), 30 * MIB);
            List<CopyOptions.Progress> told = new ArrayList<>();

            DiskCopy.Result result =
                    copy(source, folder.resolve("a.raw"), CopyOptions.usual().telling(told::add));

            assertThat(told).isSortedAccordingTo((a, b) -> Long.compare(a.position(), b.position()));
            assertThat(told.getLast().data()).isEqualTo(result.data());
            assertThat(told).allSatisfy(progress -> assertThat(progress.size()).isEqualTo(source.size()));
        }

        @Test
        void costsWhatTheDataCostsHoweverLargeTheDisk() throws IOException {
            long size = 15L << 40;
            MemoryDisk source = new MemoryDisk(size);
            for (long at = 0; at < size; at += size / 64) {
                source.write(at, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            }
            Path path = folder.resolve("large.raw");

            DiskCopy.Result result = copy(source, path, CopyOptions.usual().withHash());

            assertThat(result.written()).isEqualTo(64 * 4096);
            assertThat(Files.size(path)).isEqualTo(size);
            assertThat(GuestHash.of(source)).isEqualTo(result.hash().orElseThrow());
        }
    }

    private static DiskCopy.Result copy(VirtualDisk source, Path path, CopyOptions options) throws IOException {
        return DiskConversion.convert(
                source, path, DiskFormat.RAW, CreateOptions.usual().withoutWaiting(), options, false);
    }

    @Nested
    final class OnThisSystem extends Copies {}

    @Nested
    @ExtendWith(PortableOnly.class)
    final class Portably extends Copies {}

    @Test
    void refusesATargetThatIsTooSmall() throws IOException {
        CreateOptions options = CreateOptions.usual();
        try (ImageWriter writer = DiskImages.create(folder.resolve("a"), DiskFormat.RAW, 511, options)) {
            assertThatThrownBy(() -> DiskCopy.copy(new MemoryDisk(512), writer, CopyOptions.usual()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void leavesNothingBehindWhereTheSourceFails() throws IOException {
        MemoryDisk disk = randomDisk(Seed.of(9), 20 * MIB);
        VirtualDisk failing = new HookedDisk(disk, offset -> {
            if (offset >= 10 * MIB) {
                throw new IOException("the cable was pulled");
            }
        });

        assertThatThrownBy(() -> copy(failing, folder.resolve("a.raw"), CopyOptions.usual()))
                .isInstanceOf(IOException.class)
                .hasMessage("the cable was pulled");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void endsAndLeavesNothingBehindWhenItsThreadIsInterrupted() throws IOException {
        MemoryDisk disk = randomDisk(Seed.of(9), 20 * MIB);
        Thread caller = Thread.currentThread();
        VirtualDisk interrupting = new HookedDisk(disk, offset -> {
            if (offset >= 3 * MIB) {
                caller.interrupt();
            }
        });

        assertThatThrownBy(() -> copy(interrupting, folder.resolve("a.raw"), CopyOptions.usual()))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void passesOnWhatTheListenerThrows() {
        CopyOptions options = CopyOptions.usual().telling(progress -> {
            throw new IllegalStateException("listener");
        });
        assertThatThrownBy(() -> copy(randomDisk(Seed.of(1), 10 * MIB), folder.resolve("a.raw"), options))
                .isInstanceOf(IllegalStateException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
