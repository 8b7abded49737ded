package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random disks through every pair of kinds of image. {@code -Dbothways.rounds=N} takes N disks a pair in place of one; the seed of
 * each is printed where it fails.
 */
final class EveryPairTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void keepsEveryByteOfEveryDisk() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        int rounds = Integer.getInteger("bothways.rounds", 1);
        for (WrittenKind from : WrittenKind.all()) {
            for (WrittenKind to : WrittenKind.all()) {
                for (int round = 0; round < rounds; round++) {
                    Seed seed = Seed.of((31L * WrittenKind.all().indexOf(from)
                                            + WrittenKind.all().indexOf(to))
                                    * 100_000
                            + round);
                    convert(from, to, seed, qemu);
                }
            }
        }
    }

    private void convert(WrittenKind from, WrittenKind to, Seed seed, Oracle qemu) throws IOException {
        String pair = from.name() + " -> " + to.name() + ", " + seed;
        Random random = seed.random();
        Path raw = folder.resolve("raw");
        // Whole MiB, so that no format has to round the size up.
        long size = (1L + random.nextInt(12)) << 20;
        Disks.randomRaw(raw, size, random, random.nextBoolean() ? 512 : 4096);
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Optional<GuestHash> hash = write(raw, DiskFormat.RAW, first, from);
        assertThat(write(first, from.format(), second, to)).as(pair).isEqualTo(hash);

        assertThat(qemu.run("compare", "-f", "raw", "-F", to.qemuName(), raw, second)
                        .exitCode())
                .as(pair)
                .isZero();
        if (to.qemuName().equals("vhdx")
                || to.qemuName().equals("qcow2")
                || to.qemuName().equals("vdi")) {
            assertThat(qemu.run("check", "-f", to.qemuName(), second).exitCode())
                    .as(pair)
                    .isZero();
        }
        try (DiskImage image = DiskImages.open(second, OpenOptions.usual().as(to.format()))) {
            assertThat(image.check()).as(pair).noneMatch(finding -> finding.severity() != DiskImage.Severity.NOTE);
        }
        List<Path> left = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(left::add);
        }
        for (Path file : left) {
            Files.delete(file);
        }
    }

    private static Optional<GuestHash> write(Path from, DiskFormat format, Path to, WrittenKind kind)
            throws IOException {
        try (DiskImage source = DiskImages.open(from, OpenOptions.usual().as(format))) {
            return DiskConversion.convert(
                            source,
                            to,
                            kind.format(),
                            kind.options(),
                            CopyOptions.usual().withHash(),
                            false)
                    .hash();
        }
    }
}
