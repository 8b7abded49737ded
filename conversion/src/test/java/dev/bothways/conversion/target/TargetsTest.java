package dev.bothways.conversion.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bothways.conversion.bundle.FullMachine;
import dev.bothways.conversion.bundle.SourceMachines;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.conversion.target.Target.ConvertedDisk;
import dev.bothways.conversion.target.Target.Definition;
import dev.bothways.conversion.target.Target.DefinitionFile;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TargetsTest {
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final long GIBIBYTE = 1L << 30;
    private static final Target HYPERV = Targets.find("hyperv").orElseThrow();
    private static final Target XEN = Targets.find("xen").orElseThrow();
    private static final Target KVM = Targets.find("kvm").orElseThrow();

    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    web01                     | web01
                    ../../etc/passwd          | __.._etc_passwd
                    a b'c"d$e                 | a_b_c_d_e
                    con                       | vm-con
                    NUL.txt                   | vm-NUL.txt
                    -rf                       | _rf
                    .hidden.                  | _hidden
                    ...                       | machine
                    ümläut                    | _ml_ut
                    """)
    void namesFilesSoThatEveryHostTakesThem(String machine, String file) {
        assertThat(FileNames.of(machine)).isEqualTo(file);
    }

    @Test
    void namesTheFilesOfDisksApart() {
        Machine machine = paravirtual();
        assertThat(XEN.diskFile(machine, 0, DiskFormat.RAW)).isEqualTo("web01-xvda.raw");
        assertThat(XEN.diskFile(machine, 1, DiskFormat.RAW)).isEqualTo("web01-xvdb.raw");
        assertThat(HYPERV.diskFile(machine, 1, DiskFormat.VHDX)).isEqualTo("Virtual Hard Disks/web01-1.vhdx");
    }

    @Test
    void writesADefinitionForXenThatReadsBack() throws IOException {
        Machine machine = paravirtual();
        List<ConvertedDisk> disks = List.of(
                new ConvertedDisk("web01-xvda.raw", DiskFormat.RAW, GIBIBYTE, HASH),
                new ConvertedDisk("web01-xvdb.raw", DiskFormat.RAW, GIBIBYTE, HASH));
        Definition definition = XEN.definition(machine, disks);
        assertThat(definition.lost()).isEmpty();
        DefinitionFile file = definition.files().getFirst();
        assertThat(file.path()).isEqualTo("web01.cfg");
        Files.writeString(scratch.resolve("web01.cfg"), file.text());
        Files.createFile(scratch.resolve("web01-xvda.raw"));
        Files.createFile(scratch.resolve("web01-xvdb.raw"));
        assertThat(SourceMachines.find(scratch, SourceOptions.usual()).machine())
                .isEqualTo(HardDisks.withFiles(machine, disks));
    }

    @Test
    void tellsHowToMakeTheDisksOfXenAbsolute() throws Exception {
        Definition definition = XEN.definition(paravirtual(), twoDisks("web01-xvda.raw", "web01-xvdb.raw"));
        Files.writeString(
                scratch.resolve("web01.cfg"), definition.files().getFirst().text());
        String command = definition.steps().stream()
                .filter(step -> step.startsWith("sed "))
                .findFirst()
                .orElseThrow();
        int exitCode = new ProcessBuilder("sh", "-c", command)
                .directory(scratch.toRealPath().toFile())
                .start()
                .waitFor();
        assertThat(exitCode).isZero();
        assertThat(Files.readString(scratch.resolve("web01.cfg")))
                .contains("target=" + scratch.toRealPath() + "/web01-xvda.raw\"")
                .contains("target=" + scratch.toRealPath() + "/web01-xvdb.raw\"");
    }

    @Test
    void namesTheFilesOfDisksOfOneNameApart() {
        Machine machine = Machine.builder("--x", Platform.KVM)
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0)).build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SATA, 0, 0)).build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.VIRTIO, 0, 0)).build()))
                .build();
        assertThat(KVM.diskFile(machine, 0, DiskFormat.QCOW2)).isEqualTo("_x-sda-0.qcow2");
        assertThat(KVM.diskFile(machine, 1, DiskFormat.QCOW2)).isEqualTo("_x-sda-1.qcow2");
        assertThat(KVM.diskFile(machine, 2, DiskFormat.RAW)).isEqualTo("_x-vda.raw");
    }

    @Test
    void writesADefinitionForKvmThatReadsBack() throws IOException {
        Display.Viewer vnc = new Display.Viewer(Display.Protocol.VNC, Optional.of("127.0.0.1"), OptionalInt.empty());
        Machine machine = onKvm().toBuilder()
                .display(new Display(Optional.of("stdvga"), OptionalLong.empty(), List.of(vnc), Optional.empty()))
                .build();
        List<ConvertedDisk> disks = List.of(
                new ConvertedDisk("web01-vda.qcow2", DiskFormat.QCOW2, GIBIBYTE, HASH),
                new ConvertedDisk("web01-vdb.qcow2", DiskFormat.QCOW2, GIBIBYTE, HASH));
        Definition definition = KVM.definition(machine, disks);
        assertThat(definition.lost()).isEmpty();
        assertThat(definition.files().getFirst().path()).isEqualTo("web01.xml");
        assertThat(KVM.carried(machine, definition)).isEqualTo(HardDisks.withFiles(machine, disks));
    }

    @Test
    void tellsHowToMakeTheDisksOfKvmAbsoluteForLibvirt() throws Exception {
        Path folder = Files.createDirectory(scratch.toRealPath().resolve("a folder"));
        Path file = folder.resolve("web01.xml");
        Definition definition = KVM.definition(
                onKvm(),
                List.of(
                        new ConvertedDisk("web01-vda.qcow2", DiskFormat.QCOW2, GIBIBYTE, HASH),
                        new ConvertedDisk("web01-vdb.qcow2", DiskFormat.QCOW2, GIBIBYTE, HASH)));
        Files.writeString(file, definition.files().getFirst().text());
        String command = definition.steps().stream()
                .filter(step -> step.startsWith("sed "))
                .findFirst()
                .orElseThrow();
        for (int time = 0; time < 2; time++) {
            assertThat(new ProcessBuilder("sh", "-c", command)
                            .directory(folder.toFile())
                            .start()
                            .waitFor())
                    .isZero();
        }
        assertThat(Files.readString(file))
                .contains("file=\"" + folder + "/web01-vda.qcow2\"")
                .contains("file=\"" + folder + "/web01-vdb.qcow2\"");
        Oracle.require("virt-xml-validate").run(file, "domain").orFail();
    }

    @Test
    void refusesWhatKvmHasNoRoomFor() {
        Machine machine = onKvm().toBuilder()
                .processors(Processors.of(256))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.NVME, 0, 0)).build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 6)).build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.IDE, 2, 0)).build()))
                .build();
        assertThat(KVM.refusals(machine, List.of(1L), DiskFormat.QCOW2))
                .containsExactly(
                        "the drive nvme0n1 (nvme 0:0) has no place on kvm",
                        "the drive sdg (sata 0:6) has no place on kvm",
                        "the drive hde (ide 2:0) has no place on kvm",
                        "the machine has 256 processors, and kvm gives a guest 255");
        assertThat(KVM.refusals(onKvm(), List.of(1L, 1L), DiskFormat.RAW)).isEmpty();
    }

    @Test
    void writesTheMachineIntoTheScriptForHyperv() {
        Machine machine = FullMachine.with(new Firmware.Bios());
        Definition definition = HYPERV.definition(
                machine, twoDisks("Virtual Hard Disks/full-0.vhdx", "Virtual Hard Disks/full-1.vhdx"));
        String script = definition.files().getFirst().text();
        assertThat(definition.files().getFirst().path()).isEqualTo("import.ps1");
        assertThat(script)
                .startsWith("\ufeff#Requires -Version 5.1\n")
                .contains(
                        "[string] $Name = 'full',",
                        "[long] $MemoryStartupBytes = 2147483648,",
                        "    Generation = 1\n",
                        "    ProcessorCount = 2\n",
                        "    ProcessorMaximum = 75\n",
                        "    ProcessorWeight = 200\n",
                        "    NestedVirtualization = $true\n",
                        "    DynamicMemory = $false\n",
                        "    Uuid = 'c7a5fdb2-cdaf-9455-926a-d65c16db1809'\n",
                        "    Notes = 'a \"description\"\nof two lines'\n",
                        "    MemoryMinimumBytes = 1073741824\n",
                        "    MemoryMaximumBytes = 4294967296\n",
                        "    StartupOrder = @('CD', 'IDE', 'LegacyNetworkAdapter', 'Floppy')\n",
                        "    SerialPorts = @('', '')\n",
                        "@{ File = 'Virtual Hard Disks\\full-0.vhdx'; Sha256 = '" + HASH
                                + "'; Bus = 'IDE'; Controller = 0; Location = 0; Boot = $true }",
                        "Bus = 'SCSI'; Controller = 1; Location = 3; Boot = $false }",
                        "@{ Bus = 'IDE'; Controller = 1; Location = 0; Boot = $false }",
                        "@{ Mac = '00163E66929C'; Legacy = $true; Vlan = 42; Network = 'br0' }",
                        "@{ Mac = ''; Legacy = $false; Vlan = 0; Network = '' }");
        assertThat(definition.lost())
                .extracting(Lost::item)
                .contains("display", "security chip", "dynamic memory")
                .contains("target of serial port 2, tcp 127.0.0.1:1")
                .contains("serial number of drive hda", "write protection of drive sdbp2");
    }

    @Test
    void writesTheFirmwareOfGeneration2() {
        Machine machine = Machine.builder("win", Platform.HYPERV_GEN2)
                .firmware(new Firmware.Uefi(true))
                .guestOs("win2k22")
                .securityChip(Optional.of(SecurityChip.TPM_2_0))
                .memory(Memory.fixed((1L << 30) + 1))
                .build();
        assertThat(HYPERV.definition(machine, List.of()).files().getFirst().text())
                .contains(
                        "    SecureBoot = $true\n",
                        "    SecureBootTemplate = 'MicrosoftWindows'\n",
                        "    SecurityChip = $true\n",
                        "    DynamicMemory = $false\n",
                        "$MemoryStartupBytes = 1075838976,");
    }

    @Test
    void startsGeneration2InTheMachinesOrder() {
        Machine machine = Machine.builder("m", Platform.HYPERV_GEN2)
                .firmware(new Firmware.Uefi(true, Optional.of("C:\\m.vmgs")))
                .bootOrder(List.of(BootDevice.NETWORK, BootDevice.FLOPPY, BootDevice.CDROM))
                .memory(new Memory(2 * GIBIBYTE, GIBIBYTE, 4 * GIBIBYTE))
                .securityChip(Optional.of(SecurityChip.TPM_1_2))
                .extras(List.of(
                        new Extra("hyperv", "SecureBootTemplate", "OpenSourceShieldedVM"),
                        new Extra("hyperv", "num_lock", "true")))
                .build();
        Definition definition = HYPERV.definition(machine, List.of());
        assertThat(definition.files().getFirst().text())
                .contains(
                        "    BootOrder = @('Network', 'CD', 'Disk')\n",
                        "    SecureBootTemplate = 'OpenSourceShieldedVM'\n",
                        "    DynamicMemory = $true\n");
        assertThat(definition.lost())
                .extracting(Lost::item)
                .containsExactly("UEFI variables C:\\m.vmgs", "version of the security chip, tpm-1.2", "num_lock");
    }

    @Test
    void takesNoTemplateThatHypervDoesNotHave() {
        Machine machine = Machine.builder("m", Platform.HYPERV_GEN2)
                .firmware(new Firmware.Uefi(true))
                .extras(List.of(new Extra("hyperv", "SecureBootTemplate", "x' + $(evil) + '")))
                .build();
        Definition definition = HYPERV.definition(machine, List.of());
        assertThat(definition.files().getFirst().text())
                .contains("SecureBootTemplate = 'MicrosoftUEFICertificateAuthority'")
                .doesNotContain("evil");
        assertThat(definition.lost()).extracting(Lost::item).containsExactly("SecureBootTemplate");
    }

    @Test
    void keepsHostileTextsOutOfTheScriptsStructure() throws IOException {
        PowerShellGrammar grammar = PowerShellGrammar.require();
        String hostile =
                "a'; Remove-Item -Recurse C:\\ #\u2019; exit\u2018\u201a\u201b `$(evil) ${x} \"@\n'@ %PATH% \u202e \u0000";
        String usual = grammar.structure(script("web01", "br0", "text"));
        assertThat(usual).contains("assignment_expression").contains("script_block");
        assertThat(grammar.structure(script(hostile, hostile, hostile))).isEqualTo(usual);
    }

    @Test
    void writesScriptsWithoutSyntaxErrorsForEveryPlatform() throws IOException {
        PowerShellGrammar grammar = PowerShellGrammar.require();
        Machine empty = Machine.builder("e", Platform.HYPERV_GEN2).build();
        assertThat(grammar.structure(
                        HYPERV.definition(empty, List.of()).files().getFirst().text()))
                .isNotEmpty();
        Machine full = FullMachine.with(new Firmware.Bios());
        assertThat(grammar.structure(HYPERV.definition(full, twoDisks("a.vhdx", "b.vhdx"))
                        .files()
                        .getFirst()
                        .text()))
                .isNotEmpty();
    }

    @Test
    void refusesWhatHypervHasNoRoomFor() {
        Machine machine = Machine.builder("big", Platform.HYPERV_GEN1)
                .processors(Processors.of(65))
                .memory(Memory.fixed(2048 * GIBIBYTE))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.IDE, 0, 0))
                                .boot(true)
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.VIRTIO, 0, 0)).build()))
                .nics(List.of(
                        Nic.builder().mac(new MacAddress("01:00:5e:00:00:01")).build()))
                .build();
        assertThat(HYPERV.refusals(machine, List.of(2049 * GIBIBYTE, 65536 * GIBIBYTE + 512), DiskFormat.VHDX))
                .containsExactly(
                        "the disk to start from has 2200096997376 bytes, and the BIOS of hyperv-gen1 starts from 2 TiB at"
                                + " most",
                        "disk 1 of 70368744178176 bytes is larger than a VHDX can be (64 TiB)",
                        "the drive vda (virtio 0:0) has no place on hyperv-gen1",
                        "the machine has 65 processors, and hyperv-gen1 gives a guest 64",
                        "the machine has 2199023255552 bytes of memory, and hyperv-gen1 gives a guest 1099511627776",
                        "the MAC address 01:00:5e:00:00:01 is one of a group, which hyperv-gen1 refuses");
        assertThat(HYPERV.refusals(paravirtualOn(Platform.HYPERV_GEN1), List.of(1L, 1L), DiskFormat.VHD))
                .anyMatch(text -> text.contains("must be on IDE"));
    }

    @Test
    void refusesWhatXenHasNoRoomFor() {
        Machine machine =
                paravirtual().toBuilder().firmware(new Firmware.Bios()).build();
        assertThat(XEN.refusals(machine, List.of(1L, 2041 * GIBIBYTE), DiskFormat.VHD))
                .hasSize(2)
                .anyMatch(text -> text.startsWith("xen-pv has no BIOS and no UEFI"))
                .anyMatch(text -> text.contains("larger than a VHD can be"));
        assertThat(XEN.refusals(paravirtual(), List.of(1L, 1L), DiskFormat.RAW)).isEmpty();
    }

    @Test
    void refusesDisksThatDoNotMatchTheMachine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HYPERV.definition(paravirtualOn(Platform.HYPERV_GEN1), List.of()));
    }

    private static String script(String name, String network, String description) {
        Machine machine = FullMachine.with(new Firmware.Bios()).toBuilder()
                .name(name)
                .description(description)
                .nics(List.of(Nic.builder().network(network).build()))
                .build();
        List<ConvertedDisk> disks = List.of(
                new ConvertedDisk(HYPERV.diskFile(machine, 0, DiskFormat.VHDX), DiskFormat.VHDX, 1, HASH),
                new ConvertedDisk(HYPERV.diskFile(machine, 1, DiskFormat.VHDX), DiskFormat.VHDX, 1, HASH));
        return HYPERV.definition(machine, disks).files().getFirst().text();
    }

    private static List<ConvertedDisk> twoDisks(String first, String second) {
        DiskFormat format = first.endsWith(".raw") ? DiskFormat.RAW : DiskFormat.VHDX;
        return List.of(
                new ConvertedDisk(first, format, GIBIBYTE, HASH), new ConvertedDisk(second, format, GIBIBYTE, HASH));
    }

    private static Machine onKvm() {
        return Machine.builder("web01", Platform.KVM)
                .firmware(new Firmware.Uefi(false))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.VIRTIO, 0, 0))
                                .boot(true)
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.VIRTIO, 0, 1)).build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 0)).build()))
                .nics(List.of(Nic.builder().network("br0").model("virtio").build()))
                .consoles(List.of(Console.pty(Console.Type.SERIAL)))
                .build();
    }

    private static Machine paravirtual() {
        return paravirtualOn(Platform.XEN_PV);
    }

    private static Machine paravirtualOn(Platform platform) {
        return Machine.builder("web01", platform)
                .firmware(new Firmware.HostBootLoader("pygrub", List.of(), Optional.empty(), Optional.empty(), ""))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
                                .boot(true)
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 1)).build()))
                .nics(List.of(Nic.builder()
                        .mac(new MacAddress("00:16:3e:66:92:9c"))
                        .network("br0")
                        .build()))
                .consoles(List.of(Console.pty(Console.Type.XEN)))
                .build();
    }
}
