package dev.bothways.disk.format.dmg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.VirtualDiskContract;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DmgImageTest {
    private static final int SECTOR = 512;

    @TempDir
    Path scratch;

    private Path image;

    @BeforeEach
    void name() {
        image = scratch.resolve("a.dmg");
    }

    @Nested
    class Contract extends VirtualDiskContract {
        @TempDir
        Path folder;

        @Override
        protected VirtualDisk disk(byte[] bytes) throws IOException {
            return DiskImages.open(
                    Files.write(folder.resolve("a.dmg"), made(bytes, Seed.of(71).random())));
        }
    }

    /** Chunks of any length, kept in all ways that fit them. */
    private static byte[] made(byte[] content, Random random) {
        MadeDmg dmg = new MadeDmg();
        int at = 0;
        while (at < content.length) {
            int length = Math.min(content.length - at, SECTOR * (1 + random.nextInt(600)));
            byte[] chunk = Arrays.copyOfRange(content, at, at + length);
            int[] types = isZero(chunk)
                    ? new int[] {MadeDmg.ZEROS, MadeDmg.IGNORED, MadeDmg.ZLIB}
                    : new int[] {MadeDmg.RAW, MadeDmg.ZLIB, MadeDmg.ZLIB};
            dmg.chunk(types[random.nextInt(types.length)], chunk);
            at += length;
            if (random.nextInt(5) == 0) {
                dmg.partition("disk image (Apple_HFS : " + at + ")");
            }
        }
        return dmg.partition("last").bytes();
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void readsWhatQemuReads() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(72);
        Random random = seed.random();
        for (int round = 0; round < 8; round++) {
            Path raw = scratch.resolve(round + ".raw");
            Disks.randomRaw(raw, 512L * (1 + random.nextInt(16_000)), random, SECTOR);
            Files.write(image, made(Files.readAllBytes(raw), random));
            assertThat(DiskImages.formatOf(image)).isEqualTo(DiskFormat.DMG);
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(Disks.sha256(disk)).as("%s, round %s", seed, round).isEqualTo(Disks.sha256(raw));
                assertThat(disk.check()).isEmpty();
            }
            qemu.run("compare", "-f", "dmg", "-F", "raw", image, raw).orFail();
        }
    }

    @Test
    void readsWhatAMacWrote() throws IOException {
        Path dmg = Corpus.expand("qemu-iotests/simple-dmg.dmg.bz2", scratch);
        Path raw = scratch.resolve("qemu.raw");
        Oracle.require("qemu-img")
                .run("convert", "-f", "dmg", "-O", "raw", dmg, raw)
                .orFail();
        try (DiskImage disk = DiskImages.open(dmg)) {
            assertThat(Disks.sha256(disk)).isEqualTo(Disks.sha256(raw));
            assertThat(disk.describe().variant()).isEqualTo("zlib");
        }
    }

    @Test
    void showsWhereZerosAre() throws IOException {
        byte[] data = new byte[2 * SECTOR];
        Arrays.fill(data, (byte) 7);
        Files.write(
                image,
                new MadeDmg()
                        .chunk(MadeDmg.RAW, data)
                        .chunk(MadeDmg.ZEROS, new byte[3 * SECTOR])
                        .gap(5)
                        .chunk(MadeDmg.ZLIB, data)
                        .partition("one")
                        .bytes());
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(12 * SECTOR);
            assertThat(disk.extent(0, 12 * SECTOR)).isInstanceOf(Extent.Stored.class);
            assertThat(disk.extent(2 * SECTOR, 12 * SECTOR)).isEqualTo(new Extent.Zero(2 * SECTOR, 8 * SECTOR));
            assertThat(disk.extent(10 * SECTOR, 12 * SECTOR)).isEqualTo(new Extent.Data(10 * SECTOR, 2 * SECTOR));
            assertThat(disk.describe().details()).containsEntry("partitions", "one");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x80000004, packed with ADC",
        "0x80000006, packed with bzip2",
        "0x80000007, packed with LZFSE",
        "0x80000008, packed with LZMA",
        "0x80000009, of the unknown kind 0x80000009"
    })
    void refusesOtherKindsByName(String type, String word) throws IOException {
        Files.write(
                image,
                new MadeDmg()
                        .chunk(Long.decode(type).intValue(), new byte[SECTOR])
                        .partition("one")
                        .bytes());
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(image))
                .withMessageContaining("some of it is " + word + ", which is not read")
                .matches(e -> e.kind() == Kind.UNSUPPORTED);
    }

    @Test
    void refusesChunksOverEachOther() throws IOException {
        Files.write(
                image,
                new MadeDmg()
                        .chunk(MadeDmg.ZEROS, new byte[4 * SECTOR])
                        .gap(-2)
                        .chunk(MadeDmg.ZEROS, new byte[4 * SECTOR])
                        .partition("one")
                        .bytes());
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(image))
                .withMessageContaining("two chunks hold byte 1024 of the disk")
                .matches(e -> e.kind() == Kind.MALFORMED);
    }

    @Test
    void isReadOnly() {
        assertThat(DiskFormat.DMG.isWritten()).isFalse();
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.create(image, DiskFormat.DMG, 1 << 20, CreateOptions.usual()))
                .withMessageContaining("hdiutil");
    }

    @Test
    void namesEncryptedAndSparseOnes() throws IOException {
        Files.write(image, Arrays.copyOf("encrcdsa".getBytes(StandardCharsets.US_ASCII), 4096));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(image))
                .withMessageContaining("this is an encrypted Apple disk image");
        Files.write(image, Arrays.copyOf("sprs".getBytes(StandardCharsets.US_ASCII), 4096));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() -> DiskImages.open(image, OpenOptions.usual()))
                .withMessageContaining("this is an Apple sparse image");
    }

    @Test
    void survivesAnyDamage() throws IOException {
        Path raw = scratch.resolve("a.raw");
        Seed seed = Seed.of(73);
        Random random = seed.random();
        Disks.randomRaw(raw, 1 << 20, random, SECTOR);
        Files.write(image, made(Files.readAllBytes(raw), random));
        HostileImage hostile = new HostileImage(image, DiskFormat.DMG);
        long[] interesting = {0, 1, 7, 512, 65536, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0x7FFFFFFF, 1L << 40};
        for (int i = 0; i < 300; i++) {
            boolean inTrailer = random.nextBoolean();
            int at = inTrailer
                    ? hostile.length() - SECTOR + 4 * random.nextInt(126)
                    : random.nextInt(hostile.length() - SECTOR);
            ByteBuffer part = ByteBuffer.wrap(hostile.part(at, 8));
            part.putLong(0, random.nextInt(3) == 0 ? random.nextLong() : interesting[random.nextInt(10)]);
            hostile.survives(at, part, seed + ", round " + i);
        }
        for (int i = 0; i < 20; i++) {
            int length = random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }
}
