package dev.bothways.disk.format.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.Disks;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileVhdTest {
    private static final int SIZE = 3 << 20;
    private static final int TABLE_AT = 1536;
    private static final int[] INTERESTING = {0, 1, 2, 3, 7, 0x7FFFFFFF, 0x80000000, -1, -2, 0x10000, 512};

    @TempDir
    Path scratch;

    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = scratch.resolve("image.vhd");
        CreateOptions small = CreateOptions.usual().withUnit(512 << 10);
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.VHD, SIZE, small)) {
            for (int at = 0; at < SIZE; at += 1 << 20) {
                for (ImageWriter.Place place : writer.place(at, 300_000)) {
                    place.file().write(place.fileOffset(), ByteBuffer.wrap(new byte[] {1, 2, 3}));
                }
            }
            writer.finish();
        }
    }

    @Test
    void survivesDamagedFieldsUnderSoundChecksums() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VHD);
        int length = hostile.length();
        Seed seed = Seed.of(911);
        Random random = seed.random();
        for (int i = 0; i < 300; i++) {
            boolean inHeader = random.nextBoolean();
            int structureAt = inHeader ? 512 : length - 512;
            ByteBuffer structure = ByteBuffer.wrap(hostile.part(structureAt, inHeader ? 1024 : 512));
            int at = random.nextInt(inHeader ? 15 : 24) * 4;
            structure.putInt(
                    at, random.nextInt(4) == 0 ? random.nextInt() : INTERESTING[random.nextInt(INTERESTING.length)]);
            int checksumAt = inHeader ? 36 : 64;
            structure.putInt(checksumAt, VhdChecksum.of(structure, checksumAt));
            hostile.survives(
                    structureAt, structure, "%s, round %d, field at %d of %d".formatted(seed, i, at, structureAt));
        }
    }

    @Test
    void survivesADamagedTable() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VHD);
        Seed seed = Seed.of(912);
        Random random = seed.random();
        for (int i = 0; i < 200; i++) {
            int entry = random.nextBoolean()
                    ? INTERESTING[random.nextInt(INTERESTING.length)]
                    : random.nextInt(hostile.length() / 512 + 10);
            byte[] bytes = ByteBuffer.allocate(4).putInt(0, entry).array();
            hostile.survives(TABLE_AT + 4 * random.nextInt(6), bytes, seed + ", round " + i + ", entry " + entry);
        }
    }

    @Test
    void survivesAnyCut() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VHD);
        Seed seed = Seed.of(913);
        Random random = seed.random();
        for (int i = 0; i < 100; i++) {
            int length = i < 40 ? i * 64 : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }

    @Test
    void survivesADamagedChildOfAParent() throws IOException {
        Corpus.expand("dfvfs/fat-parent.vhd.gz", scratch);
        Path child = Corpus.expand("dfvfs/fat-differential.vhd.gz", scratch);
        HostileImage hostile = new HostileImage(child, DiskFormat.VHD);
        Seed seed = Seed.of(914);
        Random random = seed.random();
        for (int i = 0; i < 100; i++) {
            ByteBuffer header = ByteBuffer.wrap(hostile.part(512, 1024));
            int at = 576 + 4 * random.nextInt(14);
            header.putInt(
                    at, random.nextBoolean() ? random.nextInt() : INTERESTING[random.nextInt(INTERESTING.length)]);
            header.putInt(36, VhdChecksum.of(header, 36));
            hostile.survives(512, header, seed + ", round " + i + ", locator field at " + at);
        }
    }

    @Test
    void usesTheCopyOfADamagedFooterAndSaysSo() throws IOException {
        String before = digest();
        write(Files.size(image) - 512 + 100, new byte[] {1});
        assertThat(digest()).isEqualTo(before);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().details().get("notes")).contains("its copy at the beginning was used");
            assertThat(disk.check())
                    .singleElement()
                    .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.LEAK));
        }
    }

    @Test
    void reportsADamagedCopyOfTheFooter() throws IOException {
        write(100, new byte[] {1});
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check())
                    .singleElement()
                    .satisfies(f -> assertThat(f.message()).contains("at the beginning is damaged"));
        }
    }

    @Test
    void readsAFooterOf511Bytes() throws IOException {
        String before = digest();
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1);
        }
        assertThat(digest()).isEqualTo(before);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().details()).doesNotContainKey("notes");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, two blocks lie in one place",
        "1, two blocks overlap",
        "2, over the disk's own metadata",
        "3, beyond the end of the file"
    })
    void checkFindsBlocksInTheWrongPlace(int what, String message) throws IOException {
        ByteBuffer table =
                ByteBuffer.wrap(Files.readAllBytes(image), TABLE_AT, 24).slice();
        int first = table.getInt(0);
        int entry = switch (what) {
            case 0 -> first;
            case 1 -> first + 8;
            case 2 -> 3;
            default -> 1_000_000;
        };
        write(TABLE_AT + 8, ByteBuffer.allocate(4).putInt(0, entry).array());
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check()).anySatisfy(f -> {
                assertThat(f.severity()).isEqualTo(Severity.ERROR);
                assertThat(f.message()).contains(message);
            });
        }
    }

    @Test
    void checkFindsDataThatABitmapHides() throws IOException {
        int bitmap = ByteBuffer.wrap(Files.readAllBytes(image), TABLE_AT, 4).getInt() * 512;
        write(bitmap, new byte[] {0});
        try (DiskImage disk = DiskImages.open(image)) {
            ByteBuffer start = ByteBuffer.allocate(3);
            disk.read(0, start);
            assertThat(start.array()).as("a sector never written is zeros").containsOnly(0);
            assertThat(disk.check())
                    .singleElement()
                    .satisfies(f -> assertThat(f.message()).contains("marked as never written"));
        }
    }

    private String digest() throws IOException {
        try (DiskImage disk = DiskImages.open(image)) {
            return Disks.sha256(disk);
        }
    }

    private void write(long position, byte[] bytes) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), position);
        }
    }
}
