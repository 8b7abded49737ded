package dev.bothways.disk.format.qcow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.HostileImage;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QcowTest {
    private static final OpenOptions RAW = OpenOptions.usual().as(DiskFormat.RAW);

    @TempDir
    Path scratch;

    private Oracle qemu;
    private Path raw;
    private Path image;

    @BeforeEach
    void names() {
        qemu = Oracle.require("qemu-img");
        raw = scratch.resolve("source.raw");
        image = scratch.resolve("image.qcow");
    }

    @Nested
    class Contract extends VirtualDiskContract {
        @TempDir
        Path folder;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            Path source = Files.write(folder.resolve("source.raw"), bytes);
            Path made = folder.resolve("image.qcow");
            convertPacked(source, made);
            return DiskImages.open(made);
        }
    }

    /** qemu-img 7.2 says that it failed when it has packed a whole image; its content is right all the same. */
    private static void convertPacked(Path from, Path to) {
        Oracle.require("qemu-img").run("convert", "-c", "-f", "raw", "-O", "qcow", from, to);
    }

    private void assertReads(Path expected, OpenOptions options) throws IOException {
        try (DiskImage disk = DiskImages.open(image, options);
                VirtualDisk source = DiskImages.open(expected, RAW)) {
            assertThat(disk.size()).isEqualTo(source.size());
            assertThat(Disks.sha256(disk)).isEqualTo(Disks.sha256(source));
            assertThat(Disks.sparseDigest(disk)).isEqualTo(Disks.sparseDigest(source));
            assertThat(disk.check()).isEmpty();
            assertThat(disk.describe().format()).isEqualTo(DiskFormat.QCOW);
        }
    }

    private void makeRaw(Random random) throws IOException {
        Files.deleteIfExists(raw);
        Disks.randomRaw(raw, 512L * (1 + random.nextInt(40_000)), random, 512);
        try (FileChannel file = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap("packs well ".repeat(10_000).getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    @Test
    void readsWhatQemuWrites() throws IOException {
        Seed seed = Seed.of(2004);
        for (boolean packed : new boolean[] {false, true}) {
            makeRaw(seed.random());
            if (packed) {
                convertPacked(raw, image);
            } else {
                qemu.run("convert", "-f", "raw", "-O", "qcow", raw, image).orFail();
            }
            assertThat(DiskImages.formatOf(image)).isEqualTo(DiskFormat.QCOW);
            assertReads(raw, OpenOptions.usual());
            Files.delete(image);
        }
    }

    @Test
    void readsDisksOverAParent() throws IOException {
        makeRaw(Seed.of(2005).random());
        // A disk with a parent has clusters of 512 bytes.
        qemu.run("create", "-f", "qcow", "-b", "source.raw", "-F", "raw", image, "30M")
                .orFail();
        Oracle.require("qemu-io")
                .run("-f", "qcow", "-c", "write -P 7 100k 70k", image)
                .orFail();
        Path expected = scratch.resolve("expected.raw");
        qemu.run("convert", "-f", "qcow", "-O", "raw", image, expected).orFail();
        assertReads(expected, OpenOptions.usual());
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().variant()).isEqualTo("differencing");
            assertThat(disk.describe().files()).hasSize(2);
        }
        Files.delete(raw);
        assertThatThrownBy(() -> DiskImages.open(image)).hasMessageContaining("'source.raw'");
    }

    @Test
    void readsEncryptedDisks() throws IOException {
        Path key = Files.writeString(scratch.resolve("key"), "a long passphrase, cut\n");
        makeRaw(Seed.of(2006).random());
        String secret = "secret,id=k,data=a long passphrase,, cut";
        qemu.run(
                        "create",
                        "--object",
                        secret,
                        "-f",
                        "qcow",
                        "-o",
                        "encrypt.format=aes,encrypt.key-secret=k",
                        image,
                        Files.size(raw))
                .orFail();
        qemu.run(
                        "convert",
                        "--object",
                        secret,
                        "-n",
                        "-f",
                        "raw",
                        "--target-image-opts",
                        raw,
                        "driver=qcow,file.filename=" + image + ",encrypt.key-secret=k")
                .orFail();
        assertReads(raw, OpenOptions.usual().withKey(key));
        assertThatThrownBy(() -> DiskImages.open(image)).hasMessageContaining("say which file holds its key");
    }

    @Test
    void isReadOnly() {
        assertThat(DiskFormat.QCOW.isWritten()).isFalse();
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.QCOW, 1 << 20, CreateOptions.usual()))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("write qcow2");
        assertThat(image).doesNotExist();
    }

    @Test
    void survivesAnyDamage() throws IOException {
        makeRaw(Seed.of(2007).random());
        convertPacked(raw, image);
        HostileImage hostile = new HostileImage(image, DiskFormat.QCOW);
        Seed seed = Seed.of(941);
        Random random = seed.random();
        long[] interesting = {0, 1, 9, 512, 48, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0x7FFFFFFF, 1L << 40, 4096};
        for (int i = 0; i < 400; i++) {
            int at = random.nextInt(4) == 0 ? 4096 : 0;
            ByteBuffer part = ByteBuffer.wrap(hostile.part(at, 96));
            long value = random.nextInt(3) == 0 ? random.nextLong() : interesting[random.nextInt(interesting.length)];
            part.putLong(random.nextInt(22) * 4, value);
            hostile.survives(at, part, seed + ", round " + i);
        }
        for (int i = 0; i < 50; i++) {
            int length = i < 10 ? i * 10 : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }

    @Test
    void checkFindsClustersInTheWrongPlace() throws IOException {
        makeRaw(Seed.of(2008).random());
        qemu.run("convert", "-f", "raw", "-O", "qcow", raw, image).orFail();
        for (long[] bad : new long[][] {{48, 0}, {0x100, 0}, {1L << 40, 0}}) {
            Path copy = Files.copy(image, scratch.resolve("bad" + bad[0]));
            try (FileChannel file = FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer table = ByteBuffer.allocate(8);
                file.read(table, 48);
                file.write(ByteBuffer.allocate(8).putLong(0, bad[0]), table.getLong(0));
            }
            try (DiskImage disk = DiskImages.open(copy)) {
                assertThat(disk.check()).anyMatch(finding -> finding.severity() == Severity.ERROR);
            }
        }
    }
}
