package dev.bothways.disk.format.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of the differences to a parent. */
class Qcow2ParentTest {
    private static final OpenOptions RAW = OpenOptions.usual().as(DiskFormat.RAW);

    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "; RAW",
                "; QCOW2",
                "compat=0.10; VHD",
                "unit=4096; VHDX",
                "extended_l2=on; RAW",
                "extended_l2=on,unit=2097152; QCOW2",
                "packed; RAW",
                "packed,compression_type=zstd,extended_l2=on; QCOW2",
                "unit=512; RAW",
            })
    void holdsTheDifferencesAsQemuSeesThem(String words, DiskFormat below) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(88);
        Random random = seed.random();
        Path raw = scratch.resolve("wanted.raw");
        Path old = scratch.resolve("old.raw");
        Disks.randomRaw(old, 6_000_640, random, 512);
        for (String size : new String[] {"4000256", "6000640", "9000448"}) {
            Files.deleteIfExists(raw);
            Files.copy(old, raw);
            change(raw, random);
            qemu.run("resize", "-f", "raw", "--shrink", raw, size).orFail();
            Path parent = scratch.resolve("parent." + below.ending());
            copy(old, parent, below, CreateOptions.usual());
            Path folder = Files.createDirectories(scratch.resolve("children"));
            Path child = folder.resolve("child.qcow2");
            try (DiskImage disk = DiskImages.open(parent)) {
                CreateOptions.Parent known = new CreateOptions.Parent(disk, parent, below);
                CreateOptions options = Qcow2WriterTest.options(words == null ? "" : words);
                copy(raw, child, DiskFormat.QCOW2, options.over(known));
            }
            assertThat(qemu.run("compare", "-f", "raw", "-F", "qcow2", raw, child)
                            .output())
                    .as("%s, %s", seed, size)
                    .isEqualTo("Images are identical.\n");
            qemu.run("check", "-f", "qcow2", child).orFail();
            try (DiskImage disk = DiskImages.open(child, OpenOptions.usual().allowing(scratch));
                    DiskImage wanted = DiskImages.open(raw, RAW)) {
                assertThat(Disks.sha256(disk)).as("%s, %s", seed, size).isEqualTo(Disks.sha256(wanted));
                assertThat(disk.check()).noneMatch(f -> f.message().startsWith(child.toString()));
                assertThat(disk.describe().variant()).isEqualTo("differencing");
            }
            assertThat(qemu.run("info", child).orFail().output()).contains("backing file: ../parent." + below.ending());
            Files.delete(child);
            Files.delete(parent);
        }
    }

    /** The parent lies elsewhere than the image says: its folder is named, and the image's own one stays allowed. */
    @Test
    void findsAParentByItsNameInTheAllowedFolder() throws IOException {
        Path own = Files.createDirectories(scratch.resolve("own"));
        Path elsewhere = Files.createDirectories(scratch.resolve("elsewhere"));
        Path other = Files.createDirectories(scratch.resolve("other"));
        Path parent = own.resolve("parent.qcow2");
        Path child = own.resolve("child.qcow2");
        Oracle qemu = Oracle.require("qemu-img");
        qemu.run("create", "-q", "-f", "qcow2", parent, "1M").orFail();
        qemu.run("create", "-q", "-f", "qcow2", "-b", parent, "-F", "qcow2", child)
                .orFail();
        try (DiskImage disk = DiskImages.open(child, OpenOptions.usual().allowing(other))) {
            assertThat(disk.describe().files()).containsExactly(child, parent.toRealPath());
        }
        Path moved = Files.move(parent, elsewhere.resolve("parent.qcow2"));
        try (DiskImage disk = DiskImages.open(child, OpenOptions.usual().allowing(elsewhere))) {
            assertThat(disk.describe().files()).containsExactly(child, moved.toRealPath());
        }
        assertThatThrownBy(() -> DiskImages.open(child, OpenOptions.usual().allowing(other)))
                .hasMessageContaining("of which there is none in " + other);
    }

    private static void change(Path raw, Random random) throws IOException {
        try (FileChannel file = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            for (int i = 0; i < 12; i++) {
                byte[] bytes = new byte[random.nextInt(200_000)];
                if (i % 3 == 0) {
                    random.nextBytes(bytes);
                }
                long at = random.nextLong(file.size());
                file.write(ByteBuffer.wrap(bytes, 0, (int) Math.min(bytes.length, file.size() - at)), at);
            }
        }
    }

    private static void copy(Path raw, Path to, DiskFormat format, CreateOptions options) throws IOException {
        try (DiskImage source = DiskImages.open(raw, RAW);
                ImageWriter writer = DiskImages.create(to, format, source.size(), options)) {
            DiskCopy.copy(source, writer, CopyOptions.usual());
            writer.finish();
        }
    }

    @Test
    void takesNoMoreThanTheDifferencesTake() throws IOException {
        Path old = scratch.resolve("old.raw");
        Disks.randomRaw(old, 20 << 20, new Random(1), 4096);
        Path child = scratch.resolve("child.qcow2");
        try (DiskImage disk = DiskImages.open(old, RAW)) {
            copy(
                    old,
                    child,
                    DiskFormat.QCOW2,
                    CreateOptions.usual().over(new CreateOptions.Parent(disk, old, DiskFormat.RAW)));
        }
        assertThat(Files.size(child)).isLessThan(300_000);
        try (DiskImage disk = DiskImages.open(child)) {
            Extent extent = disk.extent(0, disk.size());
            assertThat(extent instanceof Extent.Zero || extent instanceof Extent.Stored)
                    .isTrue();
        }
    }

    @Test
    void takesOnlyWholeGrains() throws IOException {
        Path old = scratch.resolve("old.raw");
        Disks.randomRaw(old, 1 << 20, new Random(1), 4096);
        try (DiskImage disk = DiskImages.open(old, RAW);
                ImageWriter writer = DiskImages.create(
                        scratch.resolve("child.qcow2"),
                        DiskFormat.QCOW2,
                        1 << 20,
                        CreateOptions.usual()
                                .withSetting("extended_l2", "on")
                                .over(new CreateOptions.Parent(disk, old, DiskFormat.RAW)))) {
            assertThat(writer.grain()).isEqualTo(2048);
            assertThatThrownBy(() -> writer.place(512, 2048)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
