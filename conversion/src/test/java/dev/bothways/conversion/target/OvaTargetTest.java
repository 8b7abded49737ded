package dev.bothways.conversion.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.Conversion;
import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.ConversionListener;
import dev.bothways.conversion.ConversionRequest;
import dev.bothways.conversion.Manifest;
import dev.bothways.conversion.Plan;
import dev.bothways.conversion.Verification;
import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.conversion.bundle.SourceMachines;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.conversion.bundle.ovf.OvfPackage;
import dev.bothways.conversion.rehearse.ConvertedMachine;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.GuestHash;
import dev.bothways.disk.OpenOptions;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A small guest of Xen goes into an OVA of VMware or VirtualBox, and out of it again. */
final class OvaTargetTest {
    @TempDir
    Path scratch = Path.of("");

    @BeforeEach
    void needsGrub() {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
    }

    @ParameterizedTest
    @CsvSource({"vmware, VMWARE, vmx-13", "virtualbox, VIRTUALBOX, virtualbox-2.2"})
    void packsAMachineIntoOneArchiveThatIsTheMachineForTheNextConversion(String id, Platform platform, String hardware)
            throws IOException {
        Path source = guest();
        Path folder = scratch.resolve("out");
        Plan plan = convert(source, ova(id), folder);
        assertThat(files(folder)).containsExactly("bothways.json", "web01.ova");
        assertThat(Verification.verify(folder).failed()).isEmpty();
        Manifest manifest = Manifest.read(folder);
        Manifest.ManifestDisk disk = manifest.disks().getFirst();
        assertThat(disk.file()).isEqualTo("web01.ova/web01-0.vmdk");
        assertThat(plan.diskFiles()).containsExactly(disk.file());

        Path ova = folder.resolve("web01.ova");
        assertThat(OvfPackage.of(ova).differing(count -> {})).isEmpty();
        assertThat(new String(OvfPackage.of(ova).envelope(), java.nio.charset.StandardCharsets.UTF_8))
                .contains(">" + hardware + "<");
        SourceMachine read = SourceMachines.find(ova, SourceOptions.usual());
        assertThat(read.warnings()).isEmpty();
        assertThat(read.machine().name()).isEqualTo("web01");
        assertThat(read.machine().platform()).isEqualTo(platform);
        assertThat(read.machine().memory()).isEqualTo(plan.machine().memory());
        assertThat(read.machine().processors().count()).isEqualTo(2);
        assertThat(read.machine().disks())
                .extracting(Disk::slot)
                .isEqualTo(plan.machine().disks().stream().map(Disk::slot).toList());
        try (DiskImage image =
                read.disks().getFirst().opener().open(OpenOptions.usual().as(DiskFormat.VMDK))) {
            assertThat(GuestHash.of(image).toString()).isEqualTo(disk.guestHash());
        }

        for (Path from : List.of(folder, ova)) {
            Path back = scratch.resolve("back-" + from.getFileName());
            convert(from, Targets.find("hyperv").orElseThrow(), back);
            assertThat(Verification.verify(back).failed()).isEmpty();
            assertThat(Manifest.read(back).source().disks())
                    .extracting(Manifest.SourceDisk::guestHash)
                    .containsExactly(disk.guestHash());
        }
        Path again = scratch.resolve("again");
        convert(source, ova(id), again);
        assertThat(Files.mismatch(ova, again.resolve("web01.ova"))).isEqualTo(-1);
    }

    @Test
    void writesWhatTarAndQemuRead() throws IOException {
        Path folder = scratch.resolve("out");
        convert(guest(), ova("vmware"), folder);
        Path ova = folder.resolve("web01.ova");
        assertThat(Oracle.require("tar").run("tf", ova).orFail().output().lines())
                .containsExactly("web01.ovf", "web01.mf", "web01-0.vmdk");
        Oracle.require("tar").run("xf", ova, "-C", scratch).orFail();
        Oracle.require("xmllint").run("--noout", scratch.resolve("web01.ovf")).orFail();
        assertThat(Oracle.require("sha256sum")
                        .run(scratch.resolve("web01-0.vmdk"))
                        .orFail()
                        .output())
                .startsWith(
                        Files.readAllLines(scratch.resolve("web01.mf")).get(1).replaceAll(".*= ", ""));
        Path raw = scratch.resolve("raw");
        Oracle.require("qemu-img")
                .run("convert", "-f", "vmdk", "-O", "raw", scratch.resolve("web01-0.vmdk"), raw)
                .orFail();
        try (DiskImage image = DiskImages.open(raw, OpenOptions.usual().as(DiskFormat.RAW))) {
            assertThat(GuestHash.of(image).toString())
                    .isEqualTo(Manifest.read(folder).disks().getFirst().guestHash());
        }
    }

    @Test
    void tellsWhenTheArchiveWasChangedAndThatNothingBootsFromIt() throws IOException {
        Path folder = scratch.resolve("out");
        convert(guest(), ova("vmware"), folder);
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> ConvertedMachine.read(folder))
                .withMessage(
                        folder + " has its disks packed in web01.ova, from which nothing boots; rehearse the machine"
                                + " converted to a folder");
        Path archive = folder.resolve("web01.ova");
        byte[] bytes = Files.readAllBytes(archive);
        bytes[600] ^= 1;
        Files.write(archive, bytes);
        assertThat(Verification.verify(folder).failed()).anyMatch(line -> line.contains("its SHA-256 differs"));
        Files.delete(archive);
        assertThat(Verification.verify(folder).failed()).containsExactly("web01.ova/web01-0.vmdk is missing");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                .withMessageContaining("names the disk web01.ova/web01-0.vmdk, which is not there");
    }

    @Test
    void refusesWhatTheHypervisorOrTheArchiveDoesNotTake() {
        Machine machine = Machine.builder("a", Platform.VIRTUALBOX)
                .firmware(new Firmware.Uefi(false))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0)).build()))
                .build();
        assertThat(ova("virtualbox").refusals(machine, List.of(1L << 42), DiskFormat.VMDK))
                .satisfiesExactly(
                        first -> assertThat(first).contains("has no place on virtualbox"),
                        second -> assertThat(second).contains("larger than a sparse VMDK in one file can be"));
        assertThat(Targets.find("kvm", "ova")).isEmpty();
        assertThat(Targets.find("xenserver", "xva")).isPresent();
    }

    @Test
    void tellsHowToStartByUefiWhichOvfCannotSay() {
        Machine machine = Machine.builder("a", Platform.VIRTUALBOX)
                .firmware(new Firmware.Uefi(false))
                .build();
        assertThat(ova("virtualbox").definition(machine, List.of()).steps())
                .anyMatch(step -> step.contains("VBoxManage modifyvm NAME --firmware efi"));
    }

    private Path guest() throws IOException {
        return TinyXenGuest.make(
                scratch,
                List.of(
                        "xen_blkfront",
                        "xen_netfront",
                        "sd_mod",
                        "ahci",
                        "ata_piix",
                        "vmw_pvscsi",
                        "vmxnet3",
                        "e1000"));
    }

    private static Target ova(String id) {
        return Targets.find(id, "ova").orElseThrow();
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Plan convert(Path source, Target target, Path folder) throws IOException {
        ConversionRequest request = new ConversionRequest(
                source,
                SourceOptions.usual(),
                target,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (Conversion conversion = Conversion.plan(request)) {
            conversion.execute(folder, false, ConversionListener.none());
            return conversion.plan();
        }
    }
}
