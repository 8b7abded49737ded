package dev.bothways.conversion.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.conversion.bundle.SourceMachines;
import dev.bothways.conversion.bundle.SourceOptions;
import dev.bothways.conversion.target.Target.ConvertedDisk;
import dev.bothways.conversion.target.Target.Definition;
import dev.bothways.conversion.target.Target.DefinitionFile;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VMware and VirtualBox, which keep a machine in a folder with its disks. */
final class HostedTargetsTest {
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final long GIBIBYTE = 1L << 30;
    private static final Target VMWARE = Targets.find("vmware").orElseThrow();
    private static final Target VIRTUALBOX = Targets.find("virtualbox").orElseThrow();
    private static final String ID = "11111111-2222-3333-4444-555555555555";

    @TempDir
    Path scratch;

    private static Machine machine(Platform platform, Bus bus, Console console) {
        return Machine.builder("web 01", platform)
                .uuid(UUID.fromString("564d1223-f835-c4b1-bbf6-e32390d62bd3"))
                .guestOs("debian11")
                .firmware(new Firmware.Uefi(false))
                .memory(Memory.fixed(GIBIBYTE))
                .processors(Processors.of(2))
                .securityChip(Optional.of(SecurityChip.TPM_2_0))
                .disks(List.of(
                        disk(Slot.of(bus, 0, 0), true),
                        disk(Slot.of(bus, 0, 1), false),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 5)).build()))
                .nics(List.of(Nic.builder()
                        .mac(new MacAddress("00:16:3e:00:00:01"))
                        .model("e1000")
                        .network("lan")
                        .build()))
                .consoles(List.of(console))
                .build();
    }

    private static Disk disk(Slot slot, boolean boot) {
        return Disk.builder(Disk.Kind.DISK, slot).boot(boot).build();
    }

    private static Machine vmware() {
        return machine(
                Platform.VMWARE,
                Bus.SCSI,
                new Console(Console.Type.SERIAL, Console.Connection.FILE, Optional.of("serial0.log")));
    }

    private static Machine virtualbox() {
        return machine(
                Platform.VIRTUALBOX,
                Bus.SATA,
                new Console(Console.Type.SERIAL, Console.Connection.NULL, Optional.empty()));
    }

    private Machine readBack(Definition definition, List<ConvertedDisk> disks) throws IOException {
        DefinitionFile file = definition.files().getFirst();
        Files.writeString(scratch.resolve(file.path()), file.text());
        for (ConvertedDisk disk : disks) {
            Files.createFile(scratch.resolve(disk.file()));
        }
        return SourceMachines.find(scratch, SourceOptions.usual()).machine();
    }

    @Test
    void writesAVmxThatReadsBack() throws IOException {
        Machine machine = vmware();
        List<ConvertedDisk> disks = List.of(
                new ConvertedDisk(VMWARE.diskFile(machine, 0, DiskFormat.VMDK), DiskFormat.VMDK, GIBIBYTE, HASH),
                new ConvertedDisk(VMWARE.diskFile(machine, 1, DiskFormat.VMDK), DiskFormat.VMDK, GIBIBYTE, HASH));
        Definition definition = VMWARE.definition(machine, disks);
        assertThat(definition.lost()).isEmpty();
        assertThat(definition.files()).extracting(DefinitionFile::path).containsExactly("web_01.vmx");
        Machine expected = HardDisks.withFiles(machine, disks);
        Machine read = readBack(definition, disks);
        assertThat(read.disks()).extracting(disk -> disk.adapter().orElse("")).containsExactly("pvscsi", "pvscsi", "");
        assertThat(read.toBuilder().disks(List.of()).build())
                .isEqualTo(expected.toBuilder().disks(List.of()).build());
        assertThat(read.disks())
                .extracting(Disk::medium)
                .isEqualTo(expected.disks().stream().map(Disk::medium).toList());
        assertThat(definition.steps())
                .contains("vmkfstools -i web_01-0.vmdk -d thin web_01-0-esxi.vmdk && vmkfstools -U web_01-0.vmdk"
                        + " && vmkfstools -E web_01-0-esxi.vmdk web_01-0.vmdk")
                .anyMatch(step -> step.contains("TPM"));
    }

    @Test
    void writesAVboxThatCallsItsDisksByTheirIds() throws IOException {
        Machine machine = virtualbox().toBuilder()
                .extras(List.of(new Extra("vbox", "MediaRegistry", "<MediaRegistry><HardDisks/></MediaRegistry>")))
                .build();
        List<ConvertedDisk> disks = List.of(
                new ConvertedDisk("web_01-0.vdi", DiskFormat.VDI, GIBIBYTE, HASH, Optional.of(ID)),
                new ConvertedDisk("web_01-1.vdi", DiskFormat.VDI, GIBIBYTE, HASH, Optional.of(ID.replace('1', '9'))));
        Definition definition = VIRTUALBOX.definition(machine, disks);
        assertThat(definition.lost()).isEmpty();
        assertThat(definition.files().getFirst().text())
                .contains("<HardDisk uuid=\"{" + ID + "}\" location=\"web_01-0.vdi\" format=\"VDI\" type=\"Normal\"/>")
                .contains("<Image uuid=\"{" + ID + "}\"/>");
        Machine read = readBack(definition, disks);
        assertThat(read.disks())
                .extracting(Disk::slot)
                .containsExactlyElementsOf(
                        machine.disks().stream().map(Disk::slot).toList());
        assertThat(read.toBuilder().disks(List.of()).extras(List.of()).build())
                .isEqualTo(
                        machine.toBuilder().disks(List.of()).extras(List.of()).build());
        assertThat(definition.steps()).anyMatch(step -> step.startsWith("VBoxManage registervm "));
    }

    @Test
    void refusesWhatTheyHaveNoRoomFor() {
        Machine machine = vmware().toBuilder()
                .disks(List.of(disk(Slot.of(Bus.XEN, 0, 0), true), disk(Slot.of(Bus.SCSI, 0, 7), true)))
                .nics(Collections.nCopies(
                        11,
                        Nic.builder().mac(new MacAddress("01:00:5e:00:00:01")).build()))
                .processors(Processors.of(1000))
                .memory(Memory.fixed(30L << 40))
                .build();
        List<String> refusals = VMWARE.refusals(machine, List.of(3L << 40, GIBIBYTE), DiskFormat.VMDK);
        assertThat(refusals).hasSize(6 + 11);
        assertThat(refusals).anyMatch(text -> text.contains("the drive sdh (scsi 0:7) has no place on vmware"));
        assertThat(VIRTUALBOX.refusals(
                        machine.toBuilder().platform(Platform.VIRTUALBOX).build(),
                        List.of(GIBIBYTE, GIBIBYTE),
                        DiskFormat.VDI))
                .hasSize(5 + 11);
        assertThat(VMWARE.refusals(vmware(), List.of(GIBIBYTE, GIBIBYTE), DiskFormat.VMDK))
                .isEmpty();
        assertThat(VIRTUALBOX.refusals(virtualbox(), List.of(GIBIBYTE, GIBIBYTE), DiskFormat.VDI))
                .isEmpty();
    }
}
