package dev.bothways.disk.format.vdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VdiWriterTest {
    @TempDir
    Path scratch;

    private Path written(Path raw, String name, CreateOptions options) throws IOException {
        Path image = scratch.resolve(name);
        try (DiskImage source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW));
                ImageWriter writer = DiskImages.create(image, DiskFormat.VDI, source.size(), options)) {
            Disks.copy(source, writer, 1 << 20);
        }
        return image;
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void writesDisksThatQemuReadsEqual(Allocation allocation) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(20090711);
        Random random = seed.random();
        for (int i = 0; i < 5; i++) {
            Path raw = scratch.resolve("source" + i + ".raw");
            Disks.randomRaw(raw, 512L * (1 + random.nextInt(60_000)), random, 1 << random.nextInt(22));
            Path image = written(raw, i + ".vdi", CreateOptions.usual().with(allocation));

            assertThat(qemu.run("compare", "-f", "raw", "-F", "vdi", raw, image)
                            .orFail()
                            .output())
                    .as("%s, disk %d: a line on the size would stand before", seed, i)
                    .isEqualTo("Images are identical.\n");
            assertThat(qemu.run("check", "-f", "vdi", image).orFail().output())
                    .as("%s, disk %d", seed, i)
                    .contains("No errors were found");
            try (DiskImage disk = DiskImages.open(image);
                    VirtualDisk source =
                            DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
                assertThat(Disks.sha256(disk)).as("%s, disk %d", seed, i).isEqualTo(Disks.sha256(source));
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
                assertThat(disk.describe().variant()).isEqualTo(allocation == Allocation.FIXED ? "fixed" : "dynamic");
            }
            Files.delete(image);
            Files.delete(raw);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"static=off", "static=on"})
    void readsWhatQemuWrites(String setting) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(7);
        Random random = seed.random();
        for (int i = 0; i < 3; i++) {
            Path raw = scratch.resolve("source.raw");
            Path image = scratch.resolve("image.vdi");
            Disks.randomRaw(raw, 512L * (1 + random.nextInt(60_000)), random, 512);
            qemu.run("convert", "-f", "raw", "-O", "vdi", "-o", setting, raw, image)
                    .orFail();
            try (DiskImage disk = DiskImages.open(image);
                    VirtualDisk expected =
                            DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
                assertThat(disk.describe().format()).isEqualTo(DiskFormat.VDI);
                assertThat(disk.size()).as("%s, disk %d", seed, i).isEqualTo(expected.size());
                assertThat(Disks.sha256(disk)).as("%s, disk %d", seed, i).isEqualTo(Disks.sha256(expected));
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
            }
            Files.delete(image);
            Files.delete(raw);
        }
    }

    @Test
    void makesAFixedDiskByQemusNameForIt() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 5_000_192, new Random(1), 512);
        Path byName = written(raw, "one.vdi", CreateOptions.usual().withSetting("static", "on"));
        assertThat(byName)
                .hasSameBinaryContentAs(
                        written(raw, "two.vdi", CreateOptions.usual().with(Allocation.FIXED)));
    }

    @Test
    void writesTheSameBytesAgain() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 20_000_256, new Random(4), 4096);
        CreateOptions options = CreateOptions.usual().withIdentity("a disk");
        assertThat(written(raw, "one.vdi", options)).hasSameBinaryContentAs(written(raw, "two.vdi", options));
        assertThat(Disks.sha256(written(raw, "three.vdi", options.withIdentity("another"))))
                .isNotEqualTo(Disks.sha256(scratch.resolve("one.vdi")));
    }

    @Test
    void laysBlocksOnWholeMebibytes() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 9 << 20, new Random(5), 1 << 20);
        try (DiskImage disk = DiskImages.open(written(raw, "image.vdi", CreateOptions.usual()))) {
            VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
            while (extents.hasNext()) {
                if (extents.next() instanceof Extent.Stored stored) {
                    assertThat((stored.fileOffset() - stored.offset()) % (1 << 20))
                            .isZero();
                }
            }
        }
    }

    @Test
    void holdsALargeDisk() throws IOException {
        Path image = scratch.resolve("image.vdi");
        long size = 16L << 40;
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.VDI, size, CreateOptions.usual())) {
            writer.place(size - 512, 512);
            writer.finish();
        }
        assertThat(Oracle.require("qemu-img").run("info", image).orFail().output())
                .contains("file format: vdi", "(" + size + " bytes)");
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(size);
            assertThat(disk.extent(0, size)).isInstanceOf(Extent.Zero.class);
        }
    }

    @Test
    void refusesWhatAVdiCannotHold() {
        Path image = scratch.resolve("image.vdi");
        CreateOptions usual = CreateOptions.usual();
        refuses(image, (1L << 50) + 512, usual, "1 PiB");
        refuses(image, 1 << 20, usual.withSectorSize(4096), "sectors of 512 bytes");
        refuses(image, 1 << 20, usual.withUnit(3 << 20), "a power of two");
        refuses(image, 1L << 40, usual.withUnit(4096), "take larger blocks");
        refuses(image, 1 << 20, usual.packing(), "cannot be compressed");
        refuses(image, 1 << 20, usual.withSetting("cluster_size", "1"), "it has static");
        assertThat(image).doesNotExist();
    }

    private static void refuses(Path image, long size, CreateOptions options, String message) {
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.VDI, size, options))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void leavesAFileCutShortRecognisablyUnfinished(Allocation allocation) throws IOException {
        Path image = scratch.resolve("image.vdi");
        Path cutShort = scratch.resolve("cut.vdi");
        try (ImageWriter writer = DiskImages.create(
                image, DiskFormat.VDI, 8 << 20, CreateOptions.usual().with(allocation))) {
            writer.place(0, 4 << 20);
            Files.copy(image, cutShort);
        }
        assertThat(image).doesNotExist();
        assertThatThrownBy(() -> DiskImages.open(cutShort))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("never finished");
        assertThat(Oracle.require("qemu-img").run("info", cutShort).exitCode()).isNotZero();
    }
}
