package dev.bothways.disk.format.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.SliceDisk;
import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Qcow2CorpusTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource({
        "dfvfs/ext2.qcow2.gz, 4194304, a6c2f0e39afe6c6ab432ca5465349fcefe8dc944398e97b2d957d3f89dbb5d80",
        "dissect.hypervisor/disk/qcow2/snapshot.qcow2.gz, 536870912, 9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767",
        "plaso/image.qcow2, 102400, a9c0220b1dadd1812fc4bbe137f495d2c3b88c7b33b5a4de545d201fd31b3bc0",
    })
    void readsWhatTheGuestSees(String name, long size, String sha256) throws IOException {
        Path image = name.endsWith(".gz") ? Corpus.expand(name, scratch) : Corpus.file(name);
        assertThat(DiskImages.formatOf(image)).isEqualTo(DiskFormat.QCOW2);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(disk.size()).isEqualTo(size);
            assertThat(Disks.sha256(disk)).isEqualTo(sha256);
            assertThat(disk.check()).noneMatch(finding -> finding.severity() == Severity.ERROR);
        }
    }

    @Test
    void readsALargeDiskByItsExtents() throws IOException {
        Path image = Corpus.expand("dissect.hypervisor/disk/qcow2/basic.qcow2.gz", scratch);
        try (DiskImage disk = DiskImages.open(image)) {
            assertThat(Disks.sparseDigest(disk))
                    .isEqualTo("d83c714beceabb0f5bcc4cb5dcf83ae21f4124dc1c8ff19a74ecdda779ec7609");
        }
    }

    @Test
    void readsSnapshots() throws IOException {
        Path image = Corpus.expand("dissect.hypervisor/disk/qcow2/snapshot.qcow2.gz", scratch);
        List<String> first = Stream.of("1", "2")
                .map(id -> OpenOptions.usual().atSnapshot(id))
                .map(options -> {
                    try (DiskImage disk = DiskImages.open(image, options)) {
                        return Disks.sha256(new SliceDisk(disk, 0, 813_857));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
        assertThat(first.getFirst()).isNotEqualTo(first.getLast());
        Oracle qemu = Oracle.require("qemu-img");
        for (String id : List.of("1", "2")) {
            Path raw = scratch.resolve(id + ".raw");
            qemu.run("convert", "-l", "snapshot.id=" + id, "-O", "raw", image, raw)
                    .orFail();
            try (DiskImage disk = DiskImages.open(image, OpenOptions.usual().atSnapshot(id));
                    DiskImage expected =
                            DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
                assertThat(Disks.sparseDigest(disk)).isEqualTo(Disks.sparseDigest(expected));
            }
        }
    }

    @Test
    void readsAChainOfThree() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        for (int i = 1; i <= 3; i++) {
            Corpus.expand("dissect.hypervisor/disk/qcow2/backing-chain-" + i + ".qcow2.gz", scratch);
        }
        for (int i = 1; i <= 3; i++) {
            Path image = scratch.resolve("backing-chain-" + i + ".qcow2");
            Path raw = scratch.resolve(i + ".raw");
            if (qemu.run("convert", "-O", "raw", image, raw).exitCode() != 0) {
                continue; // It names its parent by the path of another machine.
            }
            try (DiskImage disk = DiskImages.open(image);
                    DiskImage expected =
                            DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
                assertThat(Disks.sparseDigest(disk)).isEqualTo(Disks.sparseDigest(expected));
            }
        }
    }

    @Test
    void refusesChainsThatComeBack() throws IOException {
        for (String name : List.of("loop-1", "loop-2", "loop-self")) {
            Path from = Corpus.file("libvirt/virstoragetestdata/images/" + name + ".qcow2");
            Files.copy(from, scratch.resolve(name + ".qcow2"));
        }
        for (String name : List.of("loop-1", "loop-2", "loop-self")) {
            assertThatThrownBy(() -> DiskImages.open(scratch.resolve(name + ".qcow2")))
                    .isInstanceOf(DiskImageException.class);
        }
    }
}
