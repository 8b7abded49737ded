package dev.bothways.disk.format.vhdx;

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
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VhdxWriterTest {
    @TempDir
    Path scratch;

    private Path written(Path raw, String name, CreateOptions options) throws IOException {
        Path image = scratch.resolve(name);
        try (DiskImage source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW));
                ImageWriter writer = DiskImages.create(image, DiskFormat.VHDX, source.size(), options)) {
            Disks.copy(source, writer, 1 << 20);
        }
        return image;
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void writesDisksThatQemuReadsEqualInContentAndSize(Allocation allocation) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(20061011);
        Random random = seed.random();
        for (int i = 0; i < 6; i++) {
            Path raw = scratch.resolve("source" + i + ".raw");
            Disks.randomRaw(raw, 512L * (1 + random.nextInt(60_000)), random, 1 << random.nextInt(22));
            Path image = written(raw, i + ".vhdx", CreateOptions.usual().with(allocation));

            assertThat(qemu.run("compare", "-f", "raw", "-F", "vhdx", raw, image)
                            .orFail()
                            .output())
                    .as("%s, disk %d: a line on the size would stand before", seed, i)
                    .isEqualTo("Images are identical.\n");
            try (DiskImage disk = DiskImages.open(image);
                    VirtualDisk source =
                            DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
                assertThat(Disks.sha256(disk)).as("%s, disk %d", seed, i).isEqualTo(Disks.sha256(source));
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
            }
            Files.delete(image);
            Files.delete(raw);
        }
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void writesDisksThatQemuFindsNothingWrongWith(Allocation allocation) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 50_000_384, new Random(3), 512);
        for (long unit = 1 << 20; unit <= 256 << 20; unit *= 4) {
            Path image = written(
                    raw, unit + ".vhdx", CreateOptions.usual().with(allocation).withUnit(unit));
            assertThat(qemu.run("check", "-f", "vhdx", image).orFail().output()).contains("No errors were found");
            assertThat(qemu.run("compare", "-f", "raw", "-F", "vhdx", raw, image)
                            .orFail()
                            .output())
                    .isEqualTo("Images are identical.\n");
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(disk.describe().variant())
                        .isEqualTo(allocation.name().toLowerCase(Locale.ROOT));
                assertThat(disk.describe().unit()).isEqualTo(unit);
            }
            Files.delete(image);
        }
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void writesTheSameBytesAgain(Allocation allocation) throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 20_000_256, new Random(4), 4096);
        CreateOptions options = CreateOptions.usual().with(allocation).withIdentity("a disk");
        assertThat(written(raw, "one.vhdx", options)).hasSameBinaryContentAs(written(raw, "two.vhdx", options));
        assertThat(Disks.sha256(written(raw, "three.vhdx", options.withIdentity("another"))))
                .isNotEqualTo(Disks.sha256(scratch.resolve("one.vhdx")));
    }

    @Test
    void givesNeighboursOnePlaceAndReadsThemAsOneRun() throws IOException {
        Path image = scratch.resolve("image.vhdx");
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.VHDX, 64 << 20, CreateOptions.usual())) {
            Disks.fill(writer, 4 << 20, 1 << 20);
            Disks.fill(writer, 5 << 20, 30 << 20);
            assertThat(writer.place(35 << 20, 10 << 20)).hasSize(1);
            writer.finish();
        }
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.extent(0, 64 << 20)).isEqualTo(new Extent.Zero(0, 4 << 20));
            assertThat(disk.extent(4 << 20, 64 << 20)).isInstanceOf(Extent.Stored.class);
            assertThat(disk.extent(4 << 20, 64 << 20).length()).isEqualTo(31 << 20);
            assertThat(disk.extent(45 << 20, 64 << 20)).isEqualTo(new Extent.Zero(45 << 20, 19 << 20));
        }
    }

    @Test
    void holdsALargestDiskInLittleMemory() throws IOException {
        Path image = scratch.resolve("image.vhdx");
        long size = 64L << 40;
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.VHDX, size, CreateOptions.usual())) {
            assertThat(writer.unit()).isEqualTo(16 << 20);
            Disks.fill(writer, size - (1 << 20), 1 << 20);
            writer.finish();
        }
        assertThat(Oracle.require("qemu-img").run("info", image).orFail().output())
                .contains("file format: vhdx", "(" + size + " bytes)");
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(size);
            assertThat(disk.check()).isEmpty();
            int data = 0;
            VirtualDisk.ExtentIterator extents = disk.extents(0, size);
            while (extents.hasNext()) {
                data += extents.next() instanceof Extent.Stored ? 1 : 0;
            }
            assertThat(data).isEqualTo(1);
        }
    }

    @Test
    void choosesBlocksThatKeepTheTableSmall() {
        assertThat(VhdxWriter.usualBlockBytes(1)).isEqualTo(1 << 20);
        assertThat(VhdxWriter.usualBlockBytes(4L << 40)).isEqualTo(1 << 20);
        assertThat(VhdxWriter.usualBlockBytes((4L << 40) + 512)).isEqualTo(2 << 20);
        assertThat(VhdxWriter.usualBlockBytes(64L << 40)).isEqualTo(16 << 20);
    }

    @Test
    void writesSectorsOf4096Bytes() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 20_480_000, new Random(5), 4096);
        Path image = written(raw, "image.vhdx", CreateOptions.usual().withSectorSize(4096));
        try (DiskImage disk = DiskImages.open(image);
                VirtualDisk source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
            assertThat(disk.sectorSize()).isEqualTo(4096);
            assertThat(Disks.sha256(disk)).isEqualTo(Disks.sha256(source));
            assertThat(disk.check()).isEmpty();
        }
    }

    @Test
    void refusesWhatAVhdxCannotHold() {
        Path image = scratch.resolve("image.vhdx");
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.VHDX, (64L << 40) + 512, CreateOptions.usual()))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("64 TiB");
        assertThatThrownBy(() -> DiskImages.create(
                        image, DiskFormat.VHDX, 1 << 20, CreateOptions.usual().withUnit(3 << 20)))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("power of two");
        assertThat(image).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void leavesAFileCutShortRecognisablyUnfinished(Allocation allocation) throws IOException {
        Path image = scratch.resolve("image.vhdx");
        Path cutShort = scratch.resolve("cut.vhdx");
        try (ImageWriter writer = DiskImages.create(
                image, DiskFormat.VHDX, 8 << 20, CreateOptions.usual().with(allocation))) {
            writer.place(0, 4 << 20);
            Files.copy(image, cutShort);
        }
        assertThat(image).doesNotExist();
        assertThatThrownBy(() -> DiskImages.open(cutShort))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("never finished");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subformat=dynamic",
                "subformat=fixed",
                "block_size=1M",
                "block_size=256M",
                "block_state_zero=off",
                "log_size=3M",
                "subformat=fixed,block_size=2M,log_size=2M,block_state_zero=off",
            })
    void readsWhatQemuWrites(String creation) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(7);
        Random random = seed.random();
        Path raw = scratch.resolve("source.raw");
        Path image = scratch.resolve("image.vhdx");
        Disks.randomRaw(raw, 512L * (1 + random.nextInt(60_000)), random, 512);
        qemu.run("convert", "-f", "raw", "-O", "vhdx", "-o", creation, raw, image)
                .orFail();
        try (DiskImage disk = DiskImages.open(image);
                VirtualDisk expected = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
            assertThat(disk.size()).as("%s", seed).isEqualTo(expected.size());
            assertThat(Disks.sha256(disk)).as("%s", seed).isEqualTo(Disks.sha256(expected));
            assertThat(disk.check()).as("%s", seed).noneMatch(f -> f.severity() == DiskImage.Severity.ERROR);
        }
    }
}
