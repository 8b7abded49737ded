package dev.bothways.disk.format.parallels;

import static dev.bothways.disk.format.parallels.ParallelsSample.FIRST;
import static dev.bothways.disk.format.parallels.ParallelsSample.NONE;
import static dev.bothways.disk.format.parallels.ParallelsSample.TOP;
import static dev.bothways.disk.format.parallels.ParallelsSample.image;
import static dev.bothways.disk.format.parallels.ParallelsSample.nonzero;
import static dev.bothways.disk.format.parallels.ParallelsSample.shot;
import static dev.bothways.disk.format.parallels.ParallelsSample.storage;

import dev.bothways.disk.DiskImages;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class ParallelsContractTest {

    @Nested
    class OlderKind extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return DiskImages.open(ParallelsSample.write(
                    scratch.resolve("a.hds"), bytes, nonzero(bytes, 63 * 512), 63, false, new Random(1)));
        }
    }

    @Nested
    class LaterKind extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return DiskImages.open(ParallelsSample.write(
                    scratch.resolve("a.hds"), bytes, nonzero(bytes, 64 << 10), 128, true, new Random(2)));
        }
    }

    /** Two storages, the first a plain image under a snapshot, the second two expanding ones of unlike clusters. */
    @Nested
    class Bundle extends VirtualDiskContract {
        @TempDir
        Path scratch;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            Random random = new Random(3);
            int split = 3_000_320;
            layers(Arrays.copyOf(bytes, split), "one", true, random);
            layers(Arrays.copyOfRange(bytes, split, bytes.length), "two", false, random);
            ParallelsSample.describe(
                    scratch,
                    bytes.length / 512,
                    List.of(
                            storage(
                                    split / 512,
                                    bytes.length / 512,
                                    image(TOP, "Compressed", "two.top"),
                                    image(FIRST, "Compressed", "two.first")),
                            storage(
                                    0,
                                    split / 512,
                                    image(FIRST, "Plain", "one.first"),
                                    image(TOP, "Compressed", "one.top"))),
                    shot(TOP, FIRST),
                    shot(FIRST, NONE));
            return DiskImages.open(scratch);
        }

        private void layers(byte[] bytes, String name, boolean plain, Random random) throws IOException {
            int cluster = 32 << 10;
            boolean[] above = new boolean[Math.ceilDiv(bytes.length, cluster)];
            byte[] below = bytes.clone();
            for (int i = 0; i < above.length; i++) {
                above[i] = random.nextInt(3) == 0;
                byte[] other = new byte[above[i] ? Math.min(cluster, bytes.length - i * cluster) : 0];
                random.nextBytes(other);
                System.arraycopy(other, 0, below, i * cluster, other.length);
            }
            ParallelsSample.write(scratch.resolve(name + ".top"), bytes, above, cluster / 512, true, random);
            Path first = scratch.resolve(name + ".first");
            if (plain) {
                Files.write(first, below);
            } else {
                ParallelsSample.write(first, below, nonzero(below, 100 * 512), 100, false, random);
            }
        }
    }
}
