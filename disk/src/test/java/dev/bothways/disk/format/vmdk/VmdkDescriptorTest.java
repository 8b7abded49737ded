package dev.bothways.disk.format.vmdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmdkDescriptorTest {
    private static final String HEAD = "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n";

    @TempDir
    Path scratch;

    private Path descriptor(String text, Charset charset) throws IOException {
        return Files.write(scratch.resolve("disk.vmdk"), text.getBytes(charset));
    }

    private Path flat(String name, int sectors, int value) throws IOException {
        byte[] bytes = new byte[sectors * 512];
        Arrays.fill(bytes, (byte) value);
        return Files.write(scratch.resolve(name), bytes);
    }

    private static String firstBytes(DiskImage disk) throws IOException {
        StringBuilder all = new StringBuilder();
        for (long at = 0; at < disk.size(); at += 512) {
            ByteBuffer one = ByteBuffer.allocate(1);
            disk.read(at, one);
            all.append(one.get(0));
        }
        return all.toString();
    }

    @Test
    void readsExtentsThatAreZeroOrReadOnlyWhereOthersDropThem() throws IOException {
        flat("a.vmdk", 2, 1);
        flat("b.vmdk", 3, 2);
        Path image = descriptor(
                HEAD + "createType=\"custom\"\nRW 2 FLAT \"a.vmdk\" 0\nRW 2 ZERO\nRDONLY 2 FLAT \"b.vmdk\" 1\n"
                        + "RW 1 VMFS \"a.vmdk\"\n",
                StandardCharsets.UTF_8);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(firstBytes(disk)).isEqualTo("1100221");
            assertThat(disk.extent(1024, 7 * 512)).isEqualTo(new Extent.Zero(1024, 1024));
            assertThat(disk.describe().files()).hasSize(3);
        }
    }

    @Test
    void refusesAnExtentThatNobodyMayRead() throws IOException {
        flat("a.vmdk", 2, 1);
        Path image = descriptor(
                HEAD + "createType=\"custom\"\nRW 2 FLAT \"a.vmdk\" 0\nNOACCESS 2 FLAT \"a.vmdk\" 0\n",
                StandardCharsets.UTF_8);
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("NOACCESS");
    }

    @Test
    void readsKeysInAnyCaseWithSpacesAroundTheSign() throws IOException {
        flat("A.VMDK", 1, 7);
        List<String> lines = List.of(
                "",
                "# disk descriptorfile",
                "VERSION = 1",
                "cid = 0000ABCD",
                "PARENTCID = FFFFFFFF",
                "CREATETYPE = \"2GbMaxExtentFlat\"",
                "rw  1  flat  \"C:\\vms\\a.vmdk\"  0",
                "ddb.adapterType = \"ide\" ");
        Path image = descriptor(String.join("\r\n", lines), StandardCharsets.UTF_8);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(firstBytes(disk)).isEqualTo("7");
            assertThat(disk.describe().variant()).isEqualTo("2GbMaxExtentFlat");
            assertThat(disk.describe().details())
                    .containsEntry("cid", "0000abcd")
                    .containsEntry("adapter", "ide");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8, UTF-8, M\u00fcller.vmdk",
        "windows-1252, windows-1252, M\u00fcller.vmdk",
        "UTF-8, windows-1252, M\u00fcller.vmdk",
        "GBK, GBK, \u865a\u62df\u673a.vmdk",
        "Big5, Big5, \u865b\u64ec.vmdk",
        "no-such, UTF-8, \u865a\u62df\u673a.vmdk"
    })
    void readsNamesInTheEncodingThatIsDeclaredOrTrue(String declared, String actual, String name) throws IOException {
        flat(name, 1, 5);
        Path image = descriptor(
                HEAD + "encoding=\"" + declared + "\"\ncreateType=\"vmfs\"\nRW 1 VMFS \"" + name + "\"\n",
                Charset.forName(actual));
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(firstBytes(disk)).isEqualTo("5");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fullDevice", "partitionedDevice", "vmfsRaw", "vmfsRDM", "vmfsPassthroughRawDeviceMap", "novel"})
    void refusesTypesThatAreNotInFilesByName(String type) throws IOException {
        flat("a.vmdk", 1, 1);
        Path image = descriptor(HEAD + "createType=\"" + type + "\"\nRW 1 FLAT \"a.vmdk\" 0\n", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RW 1 FLAT \"../a.vmdk\" 0 | of which there is none",
                "RW 1 FLAT \"/etc/hostname\" 0 | of which there is none",
                "RW 1 FLAT \"\\\\.\\PhysicalDrive0\" 0 | device of the host",
                "RW 1 FLAT \"/dev/sda\" 0 | device of the host",
                "RW 9 FLAT \"here.vmdk\" 0 | the file has only 512",
                "RW 1 FLAT \"here.vmdk\" 1 | the file has only 512",
                "RW 1 FLAT | without a name",
                "RW 1 SPARSE \"here.vmdk\" | sparse extent, but it is none",
                "RW 1 VMFSSPARSE \"here.vmdk\" | the file ends within its header",
                "RW 1 SESPARSE \"here.vmdk\" | seSparse extent, but it is none",
                "RW 1 VMFSRDM \"here.vmdk\" | raw device mapping",
                "RW 1 NOVEL \"here.vmdk\" | unknown type NOVEL",
                "RX 1 FLAT \"here.vmdk\" 0 | neither an extent",
                "RW x FLAT \"here.vmdk\" 0 | neither an extent",
                "RW 0 FLAT \"here.vmdk\" 0 | no extents",
                "encryption.keySafe = \"vmware:key/list\" | encrypted",
                "ddb.iofilters = \"vmwarevmcrypt\" | encrypted",
                "isNativeSnapshot=\"yes\" | isNativeSnapshot",
            })
    void refusesWithAReason(String line, String reason) throws IOException {
        Files.write(scratch.resolve("a.vmdk"), new byte[512]);
        Path inner = Files.createDirectory(scratch.resolve("inner"));
        Files.write(inner.resolve("here.vmdk"), new byte[512]);
        Path image = Files.writeString(inner.resolve("disk.vmdk"), HEAD + "createType=\"vmfs\"\n" + line + "\n");
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void takesTheFirstOfTwoDescriptorsAndSaysSo() throws IOException {
        flat("a.vmdk", 1, 1);
        String one = HEAD + "createType=\"monolithicFlat\"\nRW 1 FLAT \"a.vmdk\" 0\n";
        try (DiskImage disk = DiskImages.open(descriptor(one + one, StandardCharsets.UTF_8))) {
            assertThat(disk.size()).isEqualTo(512);
            assertThat(disk.check())
                    .singleElement()
                    .satisfies(f -> assertThat(f.message()).contains("a second descriptor"));
        }
    }
}
