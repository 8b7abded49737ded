package dev.bothways.disk.format.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileQcow2Test {
    private static final long[] INTERESTING = {
        0,
        1,
        2,
        7,
        9,
        21,
        63,
        512,
        65536,
        0x30000,
        1 << 20,
        0x7FFFFFFF,
        0x80000000L,
        0xFFFFFFFFL,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -65536,
        0x00FFFFFFFFFFFE00L,
        1L << 62,
        1L << 63 | 0x50000
    };

    @TempDir
    Path scratch;

    private Path image(String options) {
        Oracle qemu = Oracle.require("qemu-img");
        Oracle io = Oracle.require("qemu-io");
        Path image = scratch.resolve("image.qcow2");
        qemu.run("create", "-f", "qcow2", "-o", options, image, "4M").orFail();
        io.run(
                        "-f",
                        "qcow2",
                        "-c",
                        "write -P 7 0 256k",
                        "-c",
                        "write -c -P 8 512k 64k",
                        "-c",
                        "write -z 1M 128k",
                        image)
                .orFail();
        qemu.run("snapshot", "-c", "one", image).orFail();
        io.run("-f", "qcow2", "-c", "write -P 9 64k 128k", image).orFail();
        return image;
    }

    static ByteBuffer damaged(byte[] bytes, int range, Random random) {
        ByteBuffer damaged = ByteBuffer.wrap(bytes);
        long value = random.nextInt(4) == 0 ? random.nextLong() : INTERESTING[random.nextInt(INTERESTING.length)];
        if (random.nextBoolean()) {
            return damaged.putLong(random.nextInt(range / 4 - 1) * 4, value);
        }
        return damaged.putInt(random.nextInt(range / 4) * 4, (int) value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"compat=1.1", "compat=0.10", "extended_l2=on", "compression_type=zstd"})
    void survivesDamageAnywhereInItsMetadata(String options) throws IOException {
        Path image = image(options);
        HostileImage hostile = new HostileImage(image, DiskFormat.QCOW2);
        Seed seed = Seed.of(931);
        Random random = seed.random();
        int clusters = hostile.length() / 65536;
        for (int i = 0; i < 400; i++) {
            int at = i < 150 ? 0 : random.nextInt(clusters) * 65536;
            int range = at == 0 ? 160 : 128;
            ByteBuffer part = damaged(hostile.part(at, range), range, random);
            hostile.survives(at, part, "%s, round %d, cluster %d".formatted(seed, i, at / 65536));
        }
    }

    @Test
    void survivesAnyCut() throws IOException {
        HostileImage hostile = new HostileImage(image("compat=1.1"), DiskFormat.QCOW2);
        Seed seed = Seed.of(932);
        Random random = seed.random();
        for (int i = 0; i < 80; i++) {
            int length = i < 40 ? Math.min(hostile.length(), i * (16 << 10)) : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }

    /** An offset in the file, the 8-byte number to write there, and what is found; {@code L2} is the active table of clusters. */
    @ParameterizedTest
    @CsvSource({
        "L2, 0x0000000000070000, 'not marked as used once'",
        "L2, 0x8000000000000000 | 0x30000, 'does'",
        "L2, 0x8000000000000000 | 0x50200, 'whole cluster'",
        "L2, 0x8000000000000000 | 0x7000000000, 'beyond the end'",
        "L2, 0xC000000000070000, 'compressed cluster is marked as used once'",
        "L2, 0x8100000000070000, 'reserved bits'",
        "L1, 0x8000000070000000, 'not at a whole cluster in the file'",
        "L1, 0x0000000000040000, 'refcount'",
        "L1, 0x8100000000040000, 'reserved bits'",
        "RT, 0x0000000000020001, 'reserved bits'",
        "RT, 0x0000000070000000, 'not at a whole cluster'",
        "RT, 0x0000000000000000, 'refcount is 0'",
        "RB, 0x0001000100010000, 'refcount is 0'",
    })
    void checkFindsWhatQemuFinds(String where, String value, String message) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Path image = scratch.resolve("image.qcow2");
        qemu.run("create", "-f", "qcow2", image, "4M").orFail();
        Oracle.require("qemu-io")
                .run("-f", "qcow2", "-c", "write -P 7 0 256k", image)
                .orFail();
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long l1 = number(file, 40);
            long refcountTable = number(file, 48);
            long at = switch (where) {
                case "L1" -> l1;
                case "L2" -> number(file, l1) & Qcow2Entry.OFFSET;
                case "RT" -> refcountTable;
                default -> number(file, refcountTable);
            };
            long number = 0;
            for (String part : value.split("\\|", -1)) {
                number |= Long.parseUnsignedLong(part.trim().substring(2), 16);
            }
            file.write(ByteBuffer.allocate(8).putLong(0, number), at);
        }
        assertThat(qemu.run("check", "-f", "qcow2", image).exitCode())
                .as("qemu-img sees it too")
                .isNotZero();
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check()).anySatisfy(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.message()).contains(message);
            });
        }
    }

    private static long number(FileChannel file, long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8);
        file.read(bytes, at);
        return bytes.getLong(0);
    }

    @Test
    void checkFindsLeaksAsQemuDoes() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Path image = image("compat=1.1");
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long table = number(file, number(file, 40)) & Qcow2Entry.OFFSET;
            file.write(ByteBuffer.allocate(8), table + 8);
        }
        assertThat(qemu.run("check", "-f", "qcow2", image).exitCode()).isEqualTo(3);
        try (DiskImage disk = DiskImages.open(image)) {
            List<DiskImage.Finding> findings = disk.check();
            assertThat(findings)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.LEAK));
        }
    }

    @Test
    void checkFindsDamagedSnapshots() throws IOException {
        Path image = image("compat=1.1");
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long snapshots = number(file, 64);
            file.write(ByteBuffer.allocate(8).putLong(0, number(file, 40)), snapshots);
        }
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check()).anySatisfy(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.message()).contains("a table of tables lies where another one does");
            });
        }
    }
}
