package dev.bothways.disk.format.vmdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.OutputException;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.MountedImage;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmdkWriterTest {
    private static final CreateOptions OPTIONS = CreateOptions.usual().withoutWaiting();

    @TempDir
    Path scratch;

    private static DiskImage raw(Path path) throws IOException {
        return DiskImages.open(path, OpenOptions.usual().as(DiskFormat.RAW));
    }

    private static CreateOptions kind(String subformat) {
        return OPTIONS.withSetting("subformat", subformat);
    }

    private Path written(Path raw, String name, CreateOptions options) throws IOException {
        Path image = scratch.resolve(name);
        try (DiskImage source = raw(raw)) {
            DiskConversion.convert(source, image, DiskFormat.VMDK, options, CopyOptions.usual(), false);
        }
        return image;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "monolithicSparse",
                "streamOptimized",
                "monolithicFlat",
                "vmfs",
                "twoGbMaxExtentSparse",
                "twoGbMaxExtentFlat"
            })
    void writesDisksThatQemuReadsEqualInContentAndSize(String subformat) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(41);
        Random random = seed.random();
        for (int i = 0; i < 4; i++) {
            Path raw = scratch.resolve("source" + i + ".raw");
            Disks.randomRaw(raw, 512L * (1 + random.nextInt(60_000)), random, 1 << random.nextInt(18));
            Path image = written(raw, i + ".vmdk", kind(subformat));
            assertThat(qemu.run("compare", "-f", "raw", "-F", "vmdk", raw, image)
                            .orFail()
                            .output())
                    .as("%s, disk %d: a line on the size would stand before", seed, i)
                    .isEqualTo("Images are identical.\n");
            if (!subformat.endsWith("lat") && !subformat.equals("vmfs")) {
                assertThat(qemu.run("check", "-f", "vmdk", image).orFail().output())
                        .contains("No errors were found");
            }
            try (DiskImage disk = DiskImages.open(image);
                    DiskImage source = raw(raw)) {
                assertThat(Disks.sha256(disk)).as("%s, disk %d", seed, i).isEqualTo(Disks.sha256(source));
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
                assertThat(disk.describe().variant()).isEqualTo(subformat);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "streamOptimized", "twoGbMaxExtentSparse"})
    void writesDisksThatLibvmdkReadsEqual(String subformat) throws IOException {
        Path raw = scratch.resolve("source.raw");
        int size = 30 << 20;
        Disks.randomRaw(raw, size, new Random(6), 4096);
        Path image = written(raw, "a.vmdk", kind(subformat));
        assertThat(Oracle.require("vmdkinfo").run(image).orFail().output())
                .contains("Media size")
                .contains(size + " bytes");
        assertThat(MountedImage.bytesOf("vmdkmount", image, scratch, size)).isEqualTo(Files.readAllBytes(raw));
    }

    @ParameterizedTest
    @CsvSource({"twoGbMaxExtentSparse, s", "twoGbMaxExtentFlat, f"})
    void cutsLargeDisks(String subformat, String letter) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, (5L << 30) + 512, new Random(6), 4096);
        Path image = written(raw, "a b.vmdk", kind(subformat));
        assertThat(qemu.run("compare", "-f", "raw", "-F", "vmdk", raw, image)
                        .orFail()
                        .output())
                .isEqualTo("Images are identical.\n");
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().files())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly(
                            "a b.vmdk",
                            "a b-" + letter + "001.vmdk",
                            "a b-" + letter + "002.vmdk",
                            "a b-" + letter + "003.vmdk");
            assertThat(disk.check()).isEmpty();
        }
        assertThat(scratch.toFile().list()).hasSize(5);
    }

    @Test
    void writesTheSameBytesAgain() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 20_000_256, new Random(4), 4096);
        for (String subformat : List.of("monolithicSparse", "streamOptimized")) {
            Path one = Files.createDirectories(scratch.resolve(subformat + "1"));
            Path two = Files.createDirectories(scratch.resolve(subformat + "2"));
            Path first = written(raw, one.resolve("a.vmdk").toString(), kind(subformat));
            Path second = written(raw, two.resolve("a.vmdk").toString(), kind(subformat));
            assertThat(first).hasSameBinaryContentAs(second);
        }
    }

    @Test
    void tellsVmwareWhatItWantsToKnow() throws IOException {
        Path image = scratch.resolve("a.vmdk");
        CreateOptions options =
                kind("vmfs").withSetting("adapter_type", "buslogic").withSetting("hwversion", "13");
        DiskConversion.create(image, DiskFormat.VMDK, 3L << 30, options, false);
        assertThat(Files.readString(image))
                .startsWith("# Disk DescriptorFile\nversion=1\n")
                .contains("\nparentCID=ffffffff\n", "\ncreateType=\"vmfs\"\n")
                .contains("\nRW 6291456 VMFS \"a-flat.vmdk\"\n")
                .contains("ddb.adapterType = \"buslogic\"", "ddb.virtualHWVersion = \"13\"")
                .contains("ddb.geometry.cylinders = \"391\"", "heads = \"255\"", "sectors = \"63\"")
                .contains("ddb.toolsVersion = \"2147483647\"");
        assertThat(scratch.resolve("a-flat.vmdk")).hasSize(3L << 30);
    }

    @Test
    void writesAHeaderThatEsxiTakesWhenAskedToCompress() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 3 << 20, new Random(4), 4096);
        byte[] bytes = Files.readAllBytes(written(raw, "a.vmdk", OPTIONS.packing()));
        assertThat(bytes[4]).isEqualTo((byte) 3);
        assertThat(bytes.length % 512).isZero();
        assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("KDMV");
        assertThat(SparseHeader.hasMagic(
                        ByteBuffer.wrap(bytes, bytes.length - 1024, 512).slice()))
                .isTrue();
    }

    @Test
    void writesAStreamIntoAPipe() throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 70 << 20, new Random(4), 4096);
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        try (DiskImage source = raw(raw)) {
            Path name = Path.of("-");
            DiskConversion.intoPipe(
                    source, name, Channels.newChannel(pipe), DiskFormat.VMDK, OPTIONS, CopyOptions.usual());
        }
        assertThat(written(raw, "disk.vmdk", OPTIONS.packing())).hasBinaryContent(pipe.toByteArray());
    }

    @Test
    void holdsADisksDifferencesToItsParent() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(42);
        Random random = seed.random();
        Path below = Files.createDirectory(scratch.resolve("below"));
        Path old = below.resolve("old.raw");
        Path young = scratch.resolve("young.raw");
        Disks.randomRaw(old, 9_000_448, random, 4096);
        Disks.randomRaw(young, 9_000_448, random, 4096);
        Path base = written(old, "below/base.vmdk", OPTIONS.withIdentity("base"));
        Path child = scratch.resolve("child.vmdk");
        try (DiskImage parent = DiskImages.open(base)) {
            written(young, "child.vmdk", OPTIONS.over(new CreateOptions.Parent(parent, base, DiskFormat.VMDK)));
        }
        assertThat(qemu.run("compare", "-f", "raw", "-F", "vmdk", young, child)
                        .orFail()
                        .output())
                .as("%s", seed)
                .isEqualTo("Images are identical.\n");
        assertThat(qemu.run("check", child).orFail().output()).contains("No errors");
        try (DiskImage disk = DiskImages.open(child);
                DiskImage source = raw(young)) {
            assertThat(Disks.sha256(disk)).isEqualTo(Disks.sha256(source));
            assertThat(disk.check()).isEmpty();
            assertThat(disk.describe().details()).containsEntry("parent", "below/base.vmdk");
        }
    }

    @Test
    void leavesNothingBehindWhenItGivesUp() throws IOException {
        for (String subformat : VmdkSubformat.labels()) {
            try (ImageWriter writer =
                    DiskImages.create(scratch.resolve("a.vmdk"), DiskFormat.VMDK, 5L << 30, kind(subformat))) {
                assertThat(writer.size()).isEqualTo(5L << 30);
                assertThat(scratch).isNotEmptyDirectory();
            }
            assertThat(scratch).as(subformat).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "streamOptimized", "monolithicFlat", "twoGbMaxExtentSparse"})
    void isNoDiskUntilItIsFinished(String subformat) throws IOException {
        Path path = scratch.resolve("a.vmdk");
        try (ImageWriter writer = DiskImages.create(path, DiskFormat.VMDK, 3 << 20, kind(subformat))) {
            if (writer.packing().isEmpty()) {
                Disks.fill(writer, 65536, 65536);
            }
            assertThat(DiskImages.formatOf(path)).isEqualTo(DiskFormat.VMDK);
            assertThatThrownBy(() -> DiskImages.open(path)).isInstanceOf(DiskImageException.class);
        }
    }

    @Test
    void replacesAnExtentOnlyWhenToldToAndNeverTheSource() throws IOException {
        Path flat = Files.write(scratch.resolve("a-flat.vmdk"), new byte[1024]);
        Path image = scratch.resolve("a.vmdk");
        CreateOptions options = kind("monolithicFlat");
        assertThatThrownBy(() -> DiskConversion.create(image, DiskFormat.VMDK, 512, options, false))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("a-flat.vmdk: is there already");
        try (DiskImage source = raw(flat)) {
            assertThatThrownBy(() ->
                            DiskConversion.convert(source, image, DiskFormat.VMDK, options, CopyOptions.usual(), true))
                    .isInstanceOf(OutputException.class)
                    .hasMessageContaining("that is being read");
        }
        assertThat(scratch.toFile().list()).containsExactly("a-flat.vmdk");
        assertThat(flat).hasSize(1024);
        DiskConversion.create(image, DiskFormat.VMDK, 512, options, true);
        assertThat(flat).hasSize(512);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subformat=novel | it is one of monolithicSparse",
                "adapter_type=sata | it is one of ide",
                "hwversion=99 | it is one of 3",
                "novel=1 | no setting 'novel'"
            })
    void refusesSettingsThatItDoesNotHave(String setting, String reason) {
        String[] parts = setting.split("=", -1);
        CreateOptions options = OPTIONS.withSetting(parts[0], parts[1]);
        assertRefused(512, options, reason);
    }

    @Test
    void refusesWhatItCannotHold() {
        assertRefused(0, OPTIONS, "from one sector to 62 TiB");
        assertRefused(63L << 40, OPTIONS, "from one sector to 62 TiB");
        assertRefused(2L << 40, OPTIONS, "choose twoGbMaxExtentSparse");
        assertRefused(40L << 40, kind("twoGbMaxExtentSparse"), "more than 8192 extents");
        assertRefused(512, OPTIONS.withSectorSize(4096), "write a VHDX");
        assertRefused(512, OPTIONS.withUnit(1 << 20), "grains of 64 KiB");
        assertRefused(512, kind("monolithicFlat").packing(), "only a VMDK of subformat streamOptimized");
        assertRefused(512, kind("monolithicSparse").with(Allocation.FIXED), "choose monolithicFlat");
    }

    @Test
    void refusesAParentOfAnotherFormat() throws IOException {
        Path other = Files.write(scratch.resolve("a.raw"), new byte[512]);
        try (DiskImage parent = raw(other)) {
            CreateOptions options = OPTIONS.over(new CreateOptions.Parent(parent, other, DiskFormat.RAW));
            assertThatThrownBy(() -> DiskImages.create(scratch.resolve("a.vmdk"), DiskFormat.VMDK, 512, options))
                    .hasMessageContaining("must be a VMDK");
        }
    }

    private void assertRefused(long size, CreateOptions options, String reason) {
        assertThatThrownBy(() -> DiskImages.create(scratch.resolve("a.vmdk"), DiskFormat.VMDK, size, options))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(reason);
        assertThat(scratch).isEmptyDirectory();
    }
}
