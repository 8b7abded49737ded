package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskConversionTest {
    private static final CreateOptions OPTIONS = CreateOptions.usual().withoutWaiting();

    @TempDir
    Path folder = Path.of("");

    private void convert(VirtualDisk source, Path path, boolean replace) throws IOException {
        DiskConversion.convert(source, path, DiskFormat.RAW, OPTIONS, CopyOptions.usual(), replace);
    }

    @Test
    void replacesAFileOnlyWhenToldTo() throws IOException {
        Path path = Files.writeString(folder.resolve("a.raw"), "old");

        assertThatThrownBy(() -> convert(new MemoryDisk(512), path, false))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("is there already");
        assertThat(path).hasContent("old");

        convert(new MemoryDisk(512), path, true);
        assertThat(path).hasSize(512);
        assertThat(folder.toFile().list()).containsExactly("a.raw");
    }

    @Test
    void tellsThatAFormatCannotHoldTheDiskByTheNameThatWasAskedFor() {
        Path path = folder.resolve("a.vhdx");
        assertThatThrownBy(() -> DiskConversion.create(path, DiskFormat.VHDX, 1L << 47, CreateOptions.usual(), false))
                .satisfies(DiskConversionTest::isARequest)
                .hasMessage(path + ": a VHDX holds from one sector to 64 TiB, not 140737488355328 bytes");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void neverReplacesTheImageItReads() throws IOException {
        Path path = Files.write(folder.resolve("a.raw"), new byte[1024]);
        try (DiskImage image = DiskImages.open(path)) {
            assertThatThrownBy(() -> convert(image, path, true))
                    .isInstanceOf(OutputException.class)
                    .hasMessageContaining("is being read");
        }
    }

    @Test
    void neverReplacesWhatIsNoPlainFile() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.write(folder.resolve("a"), new byte[1]));
        assertThatThrownBy(() -> convert(new MemoryDisk(512), link, true)).isInstanceOf(OutputException.class);
        assertThatThrownBy(() -> convert(new MemoryDisk(512), folder, true)).isInstanceOf(OutputException.class);
    }

    @Test
    void namesTheFolderThatIsMissing() {
        assertThatThrownBy(() -> convert(new MemoryDisk(512), folder.resolve("absent/a.raw"), false))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("its folder does not exist");
    }

    @Test
    void stopsAtWhatAnEarlierConversionLeft() throws IOException {
        Files.createFile(folder.resolve("a.raw.partial"));
        assertThatThrownBy(() -> convert(new MemoryDisk(512), folder.resolve("a.raw"), false))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("delete it");
    }

    @Test
    void createsADiskOfZeros() throws IOException {
        Path sparse = folder.resolve("sparse.raw");
        DiskConversion.create(sparse, DiskFormat.RAW, 1L << 40, OPTIONS, false);
        assertThat(sparse).hasSize(1L << 40);

        Path full = folder.resolve("full.raw");
        DiskConversion.create(full, DiskFormat.RAW, 1 << 20, OPTIONS.with(CreateOptions.Allocation.FIXED), false);
        try (DiskImage image = DiskImages.open(full)) {
            assertThat(image.size()).isEqualTo(1 << 20);
            assertThat(DiskComparison.of(image, new MemoryDisk(1 << 20)).same()).isTrue();
        }
    }

    /** What cannot be made at any place is the fault of what was asked for, not of the place. */
    private static void isARequest(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        DiskImageException.class, e -> assertThat(e.kind()).isEqualTo(DiskImageException.Kind.REQUEST));
    }

    private static MemoryDisk someDisk() throws IOException {
        MemoryDisk disk = new MemoryDisk(20 << 20);
        for (int at = 3; at < 20; at += 5) {
            byte[] bytes = new byte[1500_000];
            Seed.of(at).random().nextBytes(bytes);
            disk.write(((long) at << 20) - 1, ByteBuffer.wrap(bytes));
        }
        return disk;
    }

    private static byte[] piped(VirtualDisk source, DiskFormat format, CreateOptions options) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DiskConversion.intoPipe(
                source,
                Path.of("-"),
                Channels.newChannel(bytes),
                format,
                options,
                CopyOptions.usual().withHash());
        return bytes.toByteArray();
    }

    @Test
    void givesAPipeTheBytesOfTheFile() throws IOException {
        MemoryDisk disk = someDisk();
        Path raw = folder.resolve("a.raw");
        convert(disk, raw, false);
        assertThat(piped(disk, DiskFormat.RAW, OPTIONS)).isEqualTo(Files.readAllBytes(raw));

        CreateOptions fixed = OPTIONS.with(CreateOptions.Allocation.FIXED);
        Path vhd = folder.resolve("a.vhd");
        DiskConversion.convert(disk, vhd, DiskFormat.VHD, fixed, CopyOptions.usual(), false);
        assertThat(piped(disk, DiskFormat.VHD, fixed)).isEqualTo(Files.readAllBytes(vhd));
    }

    @Test
    void writesNothingIntoAPipeThatTheFormatCannotTake() {
        for (DiskFormat format : List.of(DiskFormat.VHD, DiskFormat.VHDX)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            assertThatThrownBy(() -> DiskConversion.intoPipe(
                            someDisk(), Path.of("-"), Channels.newChannel(bytes), format, OPTIONS, CopyOptions.usual()))
                    .isInstanceOf(DiskImageException.class)
                    .hasMessageContaining("cannot go into a pipe");
            assertThat(bytes.size()).isZero();
        }
    }

    @Test
    void refusesSettingsThatTheFormatHasNot() {
        for (DiskFormat format : List.of(DiskFormat.RAW, DiskFormat.VHDX)) {
            assertThatThrownBy(() -> DiskConversion.create(
                            folder.resolve("a"), format, 1 << 20, OPTIONS.withSetting("lunch", "on"), false))
                    .satisfies(DiskConversionTest::isARequest)
                    .hasMessageContaining("the format has no setting 'lunch'");
            assertThatThrownBy(
                            () -> DiskConversion.create(folder.resolve("a"), format, 1 << 20, OPTIONS.packing(), false))
                    .satisfies(DiskConversionTest::isARequest)
                    .hasMessageContaining("cannot be compressed");
        }
        assertThat(folder).isEmptyDirectory();
    }
}
