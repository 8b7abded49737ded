package dev.bothways.disk.format.vmdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.format.HostileImage;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileVmdkTest {
    private static final int[] INTERESTING = {0, 1, 2, 3, 7, 0x7FFFFFFF, 0x80000000, -1, -2, 0x10000, 512, 0x10000000};
    /** Where the first grain table begins in a sparse file of one table. */
    private static final int TABLE_AT = 27 * 512;

    @TempDir
    Path scratch;

    private static byte[] content() {
        byte[] bytes = new byte[3 << 20];
        for (int at = 0; at < bytes.length; at += 1 << 18) {
            new Random(at).nextBytes(new byte[1]);
            Arrays.fill(bytes, at, at + 100_000, (byte) (at >> 18 | 1));
        }
        return bytes;
    }

    private Path image(String subformat) throws IOException {
        Path image = scratch.resolve("image.vmdk");
        VmdkContractTest.write(image, content(), CreateOptions.usual().withSetting("subformat", subformat));
        return image;
    }

    private static byte[] number(Random random) {
        int value = random.nextInt(4) == 0 ? random.nextInt() : INTERESTING[random.nextInt(INTERESTING.length)];
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        return random.nextBoolean()
                ? Arrays.copyOf(bytes.putInt(0, value).array(), 4)
                : bytes.putLong(0, (long) value << random.nextInt(33)).array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "streamOptimized"})
    void survivesDamagedHeadersAndTables(String subformat) throws IOException {
        HostileImage hostile = new HostileImage(image(subformat), DiskFormat.VMDK);
        Seed seed = Seed.of(921);
        Random random = seed.random();
        for (int i = 0; i < 300; i++) {
            int at = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(20) * 4;
                case 1 -> (21 + random.nextInt(10)) * 512 + random.nextInt(6) * 4;
                case 2 -> 512 + random.nextInt(600);
                default -> hostile.length() - 8 - random.nextInt(500) * 8;
            };
            hostile.survives(at, number(random), "%s, round %d, at %d".formatted(seed, i, at));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "streamOptimized"})
    void survivesAnyCut(String subformat) throws IOException {
        HostileImage hostile = new HostileImage(image(subformat), DiskFormat.VMDK);
        Seed seed = Seed.of(922);
        Random random = seed.random();
        for (int i = 0; i < 60; i++) {
            int length = i < 30 ? i * 500 : random.nextInt(hostile.length());
            hostile.survivesCutAt(length, seed + ", cut at " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"VMFSSPARSE", "SESPARSE"})
    void survivesDamagedExtentsOfEsx(String type) throws IOException {
        byte[] content = content();
        byte[] sound = type.equals("SESPARSE") ? SyntheticVmdk.seSparse(content) : SyntheticVmdk.cow(content, 8);
        Path descriptor = SyntheticVmdk.single(scratch, type, sound, content.length);
        HostileImage hostile = new HostileImage(descriptor, DiskFormat.VMDK);
        Seed seed = Seed.of(923);
        Random random = seed.random();
        for (int i = 0; i < 200; i++) {
            int at = random.nextBoolean() ? random.nextInt(54) * 4 : 2048 + random.nextInt(40_000) / 4 * 4;
            byte[] bytes = number(random);
            patch(scratch.resolve("one-extent.vmdk"), at, bytes);
            hostile.survives(0, hostile.part(0, 1), "%s, round %d, at %d".formatted(seed, i, at));
            patch(scratch.resolve("one-extent.vmdk"), at, Arrays.copyOfRange(sound, at, at + bytes.length));
        }
    }

    @Test
    void survivesDamagedDescriptors() throws IOException {
        HostileImage hostile = new HostileImage(image("twoGbMaxExtentSparse"), DiskFormat.VMDK);
        Seed seed = Seed.of(924);
        Random random = seed.random();
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[1 + random.nextInt(3)];
            random.nextBytes(bytes);
            int at = random.nextInt(hostile.length() - 3);
            hostile.survives(at, bytes, "%s, round %d, at %d".formatted(seed, i, at));
        }
    }

    @Test
    void survivesADescriptorOfManyExtents() throws IOException {
        Files.write(scratch.resolve("a"), new byte[512]);
        StringBuilder text = new StringBuilder("# Disk DescriptorFile\ncreateType=custom\n");
        for (int i = 0; i < 8192; i++) {
            text.append("RW 1 FLAT \"").append("./".repeat(i % 20)).append("a\" 0\n");
        }
        Path image = Files.writeString(scratch.resolve("image.vmdk"), text);
        new HostileImage(image, DiskFormat.VMDK).survives(0, new byte[] {'#'}, "8192 extents");
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(8192 * 512);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, lie over each other",
        "1, lie over each other",
        "2, over the grain directory",
        "3, beyond the end of the file",
        "4, the spare copy of grain table 0 differs",
        "5, grain table 0 is said to lie here"
    })
    void checkFindsWhatIsInTheWrongPlace(int what, String message) throws IOException {
        Path image = image("monolithicSparse");
        int first = ByteBuffer.wrap(Files.readAllBytes(image))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(TABLE_AT);
        assertThat(first).isEqualTo(128);
        int entry = switch (what) {
            case 0 -> first;
            case 1 -> first + 8;
            case 2 -> 26;
            case 3 -> 1_000_000;
            default -> what == 4 ? 0 : 2_000_000;
        };
        patch(
                image,
                what == 5 ? 26 * 512 : TABLE_AT + 16,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, entry)
                        .array());
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check()).anySatisfy(f -> {
                assertThat(f.message()).contains(message);
                assertThat(f.severity()).isEqualTo(what == 4 ? Severity.LEAK : Severity.ERROR);
            });
        }
    }

    @Test
    void checkFindsSpaceThatNothingUses() throws IOException {
        Path image = image("monolithicSparse");
        patch(image, Files.size(image) + (1 << 20), new byte[512]);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.check()).singleElement().satisfies(f -> {
                assertThat(f.severity()).isEqualTo(Severity.LEAK);
                assertThat(f.message()).contains("1049088 bytes of the file are used by nothing");
            });
        }
    }

    private static void patch(Path image, long position, byte[] bytes) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), position);
        }
    }
}
