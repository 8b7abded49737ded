package dev.bothways.conversion.bundle.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.DiskComparison;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.OutputException;
import dev.bothways.disk.archive.TarArchive;
import dev.bothways.disk.archive.TarMember;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.ovf.OvfEnvelope;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OvaWriterTest {
    @TempDir
    Path folder = Path.of("");

    private static MemoryDisk disk(int size, int seed) throws IOException {
        MemoryDisk disk = new MemoryDisk(size);
        byte[] bytes = new byte[size / 2];
        new Random(seed).nextBytes(bytes);
        disk.write(size / 4, ByteBuffer.wrap(bytes));
        return disk;
    }

    private static Disk drive(int unit, String name) {
        return Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, unit))
                .adapter(Optional.of("pvscsi"))
                .medium(name, "vmdk")
                .boot(unit == 0)
                .build();
    }

    private static void write(Path ova, List<MemoryDisk> disks) throws IOException {
        try (OvaWriter writer = OvaWriter.create(ova, "web01", machine(disks))) {
            for (MemoryDisk disk : disks) {
                writer.disk(disk, CopyOptions.usual());
            }
            writer.finish();
        }
    }

    private static Machine machine(List<MemoryDisk> contents) {
        List<Disk> disks = new ArrayList<>();
        for (int i = 0; i < contents.size(); i++) {
            disks.add(drive(i, "web01-disk" + (i + 1) + ".vmdk").toBuilder()
                    .size(OptionalLong.of(contents.get(i).size()))
                    .build());
        }
        return Machine.builder("web <01>", Platform.VMWARE).disks(disks).build();
    }

    @Test
    void writesWhatIsReadAgain() throws IOException {
        Path ova = folder.resolve("web01.ova");
        List<MemoryDisk> disks = List.of(disk(3 << 20, 1), disk(1 << 20, 2));
        write(ova, disks);
        assertThat(TarArchive.read(ova).members())
                .extracting(TarMember::name)
                .containsExactly("web01.ovf", "web01.mf", "web01-disk1.vmdk", "web01-disk2.vmdk");
        OvfPackage files = OvfPackage.of(ova);
        assertThat(files.differing(count -> {})).isEmpty();
        assertThat(files.manifest().orElseThrow().entries()).hasSize(3);
        OvfEnvelope envelope = OvfEnvelope.read(files.envelope(), "web01.ovf", Optional.empty(), false);
        assertThat(envelope.files())
                .extracting(file -> file.size().orElseThrow())
                .isEqualTo(TarArchive.read(ova).members().stream()
                        .skip(2)
                        .map(TarMember::size)
                        .toList());
        assertThat(envelope.machines().getFirst().machine().name()).isEqualTo("web <01>");
        assertThat(envelope.machines().getFirst().machine().disks())
                .extracting(disk -> disk.medium().map(Medium::path).orElseThrow() + " "
                        + disk.size().orElseThrow())
                .containsExactly("web01-disk1.vmdk 3145728", "web01-disk2.vmdk 1048576");
        for (int i = 0; i < disks.size(); i++) {
            try (DiskImage image = DiskImages.open(ova.resolve("web01-disk" + (i + 1) + ".vmdk"))) {
                assertThat(DiskComparison.of(image, disks.get(i)).same()).isTrue();
                assertThat(image.check()).isEmpty();
            }
        }
    }

    @Test
    void writesTheSameBytesAgainAndWhatOtherProgramsUnpack() throws IOException {
        Path one = folder.resolve("one.ova");
        Path two = folder.resolve("two.ova");
        for (Path ova : List.of(one, two)) {
            write(ova, List.of(disk(1 << 20, 1), disk(1 << 20, 2)));
        }
        assertThat(Files.mismatch(one, two)).isEqualTo(-1);
        try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(one))) {
            TarArchiveEntry entry = in.getNextEntry();
            assertThat(entry.getName()).isEqualTo("web01.ovf");
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("</ovf:Envelope>");
        }
    }

    @Test
    void writesDisksThatQemuReads() throws Exception {
        Oracle.require("qemu-img");
        Path ova = folder.resolve("web01.ova");
        write(ova, List.of(disk(1 << 20, 1), disk(1 << 20, 2)));
        TarMember member = TarArchive.read(ova).member("web01-disk2.vmdk").orElseThrow();
        Path vmdk = folder.resolve("alone.vmdk");
        byte[] all = Files.readAllBytes(ova);
        Files.write(vmdk, Arrays.copyOfRange(all, (int) member.offset(), (int) member.end()));
        Path raw = folder.resolve("alone.raw");
        Process qemu = new ProcessBuilder(
                        "qemu-img", "convert", "-f", "vmdk", "-O", "raw", vmdk.toString(), raw.toString())
                .inheritIO()
                .start();
        assertThat(qemu.waitFor()).isZero();
        try (DiskImage image = DiskImages.open(raw)) {
            assertThat(DiskComparison.of(image, disk(1 << 20, 2)).same()).isTrue();
        }
    }

    @Test
    void leavesNothingWhereItFails() throws IOException {
        Path ova = folder.resolve("web01.ova");
        MemoryDisk closed = new MemoryDisk(1 << 20);
        closed.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> write(ova, List.of(disk(1 << 20, 1), closed)));
        assertThat(ova).doesNotExist();
        Files.createFile(ova);
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> write(ova, List.of(disk(1 << 20, 1), disk(1 << 20, 1))))
                .withMessageContaining("is there already");
    }
}
