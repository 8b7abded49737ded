package dev.bothways.disk.format.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.MountedImage;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2WriterTest {
    private static final OpenOptions RAW = OpenOptions.usual().as(DiskFormat.RAW);

    @TempDir
    Path scratch;

    static CreateOptions options(String words) {
        CreateOptions options = CreateOptions.usual();
        for (String word : words.split(",", -1)) {
            String[] parts = word.split("=", 2);
            options = switch (parts[0]) {
                case "" -> options;
                case "packed" -> options.packing();
                case "fixed" -> options.with(Allocation.FIXED);
                case "unit" -> options.withUnit(Long.parseLong(parts[1]));
                default -> options.withSetting(parts[0], parts[1]);
            };
        }
        return options;
    }

    private Path written(Path raw, String name, CreateOptions options) throws IOException {
        Path image = scratch.resolve(name);
        try (DiskImage source = DiskImages.open(raw, RAW);
                ImageWriter writer = DiskImages.create(image, DiskFormat.QCOW2, source.size(), options)) {
            DiskCopy.copy(source, writer, CopyOptions.usual());
            writer.finish();
        }
        return image;
    }

    /** Runs that pack well, run over clusters, and end anywhere. */
    private static void randomRaw(Path raw, Random random, int most) throws IOException {
        Disks.randomRaw(raw, 512L * (1 + random.nextInt(most / 512)), random, 1 << random.nextInt(22));
        try (FileChannel file = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            long size = file.size();
            for (int i = 0; i < 4; i++) {
                StringBuilder words = new StringBuilder();
                int count = random.nextInt(60_000);
                for (int j = 0; j < count; j++) {
                    words.append(random.nextInt(1000)).append(' ');
                }
                byte[] bytes = words.toString().getBytes(StandardCharsets.UTF_8);
                long at = random.nextLong(size);
                file.write(ByteBuffer.wrap(bytes, 0, (int) Math.min(bytes.length, size - at)), at);
            }
        }
    }

    private void assertSame(Path raw, Path image, Object description) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        assertThat(qemu.run("compare", "-f", "raw", "-F", "qcow2", raw, image).output())
                .as("%s: a line on the size would stand before", description)
                .isEqualTo("Images are identical.\n");
        assertThat(qemu.run("check", "-f", "qcow2", image).orFail().output())
                .as("%s", description)
                .contains("No errors were found");
        try (DiskImage disk = DiskImages.open(image);
                VirtualDisk source = DiskImages.open(raw, RAW)) {
            assertThat(disk.size()).isEqualTo(source.size());
            assertThat(Disks.sha256(disk)).as("%s", description).isEqualTo(Disks.sha256(source));
            assertThat(disk.check()).as("%s", description).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "compat=0.10", "unit=4096", "packed", "fixed"})
    void writesDisksThatLibqcowReadsEqual(String options) throws IOException {
        Path raw = scratch.resolve("source.raw");
        randomRaw(raw, new Random(7), 30 << 20);
        Path image = written(raw, "a.qcow2", options(options));
        byte[] expected = Files.readAllBytes(raw);
        assertThat(Oracle.require("qcowinfo").run(image).orFail().output()).contains(expected.length + " bytes");
        assertThat(MountedImage.bytesOf("qcowmount", image, scratch, expected.length))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "compat=0.10",
                "unit=512",
                "unit=4096,compat=0.10",
                "unit=2097152",
                "extended_l2=on",
                "extended_l2=on,unit=16384",
                "fixed",
                "fixed,unit=4096",
                "fixed,extended_l2=on,unit=32768",
                "preallocation=metadata",
                "packed",
                "packed,unit=512",
                "packed,unit=4096,compat=0.10",
                "packed,unit=2097152",
                "packed,extended_l2=on,unit=32768",
                "packed,compression_type=zstd",
                "packed,compression_type=zstd,unit=4096",
                "packed,compression_type=zstd,unit=2097152,extended_l2=on",
            })
    void writesDisksThatQemuReadsEqualAndFindsNothingWrongWith(String words) throws IOException {
        Seed seed = Seed.of(20_080_617);
        Random random = seed.random();
        for (int i = 0; i < 2; i++) {
            Path raw = scratch.resolve("source" + i + ".raw");
            randomRaw(raw, random, words.contains("512") ? 2 << 20 : 16 << 20);
            Path image = written(raw, i + ".qcow2", options(words));
            assertSame(raw, image, seed + ", disk " + i);
            if (words.contains("packed")) {
                assertThat(Files.size(image)).isLessThan(Files.size(raw) + (12 << 20));
            }
            Files.delete(image);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fixed", "packed", "packed,compression_type=zstd"})
    void writesTheSameBytesAgain(String words) throws IOException {
        Path raw = scratch.resolve("source.raw");
        randomRaw(raw, new Random(4), 20 << 20);
        assertThat(written(raw, "one.qcow2", options(words)))
                .hasSameBinaryContentAs(written(raw, "two.qcow2", options(words)));
    }

    @Test
    void packsAsTightAsQemu() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Path raw = scratch.resolve("source.raw");
        randomRaw(raw, new Random(9), 20 << 20);
        for (String type : new String[] {"zlib", "zstd"}) {
            Path theirs = scratch.resolve("theirs." + type);
            qemu.run("convert", "-c", "-f", "raw", "-O", "qcow2", "-o", "compression_type=" + type, raw, theirs)
                    .orFail();
            Path ours = written(raw, "ours." + type, options("packed,compression_type=" + type));
            assertThat((double) Files.size(ours)).isLessThan(Files.size(theirs) * 1.05);
        }
    }

    @Test
    void packsForAWindowOf4KiB() throws IOException {
        Oracle python = Oracle.require("python3");
        Path raw = scratch.resolve("source.raw");
        randomRaw(raw, new Random(10), 4 << 20);
        Path image = written(raw, "image.qcow2", options("packed"));
        // In steps, as those read that keep the window alone; dissect.hypervisor does so.
        String read = """
                import struct, sys, zlib
                image = open(sys.argv[1], 'rb').read()
                l1, = struct.unpack_from('>Q', image, 40)
                l2, = struct.unpack_from('>Q', image, l1)
                l2 &= 0x00fffffffffffe00
                packed = 0
                for entry in struct.unpack_from('>8192Q', image, l2):
                    if entry >> 62 == 1:
                        at = entry & ((1 << 54) - 1)
                        inflater = zlib.decompressobj(-12)
                        left, size = image[at:at + 65536], 0
                        while size < 65536:
                            step = inflater.decompress(left, 1000)
                            assert step
                            left, size = inflater.unconsumed_tail, size + len(step)
                        packed += 1
                print(packed)
                """;
        assertThat(Integer.parseInt(
                        python.run("-c", read, image).orFail().output().strip()))
                .isGreaterThan(10);
    }

    @Test
    void givesNeighboursOnePlaceAndReadsThemAsOneRun() throws IOException {
        Path image = scratch.resolve("image.qcow2");
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.QCOW2, 64 << 20, CreateOptions.usual())) {
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
    void holdsALargeDiskInLittleMemory() throws IOException {
        Path image = scratch.resolve("image.qcow2");
        long size = 1L << 50;
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.QCOW2, size, CreateOptions.usual())) {
            Disks.fill(writer, size - (1 << 20), 1 << 20);
            writer.finish();
        }
        assertThat(Oracle.require("qemu-img").run("check", image).orFail().output())
                .contains("No errors were found");
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
    void holdsNothingAtAll() throws IOException {
        for (long size : new long[] {0, 512, 700}) {
            Path image = scratch.resolve(size + ".qcow2");
            try (ImageWriter writer = DiskImages.create(image, DiskFormat.QCOW2, size, CreateOptions.usual())) {
                writer.finish();
            }
            Oracle.require("qemu-img").run("check", image).orFail();
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(disk.size()).isEqualTo((size + 511) / 512 * 512);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unit=3000",
                "unit=256",
                "unit=4194304",
                "extended_l2=on,unit=4096",
                "extended_l2=on,compat=0.10",
                "compression_type=zstd,compat=0.10",
                "compression_type=lz4",
                "refcount_bits=8",
                "fixed,packed",
                "fixed,preallocation=off",
                "nonsense=1",
            })
    void refusesWhatAQcow2CannotBe(String words) {
        Path image = scratch.resolve("image.qcow2");
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.QCOW2, 1 << 20, options(words)))
                .isInstanceOfSatisfying(
                        DiskImageException.class, e -> assertThat(e.kind()).isEqualTo(DiskImageException.Kind.REQUEST));
        assertThat(image).doesNotExist();
    }

    @Test
    void refusesADiskTooLargeForItsClusters() {
        Path image = scratch.resolve("image.qcow2");
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.QCOW2, 1L << 40, options("unit=512")))
                .hasMessageContaining("take larger ones");
        assertThat(image).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Allocation.class)
    void leavesAFileCutShortRecognisablyUnfinished(Allocation allocation) throws IOException {
        Path image = scratch.resolve("image.qcow2");
        Path cutShort = scratch.resolve("cut.qcow2");
        try (ImageWriter writer = DiskImages.create(
                image, DiskFormat.QCOW2, 8 << 20, CreateOptions.usual().with(allocation))) {
            writer.place(0, 4 << 20);
            Files.copy(image, cutShort);
        }
        assertThat(image).doesNotExist();
        assertThatThrownBy(() -> DiskImages.open(cutShort))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("never finished");
        assertThat(Oracle.require("qemu-img").run("info", cutShort).output()).contains("never finished");
    }
}
