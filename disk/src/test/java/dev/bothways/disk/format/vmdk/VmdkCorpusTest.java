package dev.bothways.disk.format.vmdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VmdkCorpusTest {
    /** The content of vmdk-rs' disks; VMware's own library gave its SHA-1, dd2fade4... */
    private static final String OF_VMWARE = "a3bcf05f07a1c06a3380eeca8571f0efb2b85afafa1e21662b8cad436d1f7727";

    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource({
        "cot/blank.vmdk, 536870912, 9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767, 3",
        "dfvfs/ext2.vmdk.gz, 4194304, a6c2f0e39afe6c6ab432ca5465349fcefe8dc944398e97b2d957d3f89dbb5d80, 1",
        "go-vmdk-parser/vmdk-streamoptimized.img, 65536, de2f256064a0af797747c2b97505dc0b9f3df0de4f489eac731c23ae9ca9cc31, 3",
        "plaso/image.vmdk, 102400, 854c3db1c4a07a241e2ed9fbd8892adf2adc662c7862a75deed26f3483f414c9, 1",
        "pve-storage/Win10-Liz-disk1.vmdk, 2048, e5a00aa9991ac8a5ee3109844d84a55583bd20572ad3ffcd42792f3c36b183ad, 1",
        "vmdk-forensic/flat.vmdk, 1048576, 30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58,",
        "vmdk-forensic/stream_opt.vmdk, 1048576, 30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58, 3",
        "vmdk-rs/monolithicSparse.vmdk, 10485760, " + OF_VMWARE + ", 1",
        "vmdk-rs/streamOptimized.vmdk, 10485760, " + OF_VMWARE + ", 3",
        "vmdk-rs/twoGbMaxExtentSparse.vmdk, 10485760, " + OF_VMWARE + ", 1",
    })
    void readsWhatOtherProductsWrote(String name, long size, String sha256, String headerVersion) throws IOException {
        Path image = name.endsWith(".gz") ? Corpus.expand(name, scratch) : Corpus.file(name);
        assertThat(DiskImages.formatOf(image)).isEqualTo(DiskFormat.VMDK);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(size);
            assertThat(Disks.sha256(disk)).isEqualTo(sha256);
            assertThat(disk.check()).isEmpty();
            assertThat(disk.describe().details().get("header version")).isEqualTo(headerVersion);
        }
    }

    @Test
    void readsAFlatDiskOfVmwaresLibrary() throws IOException {
        Corpus.expand("vmdk-rs/monolithicFlat-flat.vmdk.gz", scratch);
        Path image = Files.copy(Corpus.file("vmdk-rs/monolithicFlat.vmdk"), scratch.resolve("monolithicFlat.vmdk"));
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(Disks.sha256(disk)).isEqualTo(OF_VMWARE);
            assertThat(disk.describe().variant()).isEqualTo("monolithicFlat");
            assertThat(disk.describe().files()).hasSize(2);
        }
    }

    @Test
    void readsAStreamWhoseFooterTellsOfTheDirectory() throws IOException {
        try (DiskImage disk = DiskImages.open(Corpus.expand("qemu-iotests/iotest-version3.vmdk.bz2", scratch))) {
            assertThat(disk.size()).isEqualTo(17179869184L);
            assertThat(Disks.sparseDigest(disk))
                    .isEqualTo("580dc9158239fc3794f871b50d4518155c7c2f3834f3512e0b9925767e753a28");
            assertThat(disk.check()).isEmpty();
        }
    }

    @Test
    void refusesAStreamThatWasCut() {
        Path image = Corpus.file("govmomi/ttylinux/ttylinux-pc_i486-16.1-disk1.vmdk");
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOfSatisfying(
                        DiskImageException.class,
                        e -> assertThat(e.kind()).isEqualTo(DiskImageException.Kind.TRUNCATED))
                .hasMessageContaining("the stream ends here")
                .hasMessageContaining("copy it again");
    }

    @Test
    void refusesWhatAFuzzerMade() {
        Path image = Corpus.expand("qemu-iotests/afl9.vmdk.bz2", scratch);
        assertThatThrownBy(() -> DiskImages.open(image)).isInstanceOf(DiskImageException.class);
    }

    @Test
    void refusesADescriptorWhoseExtentIsNotThere() throws IOException {
        Path image = Files.copy(Corpus.file("vmdk-rs/monolithicFlat.vmdk"), scratch.resolve("disk.vmdk"));
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("'monolithicFlat-flat.vmdk'")
                .hasMessageContaining("put it there");
    }

    @Test
    void refusesAnExtentOnItsOwn() {
        Path image = Corpus.file("vmdk-rs/twoGbMaxExtentSparse-s001.vmdk");
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("open the descriptor");
    }
}
