package dev.bothways.disk.format.qed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QedTest {
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
        image = scratch.resolve("image.qed");
    }

    @Nested
    class Contract extends VirtualDiskContract {
        @TempDir
        Path folder;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            Path source = Files.write(folder.resolve("source.raw"), bytes);
            Path made = folder.resolve("image.qed");
            Oracle.require("qemu-img")
                    .run("convert", "-f", "raw", "-O", "qed", source, made)
                    .orFail();
            return DiskImages.open(made);
        }
    }

    private void assertReads(Path expected) throws IOException {
        try (DiskImage disk = DiskImages.open(image);
                VirtualDisk source = DiskImages.open(expected, RAW)) {
            assertThat(disk.size()).isEqualTo(source.size());
            assertThat(Disks.sha256(disk)).isEqualTo(Disks.sha256(source));
            assertThat(Disks.sparseDigest(disk)).isEqualTo(Disks.sparseDigest(source));
            assertThat(disk.check()).isEmpty();
            assertThat(disk.describe().format()).isEqualTo(DiskFormat.QED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster_size=64k", "cluster_size=4k,table_size=4", "cluster_size=1M,table_size=16"})
    void readsWhatQemuWrites(String options) throws IOException {
        Random random = Seed.of(2010).random();
        Disks.randomRaw(raw, 512L * (1 + random.nextInt(40_000)), random, 512);
        qemu.run("convert", "-f", "raw", "-O", "qed", "-o", options, raw, image).orFail();
        assertThat(DiskImages.formatOf(image)).isEqualTo(DiskFormat.QED);
        assertReads(raw);
    }

    @Test
    void readsZerosOverAParent() throws IOException {
        Random random = Seed.of(2011).random();
        Disks.randomRaw(raw, 6_000_128, random, 512);
        qemu.run("create", "-f", "qed", "-b", "source.raw", "-F", "raw", image, "9M")
                .orFail();
        Oracle.require("qemu-io")
                .run("-f", "qed", "-c", "write -P 7 100k 70k", "-c", "write -z 1M 1M", image)
                .orFail();
        Path expected = scratch.resolve("expected.raw");
        qemu.run("convert", "-f", "qed", "-O", "raw", image, expected).orFail();
        assertReads(expected);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.extent(1 << 20, 2 << 20)).isEqualTo(new Extent.Zero(1 << 20, 1 << 20));
            assertThat(disk.describe().files()).hasSize(2);
        }
    }

    private void number(long at, long value) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value), at);
        }
    }

    private long number(long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(image)) {
            file.read(bytes, at);
        }
        return bytes.getLong(0);
    }

    private void make() throws IOException {
        Disks.randomRaw(raw, 6_000_128, Seed.of(2012).random(), 512);
        qemu.run("convert", "-f", "raw", "-O", "qed", raw, image).orFail();
    }

    @Test
    void readsWhatIsInNeedOfACheckAndSaysSo() throws IOException {
        make();
        number(16, QedStructure.NEED_CHECK);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.NOTE));
        }
    }

    @Test
    void refusesUnknownFeaturesAndSnapshots() throws IOException {
        make();
        assertThatThrownBy(() -> DiskImages.open(image, OpenOptions.usual().atSnapshot("1")))
                .hasMessageContaining("keeps no snapshots");
        number(16, 1 << 4);
        assertThatThrownBy(() -> DiskImages.open(image)).hasMessageContaining("feature 4");
    }

    @Test
    void isReadOnly() {
        assertThat(DiskFormat.QED.isWritten()).isFalse();
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.QED, 1 << 20, CreateOptions.usual()))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("write qcow2");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x10000, 'where something else does'",
        "0, 0x70000000000, 'beyond the end'",
        "0, 0x10010, 'whole cluster'",
        "0, 0x0, 'used by nothing'",
    })
    void checkFindsWhatQemuFinds(int index, String value, String message) throws IOException {
        make();
        long table = number(number(40));
        int at = index;
        while (number(table + at * 8L) < 2) {
            at++;
        }
        number(table + at * 8L, Long.decode(value));
        assertThat(qemu.run("check", "-f", "qed", image).exitCode()).isNotZero();
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check())
                    .anySatisfy(finding -> assertThat(finding.message()).contains(message));
        }
    }

    @Test
    void survivesAnyDamage() throws IOException {
        make();
        HostileImage hostile = new HostileImage(image, DiskFormat.QED);
        Seed seed = Seed.of(942);
        Random random = seed.random();
        long[] interesting = {0, 1, 7, 4096, 65536, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0x7FFFFFFF, 1L << 40};
        for (int i = 0; i < 400; i++) {
            int at = new int[] {0, 0, 65536, 5 * 65536}[random.nextInt(4)];
            ByteBuffer part = ByteBuffer.wrap(hostile.part(at, 96)).order(ByteOrder.LITTLE_ENDIAN);
            long value = random.nextInt(3) == 0 ? random.nextLong() : interesting[random.nextInt(interesting.length)];
            part.putLong(random.nextInt(22) * 4, value);
            hostile.survives(at, part, seed + ", round " + i);
        }
        for (int i = 0; i < 50; i++) {
            int length = i < 10 ? i * 10 : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }
}
