package dev.bothways.disk.format.vhd;

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

class VhdWriterTest {
    @TempDir
    Path scratch;

    private Path written(Path raw, String name, CreateOptions options) throws IOException {
        Path image = scratch.resolve(name);
        try (DiskImage source = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW));
                ImageWriter writer = DiskImages.create(image, DiskFormat.VHD, source.size(), options)) {
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
            Path image = written(raw, i + ".vhd", CreateOptions.usual().with(allocation));

            assertThat(qemu.run("compare", "-f", "raw", "-F", "vpc", raw, image)
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
    void writesDisksWhoseFieldsLibvhdiReadsEqual(Allocation allocation) throws IOException {
        Oracle vhdiinfo = Oracle.require("vhdiinfo");
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 10_000_384, new Random(3), 512);
        Path image =
                written(raw, "image.vhd", CreateOptions.usual().with(allocation).withIdentity("web01"));
        String output = vhdiinfo.run(image).orFail().output();
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(output)
                    .contains("(10000384 bytes)")
                    .containsIgnoringCase(disk.describe().details().get("id"))
                    .contains(allocation == Allocation.FIXED ? "Fixed" : "Dynamic");
        }
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void writesTheSameBytesAgain(Allocation allocation) throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 20_000_256, new Random(4), 4096);
        CreateOptions options = CreateOptions.usual().with(allocation).withIdentity("a disk");
        assertThat(written(raw, "one.vhd", options)).hasSameBinaryContentAs(written(raw, "two.vhd", options));
        assertThat(Disks.sha256(written(raw, "three.vhd", options.withIdentity("another"))))
                .isNotEqualTo(Disks.sha256(scratch.resolve("one.vhd")));
    }

    @Test
    void laysDataOnMultiplesOf4KiB() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 9 << 20, new Random(5), 1 << 20);
        try (DiskImage disk = DiskImages.open(written(raw, "image.vhd", CreateOptions.usual()))) {
            VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
            while (extents.hasNext()) {
                if (extents.next() instanceof Extent.Stored stored) {
                    assertThat((stored.fileOffset() - stored.offset()) % 4096).isZero();
                }
            }
        }
    }

    @Test
    void saysZeroForTheHalfOfABlockThatWasNeverPlaced() throws IOException {
        Path image = scratch.resolve("image.vhd");
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.VHD, 4 << 20, CreateOptions.usual())) {
            Disks.fill(writer, 1 << 20, 1 << 20);
            writer.finish();
        }
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.extent(0, 4 << 20)).isEqualTo(new Extent.Zero(0, 1 << 20));
            assertThat(disk.extent(1 << 20, 4 << 20)).isInstanceOf(Extent.Stored.class);
            assertThat(disk.extent(1 << 20, 4 << 20).length()).isEqualTo(1 << 20);
            assertThat(disk.extent(2 << 20, 4 << 20)).isEqualTo(new Extent.Zero(2 << 20, 2 << 20));
        }
    }

    @Test
    void holdsALargestDisk() throws IOException {
        Path image = scratch.resolve("image.vhd");
        long size = 2040L << 30;
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.VHD, size, CreateOptions.usual())) {
            writer.place(size - 512, 512);
            writer.finish();
        }
        assertThat(Oracle.require("qemu-img").run("info", image).orFail().output())
                .contains("file format: vpc", "(" + size + " bytes)");
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(size);
            assertThat(disk.check()).isEmpty();
        }
    }

    @Test
    void refusesWhatAVhdCannotHold() {
        Path image = scratch.resolve("image.vhd");
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.VHD, (2040L << 30) + 512, CreateOptions.usual()))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("2040 GiB");
        assertThatThrownBy(() -> DiskImages.create(
                        image, DiskFormat.VHD, 1 << 20, CreateOptions.usual().withSectorSize(4096)))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("sectors of 512 bytes");
        assertThatThrownBy(() -> DiskImages.create(
                        image, DiskFormat.VHD, 1 << 20, CreateOptions.usual().withUnit(1 << 20)))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("512 KiB or 2 MiB");
        assertThat(image).doesNotExist();
    }

    @Test
    void namesWhatKeepsADiskFromAzure() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 32 << 20, new Random(6), 512);
        try (DiskImage dynamic = DiskImages.open(written(raw, "dynamic.vhd", CreateOptions.usual()));
                DiskImage fixed = DiskImages.open(
                        written(raw, "fixed.vhd", CreateOptions.usual().with(Allocation.FIXED)))) {
            assertThat(dynamic.describe().details().get("azure")).contains("fixed disks only");
            assertThat(fixed.describe().details().get("azure")).isEqualTo("would take it");
        }
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void leavesAFileCutShortRecognisablyUnfinished(Allocation allocation) throws IOException {
        Path image = scratch.resolve("image.vhd");
        Path cutShort = scratch.resolve("cut.vhd");
        try (ImageWriter writer = DiskImages.create(
                image, DiskFormat.VHD, 8 << 20, CreateOptions.usual().with(allocation))) {
            writer.place(0, 4 << 20);
            Files.copy(image, cutShort);
        }
        assertThat(image).doesNotExist();
        assertThatThrownBy(() -> DiskImages.open(cutShort))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("never finished");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic", "dynamic,force_size=on", "fixed", "fixed,force_size=on"})
    void readsWhatQemuWrites(String subformat) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(7);
        Random random = seed.random();
        for (int i = 0; i < 2; i++) {
            Path raw = scratch.resolve("source.raw");
            Path image = scratch.resolve("image.vhd");
            Path back = scratch.resolve("back.raw");
            Disks.randomRaw(raw, 512L * (1 + random.nextInt(60_000)), random, 512);
            qemu.run("convert", "-f", "raw", "-O", "vpc", "-o", "subformat=" + subformat, raw, image)
                    .orFail();
            qemu.run("convert", "-f", "vpc", "-O", "raw", image, back).orFail();
            try (DiskImage disk = DiskImages.open(image);
                    VirtualDisk expected =
                            DiskImages.open(back, OpenOptions.usual().as(DiskFormat.RAW))) {
                assertThat(disk.size()).as("%s, disk %d", seed, i).isEqualTo(expected.size());
                assertThat(Disks.sha256(disk)).as("%s, disk %d", seed, i).isEqualTo(Disks.sha256(expected));
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
            }
            for (Path file : new Path[] {raw, image, back}) {
                Files.delete(file);
            }
        }
    }
}
