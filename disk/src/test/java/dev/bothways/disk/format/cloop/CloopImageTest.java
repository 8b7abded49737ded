package dev.bothways.disk.format.cloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloopImageTest {
    private static final String SCRIPT =
            "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\nexit $?\n";
    private static final int TABLE = 136;

    @TempDir
    Path scratch;

    private Path image;

    @BeforeEach
    void name() {
        image = scratch.resolve("a.cloop");
    }

    @Nested
    class Contract extends VirtualDiskContract {
        @TempDir
        Path folder;

        /** All blocks have one length, so this one has but one block. */
        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return DiskImages.open(Files.write(folder.resolve("a.cloop"), made(bytes, bytes.length)));
        }
    }

    private static byte[] made(byte[] content, int block) throws IOException {
        int blocks = content.length / block;
        ByteBuffer header = ByteBuffer.allocate(TABLE + 8 * (blocks + 1))
                .put(0, SCRIPT.getBytes(StandardCharsets.US_ASCII))
                .putInt(128, block)
                .putInt(132, blocks);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (int i = 0; i < blocks; i++) {
            header.putLong(TABLE + 8 * i, header.capacity() + data.size());
            DeflaterOutputStream deflater = new DeflaterOutputStream(data);
            deflater.write(content, i * block, block);
            deflater.finish();
        }
        header.putLong(TABLE + 8 * blocks, header.capacity() + data.size());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header.array());
        all.writeBytes(data.toByteArray());
        return all.toByteArray();
    }

    private Path random(long size, Random random) throws IOException {
        Path raw = scratch.resolve(size + ".raw");
        Disks.randomRaw(raw, size, random, 512);
        return raw;
    }

    @Test
    void readsWhatQemuReads() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Random random = Seed.of(81).random();
        for (int block : new int[] {512, 65_536, 1 << 20}) {
            Path raw = random(block * 8L, random);
            Files.write(image, made(Files.readAllBytes(raw), block));
            assertThat(DiskImages.formatOf(image)).isEqualTo(DiskFormat.CLOOP);
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(Disks.sha256(disk)).isEqualTo(Disks.sha256(raw));
                assertThat(disk.check()).isEmpty();
            }
            qemu.run("compare", "-f", "cloop", "-F", "raw", image, raw).orFail();
        }
    }

    @Test
    void readsWhatOthersWrote() throws IOException {
        Path cloop = Corpus.expand("qemu-iotests/simple-pattern.cloop.bz2", scratch);
        Path raw = scratch.resolve("qemu.raw");
        Oracle.require("qemu-img")
                .run("convert", "-f", "cloop", "-O", "raw", cloop, raw)
                .orFail();
        try (DiskImage disk = DiskImages.open(cloop)) {
            assertThat(Disks.sha256(disk)).isEqualTo(Disks.sha256(raw));
        }
    }

    @Test
    void namesOtherVersions() throws IOException {
        Files.write(image, Arrays.copyOf("#!/bin/sh\n#V4.0 Format\n".getBytes(StandardCharsets.US_ASCII), 4096));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(image))
                .withMessageContaining("this is a cloop image of another version than 2, which is not read");
    }

    @Test
    void checkFindsBlocksOutsideTheFile() throws IOException {
        byte[] bytes = made(new byte[8 * 512], 512);
        ByteBuffer.wrap(bytes).putLong(TABLE + 8 * 3, 1L << 40);
        Files.write(image, bytes);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check()).hasSize(2).allSatisfy(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.message()).containsPattern("block [23] cannot lie at byte");
            });
            assertThatExceptionOfType(DiskImageException.class)
                    .isThrownBy(() -> disk.read(3 * 512, ByteBuffer.allocate(512)))
                    .withMessageContaining("block 3 cannot lie at byte");
        }
    }

    @Test
    void survivesAnyDamage() throws IOException {
        Seed seed = Seed.of(82);
        Random random = seed.random();
        Files.write(image, made(Files.readAllBytes(random(1 << 20, random)), 65_536));
        HostileImage hostile = new HostileImage(image, DiskFormat.CLOOP);
        long[] interesting = {0, 1, 7, 512, 65536, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0x7FFFFFFF, 1L << 40};
        for (int i = 0; i < 300; i++) {
            int at = random.nextBoolean() ? 120 + 4 * random.nextInt(40) : random.nextInt(hostile.length() - 8);
            ByteBuffer part = ByteBuffer.wrap(hostile.part(at, 8));
            part.putLong(0, random.nextInt(3) == 0 ? random.nextLong() : interesting[random.nextInt(10)]);
            hostile.survives(at, part, seed + ", round " + i);
        }
        for (int i = 0; i < 20; i++) {
            int length = i < 5 ? 100 + i * 10 : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }
}
