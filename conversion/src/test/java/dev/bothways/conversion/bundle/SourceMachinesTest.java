package dev.bothways.conversion.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.Manifest;
import dev.bothways.disk.MemoryDisk;
import dev.bothways.filesystem.partition.GptTable;
import dev.bothways.filesystem.partition.NewPartition;
import dev.bothways.filesystem.partition.PartitionKind;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class SourceMachinesTest {
    @TempDir
    Path scratch;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        scratch = scratch.toRealPath();
        folder = Files.createDirectory(scratch.resolve("web01"));
    }

    @Test
    void findsADefinitionWithItsDisks() throws IOException {
        image(folder.resolve("root.img"));
        image(folder.resolve("swap.img"));
        Path file = definition("disk = [ 'file:root.img,xvda2,w', 'file:" + folder + "/swap.img,xvda1,w' ]");
        for (Path source : List.of(folder, file)) {
            SourceMachine found = SourceMachines.find(source, SourceOptions.usual());
            assertThat(found.dialect()).isEqualTo("xl");
            assertThat(found.definition()).isEqualTo(file);
            assertThat(found.folder()).isEqualTo(folder);
            assertThat(found.disks())
                    .extracting(SourceMachine.SourceDisk::file)
                    .containsExactly(folder.resolve("root.img"), folder.resolve("swap.img"));
            assertThat(found.warnings()).isEmpty();
        }
    }

    @Test
    void takesTheDiskBesideTheDefinitionWhenTheNamedPlaceIsAnotherHosts() throws IOException {
        image(folder.resolve("root.img"));
        definition("disk = [ '/var/lib/absent/root.img,raw,xvda,w' ]");
        SourceMachine found = SourceMachines.find(folder, SourceOptions.usual());
        assertThat(found.disks().getFirst().file()).isEqualTo(folder.resolve("root.img"));
        assertThat(found.warnings())
                .containsExactly(
                        "the disk xvda is /var/lib/absent/root.img, which does not exist; the file of that name in "
                                + folder + " is used");
    }

    @ParameterizedTest
    @CsvSource({
        "C:\\VMs\\web01\\root.vhd, Root.VHD",
        "[store 1] web01/root.vmdk, root.vmdk",
        "local-lvm:vm-100-disk-0, vm-100-disk-0.qcow2",
        "local:100/vm-100-disk-0.raw, vm-100-disk-0.raw"
    })
    void takesTheFileBesideForThePathsOfOtherHosts(String path, String there) throws IOException {
        Path file = image(folder.resolve(there));
        definition("disk = [ '" + path.replace("\\", "\\\\") + ",raw,xvda,w' ]");
        assertThat(SourceMachines.find(folder, SourceOptions.usual())
                        .disks()
                        .getFirst()
                        .file())
                .isEqualTo(file);
    }

    @Test
    void takesNoFileThatTwoNamesMayMean() throws IOException {
        image(folder.resolve("Root.img"));
        image(folder.resolve("ROOT.img"));
        Path file = definition("disk = [ '/var/root.img,raw,xvda,w' ]");
        refused(
                folder,
                file + ": the disk xvda is /var/root.img, and there is no such file, nor one of that name in " + folder
                        + "; put it there, or name its folder with --allow");
    }

    @Test
    void namesAnAbsentDisk() throws IOException {
        Path file = definition("disk = [ 'root.img,raw,xvda,w' ]");
        refused(
                folder,
                file + ": the disk xvda is root.img, and there is no such file; put it there, or name its folder with"
                        + " --allow");
    }

    @Test
    void opensNoFileOutsideTheDefinitionsFolder() throws IOException {
        Path secret = image(scratch.resolve("secret"));
        for (String path : List.of(secret.toString(), "../secret", folder + "/../secret")) {
            Path file = definition("disk = [ '" + path + ",raw,xvda,w' ]");
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                    .withMessageContaining(
                            "which lies outside " + folder + "; if it is the machine's, add --allow " + scratch)
                    .withMessageStartingWith(file.toString());
        }
    }

    @Test
    void followsNoLinkOutOfTheFolder() throws IOException {
        Path secret = image(scratch.resolve("secret"));
        Files.createSymbolicLink(folder.resolve("root.img"), secret);
        Files.createSymbolicLink(folder.resolve("out"), scratch);
        for (String path : List.of("root.img", "out/secret")) {
            definition("disk = [ '" + path + ",raw,xvda,w' ]");
            assertThatExceptionOfType(ConversionException.class)
                    .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                    .withMessageContaining("(in truth " + secret + "), which lies outside");
        }
    }

    /** The definition is here, its disks were copied to another folder: another datastore, another storage. */
    @ParameterizedTest
    @CsvSource({
        "root.img, root.img",
        "/vmfs/volumes/ds2/web01/root.vmdk, root.vmdk",
        "C:\\VMs\\web01\\root.vhd, Root.VHD",
        "[store 1] web01/root.vmdk, root.vmdk",
        "local-lvm:vm-100-disk-0, vm-100-disk-0.qcow2",
    })
    void looksForAFileByItsNameInTheAllowedFolders(String path, String there) throws IOException {
        Path images = Files.createDirectory(scratch.resolve("images"));
        Path file = image(images.resolve(there));
        definition("disk = [ '" + path.replace("\\", "\\\\") + ",raw,xvda,w' ]");
        SourceMachine found = SourceMachines.find(folder, allowing(images));
        assertThat(found.disks().getFirst().file()).isEqualTo(file);
        assertThat(found.warnings()).hasSize(1).allMatch(warning -> warning.endsWith(images + " is used"));
        Path beside = image(folder.resolve(there));
        assertThat(SourceMachines.find(folder, allowing(images))
                        .disks()
                        .getFirst()
                        .file())
                .as("what lies beside the definition comes first")
                .isEqualTo(beside);
    }

    /** Two disks of one name, from two folders of another host, of which one was copied. */
    @Test
    void oneFileDoesNotStandForTwoDisks() throws IOException {
        image(folder.resolve("disk.img"));
        definition("disk = [ '/ds1/a/disk.img,raw,xvda,w', '/ds2/b/disk.img,raw,xvdb,w' ]");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                .withMessageContaining("the only file of that name, " + folder.resolve("disk.img")
                        + ", already stands for /ds1/a/disk.img");
    }

    @Test
    void opensFilesInAllowedFolders() throws IOException {
        Path images = Files.createDirectory(scratch.resolve("images"));
        image(images.resolve("root.img"));
        image(images.resolve("vmlinuz"));
        image(images.resolve("initrd"));
        Files.writeString(
                folder.resolve("web01.cfg"),
                "name = 'web01'\nkernel = '../images/vmlinuz'; ramdisk = '" + images + "/initrd'; extra = 'quiet'\n"
                        + "disk = [ '../images/root.img,raw,xvda,w' ]");
        SourceMachine found = SourceMachines.find(folder, allowing(images));
        assertThat(found.disks().getFirst().file()).isEqualTo(images.resolve("root.img"));
        assertThat(found.hostBoot().orElseThrow().kernel()).isEqualTo(images.resolve("vmlinuz"));
        assertThat(found.hostBoot().orElseThrow().initramfs()).contains(images.resolve("initrd"));
        assertThat(found.hostBoot().orElseThrow().commandLine()).isEqualTo("quiet");
    }

    @Test
    void refusesDisksGivenByAScript() throws IOException {
        definition("disk = [ 'iscsi:iqn.2001,xvda,w' ]");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                .withMessageContaining("is given by the host's script block-iscsi, which is not run");
    }

    @Test
    void refusesOneFileAsTwoDisks() throws IOException {
        Path file = image(folder.resolve("root.img"));
        Files.createSymbolicLink(folder.resolve("again.img"), file.getFileName());
        definition("disk = [ 'root.img,raw,xvda,w', 'again.img,raw,xvdb,w' ]");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                .withMessageContaining("the disks xvda and xvdb are one file");
    }

    @Test
    void asksWhichOfSeveralDefinitionsIsMeant() throws IOException {
        Files.writeString(folder.resolve("a.cfg"), "");
        Files.writeString(folder.resolve("b.cfg"), "");
        refused(folder, folder + " holds 2 definitions (a.cfg, b.cfg); name one of them");
    }

    @Test
    void saysWhenThereIsNothing() throws IOException {
        refused(scratch.resolve("absent"), scratch.resolve("absent") + ": there is no such file or folder");
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                .withMessageContaining("holds no definition of a machine");
        Files.writeString(folder.resolve("page.xml"), "<html/>");
        refused(
                folder.resolve("page.xml"),
                folder.resolve("page.xml") + " is XML of a kind that defines no machine (its root element is html);"
                        + " name the machine's definition");
    }

    @Test
    void passesOnWhatIsWrongInADefinition() throws IOException {
        Files.writeString(folder.resolve("a.cfg"), "import os");
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                .withMessageContaining("the Python statement 'import' is not evaluated");
    }

    @Test
    void readsBackAFolderThatThisProgramWrote() throws IOException {
        Machine machine = FullMachine.with(new Firmware.Bios());
        image(folder.resolve("Virtual Hard Disks/full-0.vhdx"));
        image(folder.resolve("Virtual Hard Disks/full-1.vhdx"));
        manifest(MachineJson.write(machine));
        for (Path source : List.of(folder, folder.resolve("bothways.json"))) {
            SourceMachine found = SourceMachines.find(source, SourceOptions.usual());
            assertThat(found.machine()).isEqualTo(machine);
            assertThat(found.disks()).hasSize(2);
        }
    }

    private void manifest(ObjectNode machine) throws IOException {
        Manifest manifest = new Manifest(
                1,
                "0.1.0",
                "hyperv",
                "hyperv-gen1",
                new Manifest.Source("web01.cfg", "xl", List.of()),
                machine,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                false,
                List.of());
        Files.writeString(folder.resolve(Manifest.FILE), manifest.text());
    }

    @Test
    void refusesAManifestThatLeadsOutOfItsFolder() throws IOException {
        image(scratch.resolve("secret"));
        Machine machine = FullMachine.with(new Firmware.Bios());
        ObjectNode json = MachineJson.write(machine);
        ((ObjectNode) json.at("/disks/0")).put("path", "../secret");
        manifest(json);
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(folder, SourceOptions.usual()))
                .withMessageContaining("which lies outside");
    }

    @Test
    void makesAMachineOfABareImageWithWhatTheUserSays() throws IOException {
        Path file = image(folder.resolve("web01.raw"));
        SourceMachine found = SourceMachines.find(file, described());
        assertThat(found.dialect()).isEqualTo("image");
        assertThat(found.machine().name()).isEqualTo("web01");
        assertThat(found.machine().memory().startup()).isEqualTo(2L << 30);
        assertThat(found.machine().processors().count()).isEqualTo(2);
        assertThat(found.machine().nics()).hasSize(1);
        assertThat(found.machine().platform()).isEqualTo(Platform.KVM);
        assertThat(found.disks().getFirst().file()).isEqualTo(file);
    }

    @Test
    void assumesAndTellsWhatABareImageDoesNotSay() throws IOException {
        Path file = image(folder.resolve("web01.raw"));
        SourceMachine found = SourceMachines.find(file, SourceOptions.usual());
        assertThat(found.machine().memory().startup()).isEqualTo(2L << 30);
        assertThat(found.machine().processors().count()).isEqualTo(2);
        assertThat(found.machine().firmware()).isEqualTo(new Firmware.Bios());
        assertThat(found.warnings())
                .singleElement()
                .asString()
                .contains("assumed", "2 GiB of memory (--memory)", "2 processors (--cpus)", "BIOS", "--firmware");
        SourceMachine told = SourceMachines.find(file, described());
        assertThat(told.warnings()).singleElement().asString().doesNotContain("--memory", "--cpus", "--firmware");
    }

    @Test
    void takesADiskWithAnEfiSystemPartitionForOneOfUefi() throws IOException {
        Path file = folder.resolve("web01.raw");
        GptTable table = GptTable.layOut("web01", 512, List.of(NewPartition.of(1, PartitionKind.EFI_SYSTEM, 16 << 20)));
        Files.write(file, new byte[(int) (table.sectors() * 512)]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemoryDisk disk = new MemoryDisk(table.sectors() * 512);
            table.write(disk);
            ByteBuffer bytes = ByteBuffer.allocate((int) disk.size());
            disk.read(0, bytes);
            channel.write(bytes.flip());
        }
        SourceMachine found = SourceMachines.find(file, SourceOptions.usual());
        assertThat(found.machine().firmware()).isEqualTo(new Firmware.Uefi(false));
        assertThat(found.warnings()).singleElement().asString().contains("UEFI", "EFI system partition");
    }

    private static void refused(Path source, String message) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> SourceMachines.find(source, SourceOptions.usual()))
                .withMessage(message)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.SOURCE));
    }

    private static SourceOptions allowing(Path folder) {
        return new SourceOptions(
                List.of(folder),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static SourceOptions described() {
        return new SourceOptions(
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(2L << 30),
                OptionalInt.of(2),
                Optional.of(new Firmware.Bios()),
                Optional.empty(),
                false);
    }

    private Path definition(String more) throws IOException {
        return Files.writeString(folder.resolve("web01.cfg"), "name = 'web01'\nbootloader = 'pygrub'\n" + more + "\n");
    }

    private static Path image(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[4096]);
    }
}
