package dev.bothways.disk.format.vdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.format.DifferencingPair;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileVdiTest {
    private static final int[] INTERESTING = {0, 1, 2, 3, 7, 0x7FFFFFFF, 0x80000000, -1, -2, -3, 0x10000, 512, 1 << 30};
    private static final int MAP_AT = 1 << 20;

    @TempDir
    Path scratch;

    private Path image;
    private byte[] content;

    @BeforeEach
    void makeImage() throws IOException {
        DifferencingPair pair = DifferencingPair.random(
                DiskFormat.VDI,
                scratch,
                new Random(3),
                900_096,
                900_096,
                CreateOptions.usual().withUnit(64 << 10));
        image = pair.child();
        content = pair.childBytes();
    }

    @Test
    void survivesDamagedFields() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VDI);
        Seed seed = Seed.of(911);
        Random random = seed.random();
        for (int i = 0; i < 400; i++) {
            int at = random.nextInt(5) == 0 ? 64 + 4 * random.nextInt(5) : 336 + 4 * random.nextInt(34);
            int value = random.nextInt(4) == 0 ? random.nextInt() : INTERESTING[random.nextInt(INTERESTING.length)];
            hostile.survives(at, little(value), "%s, round %d, field at %d".formatted(seed, i, at));
        }
    }

    @Test
    void survivesADamagedMap() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VDI);
        Seed seed = Seed.of(912);
        Random random = seed.random();
        for (int i = 0; i < 200; i++) {
            int entry = random.nextBoolean() ? INTERESTING[random.nextInt(INTERESTING.length)] : random.nextInt(20);
            hostile.survives(
                    MAP_AT + 4 * random.nextInt(14), little(entry), seed + ", round " + i + ", entry " + entry);
        }
    }

    @Test
    void survivesAnyCut() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VDI);
        Seed seed = Seed.of(913);
        Random random = seed.random();
        for (int i = 0; i < 60; i++) {
            int length = i < 20 ? i * 32 : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }

    private static byte[] little(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, value)
                .array();
    }

    private void change(int at, int value) throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        System.arraycopy(little(value), 0, bytes, at, 4);
        Files.write(image, bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "76, 5, its kind is 5",
        "68, 131072, its version is 2.0",
        "72, 0, never finished",
        "72, 380, has only 380 bytes",
        "80, 4, unknown flags",
        "340, 100, over the header",
        "344, 1048580, within the map",
        "376, 65535, not a power of two",
        "384, 3, does not go into 3 blocks",
        "384, 1000000000, the file ends",
        "468, 4096, sectors of 4096 bytes"
    })
    void refusesByName(int at, int value, String message) throws IOException {
        change(at, value);
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsADiskWhoseBlocksWereMovedAndLeaveHoles() throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int stored = in.getInt(388);
        int block = in.getInt(376);
        int extra = 8192;
        int data = in.getInt(344);
        // Blocks in reverse, a hole after each, and something of another program's before the data of each.
        ByteBuffer out =
                ByteBuffer.allocate(data + 2 * stored * (block + extra)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(bytes, 0, data);
        out.putInt(380, extra).putInt(388, 2 * stored);
        for (int i = 0; i < in.getInt(384); i++) {
            int entry = in.getInt(MAP_AT + 4 * i);
            if (entry >= 0) {
                int place = 2 * (stored - 1 - entry);
                out.putInt(MAP_AT + 4 * i, place);
                out.put(data + place * (block + extra) + extra, bytes, data + entry * block, block);
            }
        }
        Files.write(image, out.array());
        assertThat(bytesOf(image)).isEqualTo(content);
    }

    @Test
    void readsDisksOfVersion0AndOfShortHeaders() throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        Arrays.fill(bytes, 456, 472, (byte) 0);
        System.arraycopy(little(384), 0, bytes, 72, 4);
        Files.write(image, bytes);
        assertThat(bytesOf(image)).isEqualTo(content);

        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int map = 420;
        int entries = in.getInt(384);
        int data = map + 4 * entries;
        ByteBuffer old =
                ByteBuffer.allocate(data + bytes.length - in.getInt(344)).order(ByteOrder.LITTLE_ENDIAN);
        old.put(0, bytes, 0, 68).putInt(68, 1).putInt(72, 3);
        old.putInt(348, 512).putLong(352, in.getLong(368)).putInt(360, in.getInt(376));
        old.putInt(364, entries).putInt(368, in.getInt(388));
        old.put(372, bytes, 392, 48);
        old.put(map, bytes, MAP_AT, 4 * entries);
        old.put(data, bytes, in.getInt(344), bytes.length - in.getInt(344));
        Files.write(image, old.array());
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().variant()).isEqualTo("undo");
            assertThat(disk.describe().details()).containsEntry("version", "0.1");
        }
        assertThat(bytesOf(image)).isEqualTo(content);
    }

    private static byte[] bytesOf(Path image) throws IOException {
        try (DiskImage disk = DiskImages.open(image)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) disk.size());
            disk.read(0, bytes);
            return bytes.array();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1048580, 0, ERROR, as another block is",
        "1048580, 900, ERROR, beyond its end",
        "388, 0, ERROR, would put another over it",
        "388, 10, LEAK, the header counts 10 blocks"
    })
    void checkFindsWhatQemuFinds(int at, int value, Severity severity, String message) throws IOException {
        Path raw = scratch.resolve("source.raw");
        Disks.randomRaw(raw, 9 << 20, new Random(1), 512);
        image = scratch.resolve("made by qemu.vdi");
        Oracle qemu = Oracle.require("qemu-img");
        qemu.run("convert", "-O", "vdi", "-S", "0", raw, image).orFail();
        int map = ByteBuffer.wrap(Files.readAllBytes(image))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(340);
        change(at < 512 ? at : at - MAP_AT + map, value);
        assertThat(qemu.run("check", "-f", "vdi", image).exitCode()).isNotZero();
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check()).anySatisfy(f -> {
                assertThat(f.severity()).isEqualTo(severity);
                assertThat(f.message()).contains(message);
            });
        }
    }
}
