package dev.bothways.disk.format.vmdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmdkExtentsTest {
    @TempDir
    Path scratch;

    private static String digest(Path path, DiskFormat format) throws IOException {
        try (VirtualDisk disk = DiskImages.open(path, OpenOptions.usual().as(format))) {
            return Disks.sha256(disk);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "monolithicSparse",
                "monolithicFlat",
                "twoGbMaxExtentSparse",
                "twoGbMaxExtentFlat",
                "streamOptimized",
                "monolithicSparse,zeroed_grain=on",
                "monolithicSparse,compat6=on",
                "monolithicSparse,adapter_type=lsilogic",
                "monolithicFlat,hwversion=9"
            })
    void readsWhatQemuWrites(String subformat) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(3150);
        Random random = seed.random();
        for (int i = 0; i < 3; i++) {
            Path raw = scratch.resolve(i + ".raw");
            Disks.randomRaw(raw, 512L * (1 + random.nextInt(30_000)), random, 1 << random.nextInt(18));
            Path image = scratch.resolve(i + ".vmdk");
            qemu.run("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=" + subformat, raw, image)
                    .orFail();
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(Disks.sha256(disk)).as("%s, disk %d", seed, i).isEqualTo(digest(raw, DiskFormat.RAW));
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"VMFSSPARSE", "SESPARSE"})
    void readsExtentsOfEsxAsQemuDoes(String type) throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Seed seed = Seed.of(3151);
        Random random = seed.random();
        for (int i = 0; i < 3; i++) {
            Path raw = scratch.resolve(i + ".raw");
            // Whole tables of grains, and a last one that is not.
            Disks.randomRaw(raw, 4096L * (1 + random.nextInt(12_000)), random, 1 << random.nextInt(18));
            byte[] bytes = Files.readAllBytes(raw);
            byte[] extent = type.equals("SESPARSE") ? SyntheticVmdk.seSparse(bytes) : SyntheticVmdk.cow(bytes, 8);
            Path image = SyntheticVmdk.single(scratch, type, extent, bytes.length);
            qemu.run("compare", "-f", "vmdk", "-F", "raw", image, raw).orFail();
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(Disks.sha256(disk)).as("%s, disk %d", seed, i).isEqualTo(digest(raw, DiskFormat.RAW));
                assertThat(disk.check()).as("%s, disk %d", seed, i).isEmpty();
            }
        }
    }

    @Test
    void readsGrainsThatQemuZeroedOverAParent() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Oracle io = Oracle.require("qemu-io");
        Path base = scratch.resolve("base.vmdk");
        Path child = scratch.resolve("child.vmdk");
        qemu.run("create", "-f", "vmdk", base, "4M").orFail();
        io.run("-f", "vmdk", "-c", "write -P 7 0 4M", base).orFail();
        qemu.run("create", "-f", "vmdk", "-b", base, "-F", "vmdk", "-o", "zeroed_grain=on", child)
                .orFail();
        io.run("-f", "vmdk", "-c", "write -z 64k 128k", "-c", "write -P 9 1M 4k", child)
                .orFail();
        Path raw = scratch.resolve("raw");
        qemu.run("convert", "-O", "raw", child, raw).orFail();
        assertThat(digest(child, DiskFormat.VMDK)).isEqualTo(digest(raw, DiskFormat.RAW));
        try (DiskImage disk = DiskImages.open(child)) {
            assertThat(disk.describe().files()).hasSize(2);
            assertThat(disk.check()).isEmpty();
        }
        Files.move(base, scratch.resolve("BASE.vmdk"));
        assertThat(digest(child, DiskFormat.VMDK)).isEqualTo(digest(raw, DiskFormat.RAW));

        io.run("-f", "vmdk", "-c", "write -P 7 0 4k", scratch.resolve("BASE.vmdk"))
                .orFail(); // It gives the disk another CID.
        assertThatThrownBy(() -> DiskImages.open(child))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("CID")
                .hasMessageContaining("put the right parent there");
    }

    @Test
    void goesByTheSpareDirectoryWhereTheFirstIsDamaged() throws IOException {
        Path image = Files.copy(Corpus.file("vmdk-rs/monolithicSparse.vmdk"), scratch.resolve("monolithicSparse.vmdk"));
        String before = digest(image, DiskFormat.VMDK);
        for (int entry : new int[] {0, 0x7FFF_FFFF}) {
            write(image, 26 * 512, entry);
            assertThat(digest(image, DiskFormat.VMDK)).isEqualTo(before);
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(disk.check()).anySatisfy(f -> assertThat(f.message()).contains("grain table 0"));
            }
        }
        write(image, 56, 0x7FFF_FFFF);
        assertThat(digest(image, DiskFormat.VMDK)).isEqualTo(before);
    }

    @Test
    void findsTheGrainsOfAStreamWhoseDirectoryOrFooterIsDamaged() throws IOException {
        Path image = Files.copy(Corpus.file("vmdk-rs/streamOptimized.vmdk"), scratch.resolve("s.vmdk"));
        String before = digest(image, DiskFormat.VMDK);
        long length = Files.size(image);
        for (boolean footer : new boolean[] {true, false}) {
            write(image, 56, footer ? -1 : (int) (length / 512));
            write(image, 60, footer ? -1 : 0);
            assertThat(digest(image, DiskFormat.VMDK)).isEqualTo(before);
            try (DiskImage disk = DiskImages.open(image)) {
                assertThat(disk.check()).isNotEmpty();
                assertThat(disk.describe().details().get("notes")).contains("by their markers");
            }
        }
        write(image, (int) length - 1024, 0);
        assertThatThrownBy(() -> digest(image, DiskFormat.VMDK))
                .hasMessageContaining("grain 143 should lie here, but the packed data");
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.truncate(length / 2);
        }
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("the stream ends here");
    }

    @Test
    void takesTheEntryOneForZerosOnlyWhereTheHeaderSaysSo() throws IOException {
        Path image = Files.copy(Corpus.file("plaso/image.vmdk"), scratch.resolve("image.vmdk"));
        write(image, 27 * 512, 1);
        assertThatThrownBy(() -> digest(image, DiskFormat.VMDK)).hasMessageContaining("over the descriptor");
        write(image, 8, 7);
        try (DiskImage disk = DiskImages.open(image)) {
            ByteBuffer start = ByteBuffer.allocate(65536);
            disk.read(0, start);
            assertThat(start.array()).containsOnly(0);
        }
    }

    @Test
    void refusesAFileThatWasTransferredAsText() throws IOException {
        Path image = Files.copy(Corpus.file("plaso/image.vmdk"), scratch.resolve("image.vmdk"));
        write(image, 73, 0x0A0A_200A);
        assertThatThrownBy(() -> DiskImages.open(image)).hasMessageContaining("transferred as text");
    }

    @Test
    void readsADescriptorWithinASparseHeaderWithoutCapacity() throws IOException {
        byte[] flat = new byte[1024];
        flat[600] = 3;
        Files.write(scratch.resolve("a-flat.vmdk"), flat);
        String text = """
                # Disk DescriptorFile
                CID=1
                parentCID=ffffffff
                createType=monolithicFlat
                RW 2 FLAT "a-flat.vmdk" 0
                """;
        byte[] image = new byte[4096];
        new SparseHeader(1, 1, 0, 128, 1, 4, 512, 0, 0, 8, false, 0).bytes().get(image, 0, 512);
        System.arraycopy(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, image, 512, text.length());
        try (DiskImage disk = DiskImages.open(Files.write(scratch.resolve("a.vmdk"), image))) {
            ByteBuffer one = ByteBuffer.allocate(1);
            disk.read(600, one);
            assertThat(one.get(0)).isEqualTo((byte) 3);
            assertThat(disk.size()).isEqualTo(1024);
        }
    }

    private static void write(Path image, int position, int value) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value), position);
        }
    }
}
