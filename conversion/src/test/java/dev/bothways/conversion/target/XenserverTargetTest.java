package dev.bothways.conversion.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.Conversion;
import dev.bothways.conversion.ConversionListener;
import dev.bothways.conversion.ConversionRequest;
import dev.bothways.conversion.Manifest;
import dev.bothways.conversion.Verification;
import dev.bothways.conversion.bundle.BundledDisk;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.GuestHash;
import dev.bothways.disk.archive.xva.XvaArchive;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.xapi.XapiDialect;
import dev.bothways.machine.dialect.xapi.XapiDialect.ArchivedDisk;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small guest of Xen goes into an XVA, and out of it again. */
final class XenserverTargetTest {
    private static final Target TARGET = Targets.find("xenserver").orElseThrow();

    @TempDir
    Path scratch = Path.of("");

    @Test
    void packsAMachineIntoOneArchiveThatIsTheMachineForTheNextConversion() throws IOException {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        Path folder = scratch.resolve("out");
        List<String> steps = convert(TinyXenGuest.make(scratch), TARGET, folder);
        assertThat(steps).anyMatch(step -> step.startsWith("xe vm-import filename=web01.xva preserve=true"));
        assertThat(files(folder)).containsExactly("bothways.json", "web01.xva");
        assertThat(Verification.verify(folder).failed()).isEmpty();

        Manifest manifest = Manifest.read(folder);
        Manifest.ManifestDisk disk = manifest.disks().getFirst();
        Path archive = folder.resolve("web01.xva");
        assertThat(disk.file()).isEqualTo("web01.xva/Ref:2");
        assertThat(disk.fileSize()).isEqualTo(Files.size(archive));
        byte[] definition = XvaArchive.definition(archive);
        Machine machine =
                new XapiDialect().parse(definition, "ova.xml").getFirst().machine();
        assertThat(machine.name()).isEqualTo("web01");
        assertThat(machine.platform()).isEqualTo(Platform.XEN_HVM);
        assertThat(machine.nics().getFirst().mac()).isPresent();
        List<ArchivedDisk> disks = new XapiDialect().disks(definition, "ova.xml");
        assertThat(disks).containsExactly(new ArchivedDisk("Ref:2", disk.size()));
        try (DiskImage image = XvaArchive.read(archive).open("Ref:2", disk.size())) {
            assertThat(GuestHash.of(image).toString()).isEqualTo(disk.guestHash());
        }

        Path back = scratch.resolve("back");
        convert(folder, Targets.find("hyperv").orElseThrow(), back);
        assertThat(Verification.verify(back).failed()).isEmpty();
        assertThat(Manifest.read(back).source().disks())
                .extracting(Manifest.SourceDisk::guestHash)
                .containsExactly(disk.guestHash());
        Path again = scratch.resolve("again");
        convert(scratch.resolve("web01"), TARGET, again);
        assertThat(Files.mismatch(archive, again.resolve("web01.xva"))).isEqualTo(-1);
    }

    @Test
    void tellsWhenTheArchiveWasChanged() throws IOException {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        Path folder = scratch.resolve("out");
        convert(TinyXenGuest.make(scratch), TARGET, folder);
        Path archive = folder.resolve("web01.xva");
        byte[] bytes = Files.readAllBytes(archive);
        bytes[bytes.length / 2] ^= 1;
        Files.write(archive, bytes);
        assertThat(Verification.verify(folder).failed()).anyMatch(line -> line.contains("its SHA-256 differs"));
        Files.delete(archive);
        assertThat(Verification.verify(folder).failed()).containsExactly("web01.xva/Ref:2 is missing");
    }

    @Test
    void namesDisksByTheirPlaceInTheArchiveAndPacksThemInItsOrder() {
        List<Disk> disks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            disks.add(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, i)).build());
        }
        Machine machine =
                Machine.builder("web01", Platform.XEN_HVM).disks(disks).build();
        List<String> files = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            files.add(TARGET.diskFile(machine, i, DiskFormat.RAW));
        }
        assertThat(files)
                .doesNotHaveDuplicates()
                .allMatch(file -> BundledDisk.of(file).isPresent());
        List<String> order = TARGET.bundle().orElseThrow().order(files);
        assertThat(order)
                .containsExactlyInAnyOrderElementsOf(files)
                .isNotEqualTo(files)
                .isSorted();
    }

    @Test
    void refusesWhatXenServerDoesNotTake() {
        Machine paravirtual = Machine.builder("a", Platform.XEN_PV)
                .disks(List.of(Disk.builder(Disk.Kind.DISK, new Slot(Bus.XEN, 0, 0, OptionalInt.of(2)))
                        .build()))
                .build();
        assertThat(TARGET.refusals(paravirtual, List.of(1L << 42), DiskFormat.RAW))
                .satisfiesExactly(
                        first -> assertThat(first).contains("xen-pv has no BIOS and no UEFI"),
                        second -> assertThat(second).contains("the disk xvda2 is a single partition"),
                        third -> assertThat(third).contains("larger than XenServer's disks can be"));
        Machine emulated = Machine.builder("a", Platform.XEN_HVM)
                .firmware(new Firmware.DirectKernel("/k", Optional.empty(), ""))
                .build();
        assertThat(TARGET.refusals(emulated, List.of(), DiskFormat.RAW)).hasSize(1);
    }

    @Test
    void saysSoWhereTheArchiveBesideTheManifestIsAnother() throws IOException {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        Path folder = scratch.resolve("out");
        convert(TinyXenGuest.make(scratch), TARGET, folder);
        Path manifest = folder.resolve(Manifest.FILE);
        // As an earlier version wrote it: with a checksum of its own, the change would be found before.
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace("web01.xva/Ref:2", "web01.xva/Ref:99")
                        .replaceFirst("\"schema\" : 2", "\"schema\" : 1")
                        .replaceFirst(",\\s*\"checksum\" : \"[^\"]*\"", ""));
        assertThatExceptionOfType(DiskImageException.class)
                .isThrownBy(() ->
                        Conversion.plan(request(folder, Targets.find("hyperv").orElseThrow())))
                .withMessageContaining("the disk Ref:99 has no chunks");
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> convert(Path source, Target target, Path folder) throws IOException {
        try (Conversion conversion = Conversion.plan(request(source, target))) {
            return conversion.execute(folder, false, ConversionListener.none());
        }
    }

    private static ConversionRequest request(Path source, Target target) {
        return new ConversionRequest(
                source,
                SourceOptions.usual(),
                target,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
