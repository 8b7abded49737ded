package dev.bothways.disk.format.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that qemu-img makes, in all its options, read as qemu-img reads them. */
class Qcow2ReadingTest {
    private static final OpenOptions RAW = OpenOptions.usual().as(DiskFormat.RAW);

    @TempDir
    Path scratch;

    private Oracle qemu;
    private Oracle io;
    private Path raw;
    private Path image;

    @BeforeEach
    void names() {
        qemu = Oracle.require("qemu-img");
        io = Oracle.require("qemu-io");
        raw = scratch.resolve("source.raw");
        image = scratch.resolve("image.qcow2");
    }

    private void assertReads(Path expected, OpenOptions options) throws IOException {
        try (DiskImage disk = DiskImages.open(image, options);
                VirtualDisk source = DiskImages.open(expected, RAW)) {
            assertThat(disk.size()).isEqualTo(source.size());
            assertThat(Disks.sha256(disk)).isEqualTo(Disks.sha256(source));
            assertThat(Disks.sparseDigest(disk)).isEqualTo(Disks.sparseDigest(source));
            assertThat(disk.check()).noneMatch(finding -> finding.message().startsWith(image.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compat=0.10",
                "compat=1.1",
                "cluster_size=512",
                "cluster_size=4k",
                "cluster_size=2M",
                "extended_l2=on,cluster_size=16k",
                "extended_l2=on,cluster_size=2M",
                "refcount_bits=1",
                "refcount_bits=2,cluster_size=4k",
                "refcount_bits=64",
                "lazy_refcounts=on",
                "preallocation=metadata",
                "preallocation=full,extended_l2=on",
                "compat=0.10,preallocation=falloc",
                "-c",
                "-c,cluster_size=512",
                "-c,cluster_size=2M",
                "-c,compat=0.10",
                "-c,compression_type=zstd",
                "-c,compression_type=zstd,cluster_size=4k",
                "-c,compression_type=zstd,cluster_size=2M,extended_l2=on",
            })
    void readsWhatQemuWrites(String creation) throws IOException {
        Seed seed = Seed.of(7);
        Random random = seed.random();
        boolean small = creation.contains("=512");
        Disks.randomRaw(raw, 512L * (1 + random.nextInt(small ? 10_000 : 60_000)), random, 512);
        try (FileChannel file = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap("packs well ".repeat(20_000).getBytes(StandardCharsets.UTF_8)), 0);
        }
        boolean compressed = creation.startsWith("-c");
        String options = compressed ? creation.substring(Math.min(3, creation.length())) : creation;
        qemu.run(
                        "convert",
                        "-f",
                        "raw",
                        "-O",
                        "qcow2",
                        "-o",
                        options.isEmpty() ? "compat=1.1" : options,
                        compressed ? "-c" : "-q",
                        raw,
                        image)
                .orFail();
        assertReads(raw, OpenOptions.usual());
    }

    @Test
    void readsZerosAndHolesAndWrites() throws IOException {
        for (String options : new String[] {"compat=1.1", "extended_l2=on", "cluster_size=4k"}) {
            qemu.run("create", "-f", "qcow2", "-o", options, image, "9M").orFail();
            io.run(
                            "-f",
                            "qcow2",
                            "-c",
                            "write -P 7 0 9M",
                            "-c",
                            "write -z 1M 1M",
                            "-c",
                            "write -z -u 3M 512k",
                            "-c",
                            "discard 5M 1M",
                            "-c",
                            "write -P 9 5500k 6k",
                            "-c",
                            "write -z 10k 3k",
                            image)
                    .orFail();
            Files.deleteIfExists(raw);
            qemu.run("convert", "-O", "raw", image, raw).orFail();
            assertReads(raw, OpenOptions.usual());
            Files.delete(image);
        }
    }

    @Test
    void readsChainsOfParentsOfAnySizeAndFormat() throws IOException {
        Seed seed = Seed.of(77);
        Disks.randomRaw(raw, 5_000_192, seed.random(), 512);
        for (String[] format : new String[][] {{"raw", "raw"}, {"vpc", "vhd"}, {"qcow2", "qcow2"}}) {
            for (String size : new String[] {"3M", "9M"}) {
                for (String options : new String[] {"compat=1.1", "extended_l2=on", "compat=0.10,cluster_size=4k"}) {
                    Path base = scratch.resolve("base." + format[1]);
                    qemu.run("convert", "-f", "raw", "-O", format[0], raw, base).orFail();
                    qemu.run(
                                    "create",
                                    "-f",
                                    "qcow2",
                                    "-o",
                                    options,
                                    "-b",
                                    "base." + format[1],
                                    "-F",
                                    format[0],
                                    image,
                                    size)
                            .orFail();
                    io.run("-f", "qcow2", "-c", "write -P 3 70k 5k", "-c", "write -z 1M 300k", image)
                            .orFail();
                    Path expected = scratch.resolve("expected.raw");
                    qemu.run("convert", "-O", "raw", image, expected).orFail();
                    assertReads(expected, OpenOptions.usual());
                    Files.delete(image);
                    Files.delete(base);
                    Files.delete(expected);
                }
            }
        }
    }

    @Test
    void givesTheStoredRunsOfARawParent() throws IOException {
        Disks.randomRaw(raw, 1 << 20, new Random(1), 512);
        try (FileChannel file = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap("data".getBytes(StandardCharsets.UTF_8)), 0);
        }
        qemu.run("create", "-f", "qcow2", "-b", "source.raw", "-F", "raw", image)
                .orFail();
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.extent(0, 512)).isInstanceOfSatisfying(Extent.Stored.class, run -> {
                assertThat(run.file().path().getFileName()).isEqualTo(raw.getFileName());
                assertThat(run.fileOffset()).isZero();
            });
            assertThat(disk.describe().variant()).isEqualTo("differencing");
            assertThat(disk.describe().files()).hasSize(2);
        }
    }

    @Test
    void refusesAddressesAndStrangersAndMissingFilesByName() throws IOException {
        qemu.run("create", "-f", "raw", raw, "1M").orFail();
        for (String[] name : new String[][] {
            {"json:{\"driver\":\"null-co\"}", "'json:'"},
            {"nbd://localhost/disk", "'nbd:'"},
            {"gone.raw", "'gone.raw'"},
            {"/etc/hostname", "'hostname'"}
        }) {
            qemu.run("create", "-f", "qcow2", "-u", "-b", name[0], "-F", "raw", image, "1M")
                    .orFail();
            assertThatThrownBy(() -> DiskImages.open(image))
                    .isInstanceOf(DiskImageException.class)
                    .hasMessageContaining(name[1]);
            Files.delete(image);
        }
        qemu.run("create", "-f", "qcow2", "-u", "-b", "source.raw", "-F", "bochs", image, "1M")
                .orFail();
        assertThatThrownBy(() -> DiskImages.open(image)).hasMessageContaining("'bochs'");
    }

    @Test
    void readsAFileForDataAlone() throws IOException {
        for (String more : new String[] {"", ",data_file_raw=on"}) {
            Path data = scratch.resolve("data.raw");
            qemu.run("create", "-f", "qcow2", "-o", "data_file=" + data + more, image, "5M")
                    .orFail();
            io.run("-f", "qcow2", "-c", "write -P 5 100k 2M", "-c", "write -z 1M 64k", "-c", "write -P 6 0 1k", image)
                    .orFail();
            Files.deleteIfExists(raw);
            qemu.run("convert", "-O", "raw", image, raw).orFail();
            assertReads(raw, OpenOptions.usual());
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(disk.describe().files()).hasSize(2);
                assertThat(disk.extent(200 << 10, 201 << 10)).isInstanceOf(Extent.Stored.class);
            }
            Files.delete(data);
            assertThatThrownBy(() -> DiskImages.open(image)).hasMessageContaining("'data.raw'");
            Files.delete(image);
        }
    }

    @Test
    void readsSnapshotsByIdAndName() throws IOException {
        qemu.run("create", "-f", "qcow2", image, "4M").orFail();
        io.run("-f", "qcow2", "-c", "write -P 1 0 3M", image).orFail();
        qemu.run("snapshot", "-c", "first", image).orFail();
        io.run("-f", "qcow2", "-c", "write -P 2 1M 1M", image).orFail();
        qemu.run("resize", "-f", "qcow2", image, "6M").orFail();
        qemu.run("snapshot", "-c", "second", image).orFail();
        io.run("-f", "qcow2", "-c", "write -P 3 0 6M", image).orFail();
        for (String[] known :
                new String[][] {{"first", "first"}, {"1", "first"}, {"second", "second"}, {"2", "second"}}) {
            Files.deleteIfExists(raw);
            qemu.run("convert", "-l", "snapshot.name=" + known[1], "-O", "raw", image, raw)
                    .orFail();
            // qemu-img gives the first snapshot the present size.
            qemu.run("resize", "-f", "raw", "--shrink", raw, known[1].equals("first") ? "4M" : "6M")
                    .orFail();
            assertReads(raw, OpenOptions.usual().atSnapshot(known[0]));
        }
        Files.delete(raw);
        qemu.run("convert", "-O", "raw", image, raw).orFail();
        assertReads(raw, OpenOptions.usual());
        assertThatThrownBy(() -> DiskImages.open(image, OpenOptions.usual().atSnapshot("third")))
                .hasMessageContaining("'third'; it holds 1 (first), 2 (second)");
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().details()).containsEntry("snapshots", "1 (first), 2 (second)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "format=luks,encrypt.iter-time=15",
                "format=luks,encrypt.iter-time=15,encrypt.cipher-alg=aes-128,encrypt.cipher-mode=cbc,encrypt.ivgen-alg=essiv,encrypt.ivgen-hash-alg=sha256,encrypt.hash-alg=sha512",
                "format=aes",
            })
    void readsEncryptedDisks(String encryption) throws IOException {
        Path key = Files.writeString(scratch.resolve("key"), "correct horse\n");
        Disks.randomRaw(raw, 1_500_160, new Random(5), 512);
        Oracle.Result made = encrypted(encryption);
        for (int i = 0; made.output().contains("accurate CPU usage") && i < 10; i++) {
            made = encrypted(encryption); // It could not tell how fast it is in so short a time.
        }
        made.orFail();
        qemu.run(
                        "convert",
                        "--object",
                        "secret,id=k,data=correct horse",
                        "-n",
                        "-f",
                        "raw",
                        "--target-image-opts",
                        raw,
                        "driver=qcow2,file.filename=" + image + ",encrypt.key-secret=k")
                .orFail();
        assertReads(raw, OpenOptions.usual().withKey(key));
        try (DiskImage disk = DiskImages.open(image, OpenOptions.usual().withKey(key));
                VirtualDisk source = DiskImages.open(raw, RAW)) {
            Random random = new Random(6);
            for (int i = 0; i < 100; i++) {
                int offset = random.nextInt((int) disk.size());
                int length = random.nextInt(Math.min(70_000, (int) disk.size() - offset));
                ByteBuffer one = ByteBuffer.allocate(length);
                ByteBuffer two = ByteBuffer.allocate(length);
                disk.read(offset, one);
                source.read(offset, two);
                assertThat(one.array()).isEqualTo(two.array());
            }
        }
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("say which file holds its key");
        if (encryption.contains("luks")) {
            Path wrong = Files.writeString(scratch.resolve("wrong"), "battery staple");
            assertThatThrownBy(() -> DiskImages.open(image, OpenOptions.usual().withKey(wrong)))
                    .hasMessageContaining("the key given is none of those");
            survivesDamagedKeys();
        }
    }

    private Oracle.Result encrypted(String encryption) {
        return qemu.run(
                "create",
                "--object",
                "secret,id=k,data=correct horse",
                "-f",
                "qcow2",
                "-o",
                "encrypt.key-secret=k,encrypt." + encryption,
                image,
                "1500160");
    }

    private void survivesDamagedKeys() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.QCOW2);
        Seed seed = Seed.of(933);
        Random random = seed.random();
        for (int i = 0; i < 100; i++) {
            int at = random.nextBoolean() ? 96 : 4 << 16;
            hostile.survives(at, HostileQcow2Test.damaged(hostile.part(at, 160), 160, random), seed + ", round " + i);
        }
    }

    @Test
    void readsWhatIsMarkedDirtyOrCorruptAndSaysSo() throws IOException {
        qemu.run("create", "-f", "qcow2", image, "1M").orFail();
        io.run("-f", "qcow2", "-c", "write -P 7 0 100k", image).orFail();
        patch(79, 3);
        try (DiskImage disk = DiskImages.open(image)) {
            ByteBuffer bytes = ByteBuffer.allocate(1);
            disk.read(50_000, bytes);
            assertThat(bytes.get(0)).isEqualTo((byte) 7);
            assertThat(disk.check())
                    .allMatch(f -> f.severity() == Severity.NOTE)
                    .hasSize(2);
        }
    }

    @Test
    void refusesUnknownFeaturesByTheirNames() throws IOException {
        qemu.run("create", "-f", "qcow2", image, "1M").orFail();
        patch(77, 0x20);
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOfSatisfying(
                        DiskImageException.class,
                        e -> assertThat(e.kind()).isEqualTo(DiskImageException.Kind.UNSUPPORTED))
                .hasMessageContaining("incompatible bit 21");
    }

    private void patch(long at, int value) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {(byte) value}), at);
        }
    }
}
