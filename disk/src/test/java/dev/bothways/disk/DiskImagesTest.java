package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiskImagesTest {
    @TempDir
    Path folder = Path.of("");

    private Path file(String name, int size, int offset, String mark) throws IOException {
        byte[] bytes = new byte[size];
        byte[] ascii = mark.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer.wrap(bytes).put(offset, ascii);
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void tellsTheFormatByContentNotByName() throws IOException {
        assertThat(DiskImages.formatOf(file("a.vhd", 9000, 0, "nothing"))).isEqualTo(DiskFormat.RAW);
        assertThat(DiskImages.formatOf(file("a.raw", 9000, 0, "vhdxfile"))).isEqualTo(DiskFormat.VHDX);
        assertThat(DiskImages.formatOf(file("b.raw", 9000, 0, "conectix"))).isEqualTo(DiskFormat.VHD);
        assertThat(DiskImages.formatOf(file("c.raw", 9000, 0, "KDMV"))).isEqualTo(DiskFormat.VMDK);
        assertThat(DiskImages.formatOf(file("d.raw", 9000, 2, "# disk descriptorFile")))
                .isEqualTo(DiskFormat.RAW);
        assertThat(DiskImages.formatOf(file("e.raw", 9000, 64, "\u007f\u0010\u00da\u00be")))
                .isEqualTo(DiskFormat.VDI);
        assertThat(DiskImages.formatOf(file("f.raw", 9000, 0, "QFI\u00fb\0\0\0\3")))
                .isEqualTo(DiskFormat.QCOW2);
        assertThat(DiskImages.formatOf(file("g.raw", 9000, 8488, "koly"))).isEqualTo(DiskFormat.DMG);
        assertThat(DiskImages.formatOf(file("empty", 0, 0, ""))).isEqualTo(DiskFormat.RAW);
    }

    @Test
    void tellsAFixedVhdByItsEndAlone() throws IOException {
        assertThat(DiskImages.formatOf(file("a", 1024, 512, "conectix"))).isEqualTo(DiskFormat.VHD);
        assertThat(DiskImages.formatOf(file("b", 1023, 512, "conectix"))).isEqualTo(DiskFormat.VHD);
        assertThat(DiskImages.formatOf(file("c", 1025, 512, "conectix"))).isEqualTo(DiskFormat.RAW);
    }

    @ParameterizedTest
    @CsvSource({"257,ustar,tar", "0,encrcdsa,Apple", "8992,cdsaencr,Apple", "0,sprs,Apple"})
    void refusesByNameWhatItKnowsAndDoesNotRead(int offset, String mark, String word) throws IOException {
        Path path = file("disk.img", 9000, offset, mark);

        assertThatThrownBy(() -> DiskImages.open(path))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(word)
                .hasMessageContaining("raw");
        DiskImages.open(path, OpenOptions.usual().as(DiskFormat.RAW)).close();
    }

    @Test
    void refusesWhatIsNoFile() {
        assertThatThrownBy(() -> DiskImages.open(folder.resolve("absent")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> DiskImages.open(folder))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("neither a file nor a block device");
        assertThatThrownBy(() -> DiskImages.open(Path.of("/dev/null"))).isInstanceOf(DiskImageException.class);
    }

    @Test
    void makesNothingOverAFileThatIsThere() throws IOException {
        Path path = file("a.raw", 10, 0, "precious");
        assertThatThrownBy(() -> DiskImages.create(path, DiskFormat.RAW, 512, CreateOptions.usual()))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("is there already");
        assertThat(path).hasSize(10);
    }

    @Test
    void takesTheFormatOfANewFileFromItsEnding() {
        assertThat(DiskFormat.wantedBy(Path.of("x/disk.VHDX"))).contains(DiskFormat.VHDX);
        assertThat(DiskFormat.wantedBy(Path.of("disk.img"))).contains(DiskFormat.RAW);
        assertThat(DiskFormat.wantedBy(Path.of("disk"))).isEmpty();
        assertThat(DiskFormat.labelled("vhd")).contains(DiskFormat.VHD);
    }

    @Test
    void saysWhereAFormatKeepsNoSnapshots(@TempDir Path folder) throws IOException {
        Path image = folder.resolve("a.vhdx");
        DiskConversion.create(image, DiskFormat.VHDX, 1 << 20, CreateOptions.usual(), false);
        assertThatThrownBy(() -> DiskImages.open(image, OpenOptions.usual().atSnapshot("before")))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("a vhdx image keeps no snapshots");
    }
}
