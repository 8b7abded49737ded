package dev.bothways.disk.format.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.format.DifferencingPair;
import dev.bothways.disk.format.MountedImage;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VhdxDifferencingTest {
    @TempDir
    Path scratch;

    @Test
    void writesChildrenThatWeAndAPlainReaderReadRightly() throws IOException {
        Seed seed = Seed.of(2006);
        Random random = seed.random();
        for (int i = 0; i < 6; i++) {
            Path folder = Files.createDirectory(scratch.resolve("pair" + i));
            boolean large = random.nextBoolean();
            int sector = large ? 4096 : 512;
            int parentSize = sector * (2 + random.nextInt((6 << 20) / sector));
            int size = random.nextBoolean() ? parentSize : sector * (2 + random.nextInt((6 << 20) / sector));
            CreateOptions options =
                    CreateOptions.usual().withSectorSize(sector).withUnit(1L << (20 + random.nextInt(3)));
            DifferencingPair pair = DifferencingPair.random(DiskFormat.VHDX, folder, random, parentSize, size, options);
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

    /** A second reader, of the simplest kind, by the offsets of MS-VHDX; for tables at 3 MiB and metadata at 2 MiB. */
    private static byte[] plainly(Path image, byte[] parent) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
        int values = (2 << 20) + (64 << 10);
        int block = in.getInt(values);
        byte[] disk = Arrays.copyOf(parent, (int) in.getLong(values + 8));
        int sector = in.getInt(values + 16);
        int ratio = (int) ((1L << 23) * sector / block);
        for (int at = 0; at < disk.length; at += sector) {
            int index = at / block;
            long entry = in.getLong((3 << 20) + 8 * (index + index / ratio));
            int place = (int) (entry >>> 20) << 20;
            long bits = in.getLong((3 << 20) + 8 * (index / ratio * (ratio + 1) + ratio));
            int bit = index % ratio * (block / sector) + at % block / sector;
            boolean there = (entry & 7) == 6
                    || ((entry & 7) == 7 && (in.get((int) (bits >>> 20 << 20) + bit / 8) >> bit % 8 & 1) != 0);
            if (there) {
                in.get(place + at % block, disk, at, sector);
            } else if ((entry & 7) == 2) {
                Arrays.fill(disk, at, at + sector, (byte) 0);
            }
        }
        return disk;
    }

    @Test
    void writesChildrenThatLibvhdiReadsRightly() throws IOException {
        Seed seed = Seed.of(11);
        DifferencingPair pair = DifferencingPair.random(
                DiskFormat.VHDX, scratch, seed.random(), 9 << 20, 9 << 20, CreateOptions.usual());
        assertThat(Oracle.require("vhdiinfo").run(pair.child()).orFail().output())
                .contains("Differential");
        nameAbsolutely(pair.child());
        assertThat(MountedImage.bytesOf("vhdimount", pair.child(), scratch, 9 << 20))
                .as(seed.toString())
                .isEqualTo(pair.childBytes());
    }

    /** libvhdi looks for the parent by the absolute path alone, which ours has only where it was made on Windows. */
    private static void nameAbsolutely(Path child) throws IOException {
        VhdxMetadata metadata;
        try (DiskImage disk = DiskImages.open(child)) {
            metadata = ((VhdxImage) disk).structure().metadata();
        }
        Map<String, String> values =
                new HashMap<>(metadata.parent().orElseThrow().values());
        values.put("absolute_win32_path", "C:\\elsewhere\\parent.vhdx");
        VhdxMetadata changed = new VhdxMetadata(
                metadata.blockBytes(),
                metadata.keepAllocated(),
                metadata.size(),
                metadata.diskId(),
                metadata.sectorBytes(),
                metadata.physicalSectorBytes(),
                Optional.of(new VhdxParentLocator(VhdxParentLocator.TYPE_VHDX, values)));
        try (FileChannel file = FileChannel.open(child, StandardOpenOption.WRITE)) {
            file.write(changed.regionBytes(), 2 << 20);
        }
    }

    @Test
    void namesItsParentByARelativePathAndItsId() throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("a/b"));
        byte[] bytes = new byte[1 << 20];
        DifferencingPair pair = DifferencingPair.of(DiskFormat.VHDX, scratch, bytes, bytes, CreateOptions.usual());
        Path child = folder.resolve("child.vhdx");
        try (DiskImage parent = DiskImages.open(pair.parent())) {
            CreateOptions options =
                    CreateOptions.usual().over(new CreateOptions.Parent(parent, pair.parent(), DiskFormat.VHDX));
            try (var writer = DiskImages.create(child, DiskFormat.VHDX, 1 << 20, options)) {
                writer.finish();
            }
        }
        String text = new String(Files.readAllBytes(child), StandardCharsets.UTF_16LE);
        try (DiskImage disk = DiskImages.open(child, OpenOptions.usual().allowing(scratch));
                DiskImage parent = DiskImages.open(pair.parent())) {
            String dataId = parent.describe().details().get("data id");
            assertThat(text)
                    .contains("parent_linkage{" + dataId + "}relative_path..\\..\\parent.vhdx")
                    .doesNotContain("absolute");
            assertThat(disk.describe().details().get("id"))
                    .as("the disk is one, whatever file it is in")
                    .isEqualTo(parent.describe().details().get("id"));
        }
    }

    @Test
    void marksZerosAboveDataWithoutTakingSpace() throws IOException {
        byte[] below = new byte[5 << 20];
        Arrays.fill(below, (byte) 5);
        byte[] above = below.clone();
        Arrays.fill(above, 4096, 5 << 20, (byte) 0);
        DifferencingPair pair = DifferencingPair.of(
                DiskFormat.VHDX, scratch, below, above, CreateOptions.usual().withUnit(2 << 20));
        assertThat(Files.size(pair.child()))
                .as("headers, log, metadata, table, one block, and the bitmap")
                .isEqualTo((1 + 1 + 1 + 1 + 2 + 1) << 20);
        assertThat(plainly(pair.child(), below)).isEqualTo(above);
    }

    @Test
    void refusesOtherParents() throws IOException {
        Path raw = Files.write(scratch.resolve("parent.raw"), new byte[1 << 20]);
        DifferencingPair pair = DifferencingPair.of(
                DiskFormat.VHDX, scratch, new byte[1 << 20], new byte[1 << 20], CreateOptions.usual());
        try (DiskImage other = DiskImages.open(raw);
                DiskImage parent = DiskImages.open(pair.parent())) {
            refuses(1 << 20, new CreateOptions.Parent(other, raw, DiskFormat.RAW), "from another VHDX only");
            CreateOptions.Parent vhdx = new CreateOptions.Parent(parent, pair.parent(), DiskFormat.VHDX);
            Path child = scratch.resolve("another.vhdx");
            CreateOptions large = CreateOptions.usual().withSectorSize(4096).over(vhdx);
            assertThatThrownBy(() -> DiskImages.create(child, DiskFormat.VHDX, 1 << 20, large))
                    .isInstanceOf(DiskImageException.class)
                    .hasMessageContaining("its parent's sectors");
        }
    }

    private void refuses(long size, CreateOptions.Parent parent, String message) {
        CreateOptions options = CreateOptions.usual().over(parent);
        Path child = scratch.resolve("another.vhdx");
        assertThatThrownBy(() -> DiskImages.create(child, DiskFormat.VHDX, size, options))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(() -> DiskImages.create(child, DiskFormat.VHDX, size, options.with(Allocation.FIXED)))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("cannot have a parent");
        assertThat(child).doesNotExist();
    }

    @Test
    void writesTheSameBytesAgain() throws IOException {
        byte[] below = new byte[3 << 20];
        byte[] above = new byte[3 << 20];
        Arrays.fill(above, 5000, 9000, (byte) 1);
        Path one = Files.createDirectory(scratch.resolve("one"));
        Path two = Files.createDirectory(scratch.resolve("two"));
        assertThat(DifferencingPair.of(DiskFormat.VHDX, one, below, above, CreateOptions.usual())
                        .child())
                .hasSameBinaryContentAs(DifferencingPair.of(DiskFormat.VHDX, two, below, above, CreateOptions.usual())
                        .child());
    }
}
