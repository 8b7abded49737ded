package dev.bothways.disk.format.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VhdxCorpusTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource({
        "dfvfs/ext2.vhdx.gz, 4194304, a6c2f0e39afe6c6ab432ca5465349fcefe8dc944398e97b2d957d3f89dbb5d80",
        "dfvfs/fat-parent.vhdx.gz, 4194304, 2d1954fec68faefe81dd3687282a9b387bf8417f6d2cf0da3825fa1445b64cfb",
        "dissect.hypervisor/disk/vhdx/dynamic.vhdx.gz, 10485760, 8e2b5e9265d694b42b81819e3bff29770eff4ed0f4f9f311693ff3dbdc93efac",
        "dissect.hypervisor/disk/vhdx/fixed.vhdx.gz, 10485760, bc0be4623b15aa84216fb31ba24e3b621ec7f1c72d198c990ac0eced222d9f62",
        "qemu-iotests/iotest-dynamic-1G.vhdx.bz2, 1073741824, d3d112d8dab7fd360609f7d5a7b769904b7a2a7d7b6b8c535f65a23293c05478",
        "DiscUtils/Btrfs/Data/btrfs.vhdx.gz, 1073741824, 0b959f9cb4e18348ad8b646f152178282542c8304f02fddf765e3fd1a1de6864",
    })
    void readsWhatOtherProductsWrote(String name, long size, String sha256) throws IOException {
        try (DiskImage disk = DiskImages.open(Corpus.expand(name, scratch))) {
            assertThat(disk.size()).isEqualTo(size);
            assertThat(Disks.sha256(disk)).isEqualTo(sha256);
            assertThat(disk.check()).noneMatch(finding -> finding.severity() == Severity.ERROR);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DiscUtils/Swap/Data/swap.vhdx.gz, b005982782384e9d90f3133f7494e5ee6b2e464197b941ebf4730201d7b3fe48",
        "DiscUtils/Xfs/Data/xfs.vhdx.gz, 3e5eec71cda01cefc5aaab53494de04f5bfbddb92bcc20f201629871519b62e0",
    })
    void readsLargeDisksOfHyperV(String name, String sparseDigest) throws IOException {
        try (DiskImage disk = DiskImages.open(Corpus.expand(name, scratch))) {
            assertThat(disk.size()).isEqualTo(10L << 30);
            assertThat(Disks.sparseDigest(disk)).isEqualTo(sparseDigest);
            assertThat(disk.check()).noneMatch(finding -> finding.severity() == Severity.ERROR);
        }
    }

    @Test
    void replaysADirtyLogWithoutTouchingTheFile() throws IOException {
        Path image = Corpus.expand("qemu-iotests/iotest-dirtylog-10G-4M.vhdx.bz2", scratch);
        String before = Disks.sha256(image);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(Disks.sparseDigest(disk))
                    .isEqualTo("439d91e9c37f6b368459b19458ca42f0eda3c1aa7cd786093923df096ec9aee7");
            assertThat(disk.describe().details().get("log")).contains("replayed in memory");
            assertThat(disk.check()).anyMatch(finding -> finding.message().contains("the log holds changes"));
        }
        assertThat(Disks.sha256(image)).isEqualTo(before);
    }

    @Test
    void refusesALogThatHoldsNoWholeEntry() throws IOException {
        Path image = Corpus.expand("qemu-iotests/iotest-dirtylog-10G-4M.vhdx.bz2", scratch);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            for (long at = 1 << 20; at < 2 << 20; at += 4096) {
                file.write(ByteBuffer.wrap(new byte[] {0x55}), at + 20);
            }
        }
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("cannot be replayed");
    }

    @Test
    void readsADifferencingDiskWithItsParent() throws IOException {
        Corpus.expand("dfvfs/fat-parent.vhdx.gz", scratch);
        Path child = Corpus.expand("dfvfs/fat-differential.vhdx.gz", scratch);
        try (DiskImage disk = DiskImages.open(child)) {
            assertThat(Disks.sha256(disk))
                    .as("qemu-img cannot open it")
                    .isEqualTo("a538161f34bc44c12bf9a542ce9218741c62728723ea18d0e4f6ea92e9f32e93");
            assertThat(disk.describe().variant()).isEqualTo("differencing");
            assertThat(disk.describe().files())
                    .containsExactly(child, scratch.toRealPath().resolve("fat-parent.vhdx"));
            assertThat(disk.check()).noneMatch(finding -> finding.severity() == Severity.ERROR);
        }
    }

    @Test
    void refusesADifferencingDiskWithoutItsParent() {
        Path child = Corpus.expand("dfvfs/fat-differential.vhdx.gz", scratch);
        assertThatThrownBy(() -> DiskImages.open(child))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("'fat-parent.vhdx'");
    }

    @Test
    void refusesAParentThatWasChangedSince() throws IOException {
        Path child = Corpus.expand("dfvfs/fat-differential.vhdx.gz", scratch);
        Files.move(
                Corpus.expand("dissect.hypervisor/disk/vhdx/fixed.vhdx.gz", scratch),
                scratch.resolve("fat-parent.vhdx"));
        assertThatThrownBy(() -> DiskImages.open(child))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("f88d4d92-6fcc-408d-9bef-9b7c89f15c89")
                .hasMessageContaining("put the right parent there");
    }

    @Test
    void refusesAChainThatComesBackToItself() throws IOException {
        Path child = Corpus.expand("dfvfs/fat-differential.vhdx.gz", scratch);
        Files.createSymbolicLink(scratch.resolve("fat-parent.vhdx"), child);
        assertThatThrownBy(() -> DiskImages.open(child))
                .isInstanceOf(DiskImageException.class)
                .hasMessageContaining("comes back");
    }

    @Test
    void acceptsTheSameHeaderTwiceAsDisk2vhdWritesIt() throws IOException {
        Path image = Corpus.expand("dfvfs/ext2.vhdx.gz", scratch);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer header = ByteBuffer.allocate(VhdxHeader.BYTES);
            file.read(header, VhdxHeader.SECOND_AT);
            file.write(header.flip(), VhdxHeader.FIRST_AT);
        }
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(Disks.sha256(disk))
                    .isEqualTo("a6c2f0e39afe6c6ab432ca5465349fcefe8dc944398e97b2d957d3f89dbb5d80");
        }
    }

    @Test
    void usesTheHeaderThatIsWholeAndSaysSo() throws IOException {
        Path image = Corpus.expand("dfvfs/ext2.vhdx.gz", scratch);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(64), VhdxHeader.SECOND_AT + 100);
            file.write(ByteBuffer.wrap(new byte[] {1}), VhdxHeader.SECOND_AT + 2000);
        }
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.describe().details().get("notes")).contains("only the first header is whole");
        }
    }

    @Test
    void refusesARequiredRegionThatItDoesNotKnow() throws IOException {
        Path image = Corpus.expand("dissect.hypervisor/disk/vhdx/dynamic.vhdx.gz", scratch);
        for (long at : new long[] {VhdxRegion.FIRST_TABLE_AT, VhdxRegion.SECOND_TABLE_AT}) {
            try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer table = ByteBuffer.allocate(VhdxRegion.TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                file.read(table, at);
                table.putInt(8, 3)
                        .putInt(16 + 64, 77)
                        .putLong(16 + 64 + 16, 512L << 20)
                        .putInt(16 + 64 + 28, 1);
                table.putInt(VhdxChecksum.AT, VhdxChecksum.of(table));
                file.write(table.clear(), at);
            }
        }
        assertThatThrownBy(() -> DiskImages.open(image))
                .isInstanceOfSatisfying(
                        DiskImageException.class,
                        e -> assertThat(e.kind()).isEqualTo(DiskImageException.Kind.UNSUPPORTED))
                .hasMessageContaining("0000004d-0000-0000-0000-000000000000");
    }
}
