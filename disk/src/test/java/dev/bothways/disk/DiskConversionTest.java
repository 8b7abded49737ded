package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                .isInstanceOf(OutputException.class)
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
}
