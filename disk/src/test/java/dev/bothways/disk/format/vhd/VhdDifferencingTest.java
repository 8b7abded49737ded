package dev.bothways.disk.format.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.format.DifferencingPair;
import dev.bothways.disk.format.MountedImage;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VhdDifferencingTest {
    @TempDir
    Path scratch;

    @Test
    void writesChildrenThatWeAndAPlainReaderReadRightly() throws IOException {
        Seed seed = Seed.of(2006);
        Random random = seed.random();
        for (int i = 0; i < 6; i++) {
            Path folder = Files.createDirectory(scratch.resolve("pair" + i));
            int size = 512 * (1000 + random.nextInt(20_000));
            CreateOptions options = random.nextBoolean()
                    ? CreateOptions.usual()
                    : CreateOptions.usual().withUnit(512 << 10);
            DifferencingPair pair = DifferencingPair.random(DiskFormat.VHD, folder, random, size, size, options);
            try (DiskImage disk = DiskImages.open(pair.child())) {
                ByteBuffer bytes = ByteBuffer.allocate(size);
                disk.read(0, bytes);
                assertThat(bytes.array()).as("%s, disk %d", seed, i).isEqualTo(pair.childBytes());
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
                assertThat(disk.describe().variant()).isEqualTo("differencing");
                assertThat(disk.describe().files()).hasSize(2);
            }
            assertThat(plainly(pair.child(), pair.parentBytes()))
                    .as("%s, disk %d, by the plain reader", seed, i)
                    .isEqualTo(pair.childBytes());
        }
    }

    /** A second reader, of the simplest kind, by the offsets of the specification's tables. */
    private static byte[] plainly(Path image, byte[] parent) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(image));
        byte[] disk = parent.clone();
        int header = (int) in.getLong(16);
        int block = in.getInt(header + 32);
        int bitmap = Math.max(512, block / 512 / 8);
        for (int i = 0; i < in.getInt(header + 28); i++) {
            int entry = in.getInt((int) in.getLong(header + 16) + 4 * i);
            for (int sector = 0; entry != -1 && sector < block / 512; sector++) {
                boolean there = (in.get(entry * 512 + sector / 8) & 0x80 >> sector % 8) != 0;
                int at = i * block + sector * 512;
                if (there && at < disk.length) {
                    in.get(entry * 512 + bitmap + sector * 512, disk, at, 512);
                }
            }
        }
        return disk;
    }

    @Test
    void writesChildrenThatLibvhdiReadsRightly() throws IOException {
        Seed seed = Seed.of(11);
        DifferencingPair pair = DifferencingPair.random(
                DiskFormat.VHD, scratch, seed.random(), 9 << 20, 9 << 20, CreateOptions.usual());
        assertThat(Oracle.require("vhdiinfo").run(pair.child()).orFail().output())
                .contains("Differential")
                .contains("parent.vhd");
        assertThat(MountedImage.bytesOf("vhdimount", pair.child(), scratch, 9 << 20))
                .as(seed.toString())
                .isEqualTo(pair.childBytes());
    }

    @Test
    void namesItsParentByARelativePathAndItsId() throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("a/b"));
        byte[] bytes = new byte[1 << 20];
        DifferencingPair pair = DifferencingPair.of(DiskFormat.VHD, scratch, bytes, bytes, CreateOptions.usual());
        Path child = folder.resolve("child.vhd");
        try (DiskImage parent = DiskImages.open(pair.parent())) {
            CreateOptions options =
                    CreateOptions.usual().over(new CreateOptions.Parent(parent, pair.parent(), DiskFormat.VHD));
            try (var writer = DiskImages.create(child, DiskFormat.VHD, 1 << 20, options)) {
                writer.finish();
            }
        }
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(child));
        int header = 512;
        assertThat(text(in, header + 576, 4, StandardCharsets.US_ASCII)).isEqualTo("W2ru");
        int length = in.getInt(header + 576 + 8);
        int at = (int) in.getLong(header + 576 + 16);
        assertThat(text(in, at, length, StandardCharsets.UTF_16LE)).isEqualTo("..\\..\\parent.vhd");
        assertThat(text(in, header + 64, 20, StandardCharsets.UTF_16BE)).isEqualTo("parent.vhd");
        ByteBuffer below = ByteBuffer.wrap(Files.readAllBytes(pair.parent()));
        assertThat(in.slice(header + 40, 16)).isEqualTo(below.slice(68, 16));
    }

    private static String text(ByteBuffer in, int at, int length, Charset charset) {
        byte[] bytes = new byte[length];
        in.get(at, bytes);
        return new String(bytes, charset);
    }

    @Test
    void refusesOtherParents() throws IOException {
        Path raw = Files.write(scratch.resolve("parent.raw"), new byte[1 << 20]);
        DifferencingPair pair = DifferencingPair.of(
                DiskFormat.VHD, scratch, new byte[1 << 20], new byte[1 << 20], CreateOptions.usual());
        try (DiskImage other = DiskImages.open(raw);
                DiskImage parent = DiskImages.open(pair.parent())) {
            refuses(1 << 20, new CreateOptions.Parent(other, raw, DiskFormat.RAW), "from another VHD only");
            refuses(2 << 20, new CreateOptions.Parent(parent, pair.parent(), DiskFormat.VHD), "as large as its parent");
        }
    }

    private void refuses(long size, CreateOptions.Parent parent, String message) {
        CreateOptions options = CreateOptions.usual().over(parent);
        Path child = scratch.resolve("another.vhd");
        assertThatThrownBy(() -> DiskImages.create(child, DiskFormat.VHD, size, options))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(() -> DiskImages.create(child, DiskFormat.VHD, size, options.with(Allocation.FIXED)))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("cannot have a parent");
        assertThat(child).doesNotExist();
    }

    @Test
    void makesWhatAzureTakes() throws IOException {
        CreateOptions azure = CreateOptions.usual().withSetting("azure", "on");
        CreateOptions round = CreateOptions.usual().withSetting("azure", "round");
        Path image = scratch.resolve("azure.vhd");
        assertThatThrownBy(() -> DiskImages.create(image, DiskFormat.VHD, (32 << 20) + 512, azure))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("azure=round makes it " + (33 << 20));
        assertThatThrownBy(() ->
                        DiskImages.create(image, DiskFormat.VHD, 32 << 20, azure.withSetting("subformat", "dynamic")))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("fixed disks only");
        try (var writer = DiskImages.create(image, DiskFormat.VHD, (32 << 20) + 512, round)) {
            assertThat(writer.size()).isEqualTo(33 << 20);
            writer.finish();
        }
        assertThat(Files.size(image)).isEqualTo((33 << 20) + 512);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().details()).containsEntry("azure", "would take it");
        }
    }

    @Test
    void takesQemusNamesForItsSettings() throws IOException {
        Path image = scratch.resolve("image.vhd");
        CreateOptions fixed = CreateOptions.usual().withSetting("subformat", "fixed");
        try (var writer = DiskImages.create(image, DiskFormat.VHD, 1 << 20, fixed.withSetting("force_size", "on"))) {
            writer.finish();
        }
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().variant()).isEqualTo("fixed");
        }
        Path other = scratch.resolve("other.vhd");
        assertThatThrownBy(
                        () -> DiskImages.create(other, DiskFormat.VHD, 1 << 20, fixed.withSetting("force_size", "off")))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("exact always");
    }

    @Test
    void writesTheSameBytesAgain() throws IOException {
        byte[] below = new byte[3 << 20];
        byte[] above = new byte[3 << 20];
        Arrays.fill(above, 5000, 9000, (byte) 1);
        Path one = Files.createDirectory(scratch.resolve("one"));
        Path two = Files.createDirectory(scratch.resolve("two"));
        assertThat(DifferencingPair.of(DiskFormat.VHD, one, below, above, CreateOptions.usual())
                        .child())
                .hasSameBinaryContentAs(DifferencingPair.of(DiskFormat.VHD, two, below, above, CreateOptions.usual())
                        .child());
    }
}
