package dev.bothways.disk.format.vhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class VhdCorpusTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource({
        "dfvfs/ext2.vhd.gz, 4212736, 870be7ae16c1fa8faab05c6eb9205dc9a7ae35c5f552c5cf8a267c0bc6a5cb99",
        "dfvfs/fat-parent.vhd.gz, 4194304, bbdb657bc5aa2fde44e2456149f9257a862cb84f4668e338b90e357b0fbdf118",
        "dissect.hypervisor/disk/vhd/dynamic.vhd.gz, 10485760, ecff2ef6615a3cddc6a6885f1c6d9cf13a232697e1dc6575f2c2f01f57247784",
        "dissect.hypervisor/disk/vhd/fixed.vhd.gz, 10485760, 459325ab1fcd1d5ec9854cba790ee26378317cda177ffc1072008a1df88e6463",
    })
    void readsWhatOtherProductsWrote(String name, long size, String sha256) throws IOException {
        Path image = Corpus.expand(name, scratch);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(size);
            assertThat(Disks.sha256(disk)).isEqualTo(sha256);
            assertThat(disk.check()).isEmpty();
        }
    }

    @Test
    void readsAnEmptyDiskOfHyperVInTheSizeOfItsSizeField() throws IOException {
        try (DiskImage disk = DiskImages.open(Corpus.expand("qemu-iotests/hyperv2012r2-dynamic.vhd.bz2", scratch))) {
            assertThat(disk.size()).isEqualTo(136365211648L);
            assertThat(Disks.sparseDigest(disk))
                    .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        }
    }

    @Test
    void readsADifferencingDiskWithItsParent() throws IOException {
        Corpus.expand("dfvfs/fat-parent.vhd.gz", scratch);
        Path child = Corpus.expand("dfvfs/fat-differential.vhd.gz", scratch);
        try (DiskImage disk = DiskImages.open(child)) {
            assertThat(Disks.sha256(disk))
                    .as("qemu-img reads the child alone, 9e96fac7...: the parent counts")
                    .isEqualTo("f4b61a33ee2f7e8c19f737792a4107e46340026a9a829e4169b751901cc3ef02");
            assertThat(disk.describe().variant()).isEqualTo("differencing");
            assertThat(disk.describe().files())
                    .containsExactly(child, scratch.toRealPath().resolve("fat-parent.vhd"));
        }
    }

    @Test
    void findsAParentWhoseNameDiffersInCase() throws IOException {
        Path parent = Corpus.expand("dfvfs/fat-parent.vhd.gz", scratch);
        Files.move(parent, scratch.resolve("FAT-Parent.VHD"));
        try (DiskImage disk = DiskImages.open(Corpus.expand("dfvfs/fat-differential.vhd.gz", scratch))) {
            assertThat(Disks.sha256(disk))
                    .isEqualTo("f4b61a33ee2f7e8c19f737792a4107e46340026a9a829e4169b751901cc3ef02");
        }
    }

    @Test
    void refusesADifferencingDiskWithoutItsParent() {
        Path child = Corpus.expand("dfvfs/fat-differential.vhd.gz", scratch);
        assertThatThrownBy(() -> DiskImages.open(child))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("'fat-parent.vhd'")
                .hasMessageContaining("put it there");
    }

    @Test
    void refusesAParentWithAnotherId() throws IOException {
        Path child = Corpus.expand("dfvfs/fat-differential.vhd.gz", scratch);
        Path other = Corpus.expand("dissect.hypervisor/disk/vhd/fixed.vhd.gz", scratch);
        Files.move(other, scratch.resolve("fat-parent.vhd"));
        assertThatThrownBy(() -> DiskImages.open(child))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("5fa21a55-f394-aa4d-9958-1951a67d5540")
                .hasMessageContaining("b895e418-3894-e744-9a88-9a420be4e5ca");
    }

    @Test
    void refusesAParentOutsideTheAllowedFolder() throws IOException {
        Path child = Corpus.expand("dfvfs/fat-differential.vhd.gz", Files.createDirectory(scratch.resolve("inner")));
        Path parent = Corpus.expand("dfvfs/fat-parent.vhd.gz", scratch);
        Files.createSymbolicLink(child.resolveSibling("fat-parent.vhd"), parent);
        assertThatThrownBy(() -> DiskImages.open(child))
                .isInstanceOfSatisfying(
                        DiskImageException.class, e -> assertThat(e.kind()).isEqualTo(DiskImageException.Kind.UNSAFE));
    }

    @ParameterizedTest
    @CsvSource({"dfvfs/image.vhd.gz", "dfvfs/image-differential.vhd.gz"})
    void refusesFootersWhoseChecksumsDoNotHold(String name) {
        Path image = Corpus.expand(name, scratch);
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("no footer has a checksum that holds");
    }
}
