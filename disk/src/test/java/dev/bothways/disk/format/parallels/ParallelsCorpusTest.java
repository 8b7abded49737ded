package dev.bothways.disk.format.parallels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelsCorpusTest {
    @TempDir
    Path scratch;

    @Test
    void readsAnImageOfOpenVz() throws IOException {
        Path image = Corpus.expand("qemu-iotests/parallels-v1.bz2", scratch);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(2 << 20);
            assertThat(Disks.sha256(disk))
                    .isEqualTo("15faf41ebc93b5f734341cb7a2d909001e3f7306960f9d8bc63894f2a8e5bc45");
            assertThat(disk.describe().format()).isEqualTo(DiskFormat.PARALLELS);
            assertThat(disk.check()).isEmpty();
        }
    }

    @Test
    void readsAnImageWithABitmapAndNamesIt() throws IOException {
        Path image = Corpus.expand("qemu-iotests/parallels-with-bitmap.bz2", scratch);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(68719476736L);
            assertThat(Disks.sparseDigest(disk))
                    .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
            assertThat(disk.describe().details()).containsEntry("extension", "dirty bitmap");
            assertThat(disk.check()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "expanding"})
    void readsABundleOfParallelsDesktop(String kind) throws IOException {
        String name = "dissect.hypervisor/disk/hdd/" + kind + ".hdd/";
        Path descriptor = Corpus.file(name + "DiskDescriptor.xml");
        Files.copy(descriptor, scratch.resolve("DiskDescriptor.xml"));
        Corpus.expand(name + kind + ".hdd.0.{5fbaabe3-6958-40ff-92a7-860e329aab41}.hds.gz", scratch);
        try (DiskImage disk = DiskImages.open(scratch);
                DiskImage byDescriptor = DiskImages.open(scratch.resolve("DiskDescriptor.xml"))) {
            assertThat(disk.size()).isEqualTo(100 << 20).isEqualTo(byDescriptor.size());
            assertThat(disk.describe().variant()).isEqualTo(kind);
            assertThat(disk.describe().details()).containsEntry("state", ParallelsSample.TOP);
            assertThat(disk.check()).isEmpty();
            for (int mebibyte = 0; mebibyte < 100; mebibyte++) {
                ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
                disk.read((long) mebibyte << 20, bytes);
                byte[] expected = new byte[1 << 20];
                Arrays.fill(expected, (byte) mebibyte);
                assertThat(Arrays.equals(bytes.array(), expected))
                        .as("MiB %d", mebibyte)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster_size=64k", "cluster_size=1M", "cluster_size=4M"})
    void readsWhatQemuWrites(String option) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(7);
        Random random = seed.random();
        for (int i = 0; i < 2; i++) {
            Path raw = scratch.resolve("source.raw");
            Path image = scratch.resolve("image.hdd");
            Path back = scratch.resolve("back.raw");
            Disks.randomRaw(raw, 512L * (1 + random.nextInt(60_000)), random, 512);
            qemu.run("convert", "-f", "raw", "-O", "parallels", "-o", option, raw, image)
                    .orFail();
            qemu.run("convert", "-f", "parallels", "-O", "raw", image, back).orFail();
            try (DiskImage disk = DiskImages.open(image);
                    VirtualDisk expected =
                            DiskImages.open(back, OpenOptions.usual().as(DiskFormat.RAW))) {
                assertThat(disk.size()).as("%s, disk %d", seed, i).isEqualTo(expected.size());
                assertThat(Disks.sha256(disk)).as("%s, disk %d", seed, i).isEqualTo(Disks.sha256(expected));
            }
            for (Path file : new Path[] {raw, image, back}) {
                Files.delete(file);
            }
        }
    }

    @Test
    void refusesToWrite() {
        Path image = scratch.resolve("image.hds");
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.PARALLELS, 1 << 20, CreateOptions.usual()))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("read, not written");
        assertThat(image).doesNotExist();
    }
}
