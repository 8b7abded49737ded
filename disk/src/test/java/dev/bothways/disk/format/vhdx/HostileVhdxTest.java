package dev.bothways.disk.format.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileVhdxTest {
    private static final int METADATA_AT = 2 << 20;
    private static final int TABLE_AT = 3 << 20;
    private static final long[] INTERESTING = {
        0, 1, 2, 7, 512, 4096, 1 << 20, 0x7FFFFFFF, 0x80000000L, 0xFFFFFFFFL, Long.MAX_VALUE, Long.MIN_VALUE, -1, -4096
    };

    @TempDir
    Path scratch;

    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = scratch.resolve("image.vhdx");
        try (ImageWriter writer = DiskImages.create(image, DiskFormat.VHDX, 6 << 20, CreateOptions.usual())) {
            writer.place(0, 2 << 20);
            writer.place(3 << 20, 1 << 20);
            writer.finish();
        }
    }

    /** Puts a 4 or 8 byte number that is likely to hurt somewhere into the first {@code range} bytes. */
    private static ByteBuffer damaged(byte[] bytes, int range, Random random) {
        ByteBuffer damaged = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long value = random.nextInt(4) == 0 ? random.nextLong() : INTERESTING[random.nextInt(INTERESTING.length)];
        if (random.nextBoolean()) {
            return damaged.putLong(random.nextInt(range / 4 - 1) * 4, value);
        }
        return damaged.putInt(random.nextInt(range / 4) * 4, (int) value);
    }

    private static void seal(ByteBuffer structure) {
        structure.putInt(VhdxChecksum.AT, VhdxChecksum.of(structure));
    }

    @Test
    void survivesDamagedHeadersUnderSoundChecksums() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VHDX);
        Seed seed = Seed.of(921);
        Random random = seed.random();
        for (int i = 0; i < 150; i++) {
            ByteBuffer header = damaged(hostile.part((int) VhdxHeader.SECOND_AT, VhdxHeader.BYTES), 80, random);
            seal(header);
            hostile.survives(VhdxHeader.SECOND_AT, header, seed + ", round " + i);
        }
    }

    @Test
    void survivesDamagedRegionsUnderSoundChecksums() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VHDX);
        Seed seed = Seed.of(922);
        Random random = seed.random();
        for (int i = 0; i < 150; i++) {
            ByteBuffer table =
                    damaged(hostile.part((int) VhdxRegion.FIRST_TABLE_AT, VhdxRegion.TABLE_BYTES), 80, random);
            seal(table);
            hostile.survives(VhdxRegion.FIRST_TABLE_AT, table, seed + ", round " + i);
        }
    }

    @Test
    void survivesDamagedMetadata() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VHDX);
        Seed seed = Seed.of(923);
        Random random = seed.random();
        for (int i = 0; i < 300; i++) {
            boolean inTable = random.nextBoolean();
            int at = METADATA_AT + (inTable ? 0 : VhdxItem.TABLE_BYTES);
            int length = inTable ? 192 : 40;
            hostile.survives(at, damaged(hostile.part(at, length), length, random), seed + ", round " + i);
        }
    }

    @Test
    void survivesADamagedTableOfBlocks() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VHDX);
        Seed seed = Seed.of(924);
        Random random = seed.random();
        for (int i = 0; i < 200; i++) {
            hostile.survives(TABLE_AT, damaged(hostile.part(TABLE_AT, 48), 48, random), seed + ", round " + i);
        }
    }

    @Test
    void survivesADamagedLogUnderSoundChecksums() throws IOException {
        Path dirty = Corpus.expand("qemu-iotests/iotest-dirtylog-10G-4M.vhdx.bz2", scratch);
        HostileImage hostile = new HostileImage(dirty, DiskFormat.VHDX);
        int at = 1 << 20;
        while (hostile.part(at, 1)[0] != 'l' || at % 4096 != 0) {
            at += 4096;
        }
        Seed seed = Seed.of(925);
        Random random = seed.random();
        for (int i = 0; i < 60; i++) {
            ByteBuffer entry = damaged(hostile.part(at, 8192), 128, random);
            CRC32C crc = new CRC32C();
            VhdxChecksum.update(crc, entry.duplicate().clear());
            entry.putInt(VhdxChecksum.AT, (int) crc.getValue());
            hostile.survives(at, entry, seed + ", round " + i);
        }
    }

    @Test
    void survivesADamagedChildOfAParent() throws IOException {
        Corpus.expand("dfvfs/fat-parent.vhdx.gz", scratch);
        Path child = Corpus.expand("dfvfs/fat-differential.vhdx.gz", scratch);
        HostileImage hostile = new HostileImage(child, DiskFormat.VHDX);
        Seed seed = Seed.of(926);
        Random random = seed.random();
        int locatorAt = METADATA_AT + 65576;
        for (int i = 0; i < 100; i++) {
            hostile.survives(locatorAt, damaged(hostile.part(locatorAt, 80), 80, random), seed + ", round " + i);
        }
    }

    @Test
    void survivesAnyCut() throws IOException {
        HostileImage hostile = new HostileImage(image, DiskFormat.VHDX);
        Seed seed = Seed.of(927);
        Random random = seed.random();
        for (int i = 0; i < 80; i++) {
            int length = i < 40 ? i * (64 << 10) : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x400006, lies where something else does",
        "0x100006, over the disk's own metadata",
        "0x4000000006, beyond the end of the file",
        "0x400007, lacks sectors",
        "0x000004, unknown state 4",
    })
    void checkFindsBlocksInTheWrongPlaceOrState(String entry, String message) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.decode(entry));
            file.write(bytes, TABLE_AT + 8);
        }
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check()).anySatisfy(f -> {
                assertThat(f.severity()).isEqualTo(Severity.ERROR);
                assertThat(f.message()).contains(message);
            });
        }
    }

    @Test
    void checkFindsSpaceThatNothingUses() throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), file.size() + (5 << 20) - 1);
        }
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check())
                    .singleElement()
                    .satisfies(f -> assertThat(f.message()).contains("5 MiB of the file are used by nothing"));
        }
    }
}
