package dev.bothways.machine.dialect.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors.Topology;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OvfReaderTest {
    @Test
    void readsAMachineOfVmware() throws DefinitionException {
        Machine machine = machine(OvfSamples.VMWARE);
        assertThat(machine.name()).isEqualTo("web01");
        assertThat(machine.platform()).isEqualTo(Platform.VMWARE);
        assertThat(machine.description()).contains("The shop\nand its cellar");
        assertThat(machine.uuid().map(Object::toString)).contains("564d1234-5678-9abc-def0-112233445566");
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(true, Optional.of("web01.nvram")));
        assertThat(machine.processors().count()).isEqualTo(4);
        assertThat(machine.processors().topology()).contains(new Topology(2, 2, 1));
        assertThat(machine.processors().nested()).isTrue();
        assertThat(machine.memory()).isEqualTo(Memory.fixed(2L << 30));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.guestOs()).contains("debian12");
        assertThat(machine.bootOrder()).containsExactly(BootDevice.CDROM, BootDevice.DISK);
        assertThat(machine.display().videoMemory()).isEqualTo(OptionalLong.of(8 << 20));
        assertThat(machine.consoles())
                .containsExactly(new Console(Console.Type.SERIAL, Console.Connection.PIPE, Optional.empty()));
        assertThat(machine.disks())
                .extracting(disk -> disk.slot() + " " + disk.adapter().orElse("-") + " "
                        + disk.medium().map(Medium::path).orElse("-"))
                .containsExactly(
                        Slot.of(Bus.SCSI, 1, 0) + " pvscsi web01-disk1.vmdk",
                        Slot.of(Bus.SCSI, 1, 1) + " pvscsi -",
                        Slot.of(Bus.SATA, 0, 3) + " ahci tools.iso",
                        Slot.of(Bus.FLOPPY, 0, 0) + " - -");
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(false, true, true, false);
        assertThat(machine.disks())
                .extracting(disk -> disk.size().orElse(0))
                .containsExactly(8L << 30, 1L << 30, 0L, 0L);
        assertThat(machine.disks().getFirst().readOnly()).isTrue();
        assertThat(machine.disks().getFirst().shared()).isTrue();
        Nic nic = machine.nics().getFirst();
        assertThat(nic.model()).contains("vmxnet3");
        assertThat(nic.network()).contains("VM Network");
        assertThat(nic.mac().orElseThrow().text()).isEqualTo("00:50:56:aa:bb:cc");
        assertThat(nic.extras()).containsExactly(new Extra("ovf", "Config:wakeOnLanEnabled", "true"));
        assertThat(machine.hostDevices()).extracting("kind", "address").containsExactly(tuple("pci", "'GPU'"));
        assertThat(machine.extras())
                .extracting(Extra::key)
                .containsExactly(
                        "id",
                        "VirtualSystemType",
                        "transport",
                        "processor:Weight",
                        "HardwareItem:1",
                        "Config:cpuHotAddEnabled",
                        "ExtraConfig:svga.present",
                        "Section:ProductSection",
                        "EnvelopeSection:EulaSection");
        assertThat(machine.extras())
                .filteredOn(Extra::secret)
                .extracting(Extra::key)
                .containsExactly("Section:ProductSection");
    }

    @Test
    void tellsABundleWhereItsFilesLie() throws DefinitionException {
        OvfEnvelope envelope = read(OvfSamples.VMWARE, Optional.empty());
        assertThat(envelope.files())
                .containsExactly(
                        new OvfEnvelope.FileReference(
                                "file1", "web01-disk1.vmdk", OptionalLong.of(512), "gzip", OptionalLong.of(1000)),
                        new OvfEnvelope.FileReference(
                                "file2", "tools.iso", OptionalLong.empty(), "", OptionalLong.empty()),
                        new OvfEnvelope.FileReference(
                                "file3", "web01.nvram", OptionalLong.of(8684), "", OptionalLong.empty()));
        assertThat(envelope.disks())
                .containsExactly(
                        new OvfEnvelope.DiskEntry(
                                "vmdisk1", Optional.of("file1"), OptionalLong.of(8L << 30), Optional.empty(), "vmdk"),
                        new OvfEnvelope.DiskEntry(
                                "vmdisk2", Optional.empty(), OptionalLong.of(1 << 30), Optional.empty(), "vmdk"));
    }

    @Test
    void takesTheUsualConfigurationOrTheOneAskedFor() throws DefinitionException {
        OvfEnvelope usual = read(OvfSamples.CONFIGURATIONS, Optional.empty());
        assertThat(usual.configurations())
                .extracting(OvfEnvelope.Configuration::id)
                .containsExactly("small", "large");
        assertThat(usual.machines().getFirst().machine().processors().count()).isEqualTo(4);
        assertThat(usual.machines().getFirst().machine().memory().startup()).isEqualTo(1L << 30);
        assertThat(usual.warnings()).anyMatch(text -> text.contains("'small', 'large' it is read as 'large'"));
        OvfEnvelope asked = read(OvfSamples.CONFIGURATIONS, Optional.of("small"));
        assertThat(asked.machines().getFirst().machine().processors().count()).isEqualTo(1);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> read(OvfSamples.CONFIGURATIONS, Optional.of("huge")))
                .withMessage("test.ovf: has no configuration 'huge'; it has 'small', 'large'");
    }

    @Test
    void readsAllMachinesOfNestedCollections() throws DefinitionException {
        List<Parsed> machines = read(OvfSamples.COLLECTION, Optional.empty()).machines();
        assertThat(machines).extracting(parsed -> parsed.machine().name()).containsExactly("one", "two");
        assertThat(machines.getFirst().machine().extras())
                .extracting(Extra::key)
                .contains("CollectionSection:StartupSection");
    }

    @Test
    void readsTheItemsOfOvf2() throws DefinitionException {
        Machine machine = machine(OvfSamples.OVF_2);
        assertThat(machine.disks())
                .extracting(disk ->
                        disk.slot() + " " + disk.medium().map(Medium::toString).orElse("-"))
                .containsExactly(
                        Slot.of(Bus.SCSI, 0, 0) + " " + new Medium("a.vhd", "vhd"), Slot.of(Bus.SCSI, 0, 1) + " -");
        assertThat(machine.disks().get(1).size()).hasValue(3L << 30);
        assertThat(machine.nics().getFirst().mac().orElseThrow().text()).isEqualTo("02:00:00:00:00:01");
        assertThat(machine.memory().startup()).isEqualTo(512_000_000);
    }

    @Test
    void readsWhatVirtualBoxSaysInItsOwnWords() throws DefinitionException {
        Machine machine = machine(OvfSamples.VIRTUALBOX);
        assertThat(machine.platform()).isEqualTo(Platform.VIRTUALBOX);
        assertThat(machine.uuid().map(Object::toString)).contains("5b3ad2a4-7e11-4e57-a5a5-2d0e0c7a4f01");
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(true));
        assertThat(machine.clock().base()).isEqualTo(Clock.Base.LOCAL_TIME);
        assertThat(machine.nics().getFirst().mac().orElseThrow().text()).isEqualTo("08:00:27:3c:d6:a4");
        assertThat(machine.bootOrder()).containsExactly(BootDevice.DISK, BootDevice.CDROM);
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.disks())
                .extracting(
                        disk -> disk.slot().deviceName() + " " + disk.adapter().orElse("-"))
                .containsExactly("hda piix4", "hdd piix4", "sda ahci");
        assertThat(machine.guestOs()).isPresent();
    }

    @Test
    void readsOvirtsOwnKind() throws IOException {
        Machine machine = OvfCorpus.read("virt-v2v/tests/test-o-ovirt.ovf.expected")
                .machines()
                .getFirst()
                .machine();
        assertThat(machine.platform()).isEqualTo(Platform.KVM);
        assertThat(machine.name()).isEqualTo("windows");
        assertThat(machine.description()).contains("generated by virt-v2v");
        assertThat(machine.memory()).isEqualTo(Memory.fixed(1L << 30));
        assertThat(machine.disks().getFirst().slot()).isEqualTo(Slot.of(Bus.VIRTIO, 0, 0));
        assertThat(machine.disks().getFirst().medium()).contains(new Medium("#DISK_ID#/#VOL_ID#", "raw"));
        assertThat(machine.nics().getFirst().model()).contains("virtio");
        assertThat(machine.nics().getFirst().mac().orElseThrow().text()).isEqualTo("00:11:22:33:44:55");
    }

    @ParameterizedTest
    @CsvSource({
        "byte,1",
        "bytes,1",
        "byte * 2^20,1048576",
        "byte*2^30,1073741824",
        "byte * 2 ^ 20,1048576",
        "MegaBytes,1048576",
        "GB,1073741824",
        "byte * 10^3,1000",
        "byte * 1024,1024",
        "byte * 0,-1",
        "hertz * 10^6,-1",
        "byte * 2^99,-1",
        "byte * 9999^9,-1",
        "furlong,-1"
    })
    void knowsUnitsInBothSyntaxes(String unit, long bytes) {
        assertThat(OvfUnits.bytes(unit).orElse(-1)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    <Disk ovf:capacity="8"                | <Disk ovf:capacity="many"      | line 7, capacity: 'many' is no whole number
                    <Disk ovf:capacity="8"                | <Disk ovf:capacity="-1"        | capacity: '-1' is no whole number
                    <Disk ovf:capacity="8"                | <Disk ovf:capacity="999999999999" | capacity: no disk has 999999999999 byte * 2^30
                    byte * 2^30                           | pint                           | 'pint' is no unit of bytes
                    ovf:diskId="vmdisk2"                  | ovf:diskId="vmdisk1"           | there are two disks with the id 'vmdisk1'
                    ovf:id="file2"                        | ovf:id="file1"                 | there are two files with the id 'file1'
                    ovf:fileRef="file1"                   | ovf:fileRef="file9"            | there is no file with the id 'file9'
                    ovf:href="tools.iso"                  | ovf:x="tools.iso"              | File: has no href
                    ovf:/disk/vmdisk1                     | ovf:/disk/vmdisk7              | there is no disk 'vmdisk7'
                    ovf:/file/file2                       | ovf:/file/file7                | there is no file with the id 'file7'
                    ovf:compression="gzip"                | ovf:compression="lzh"          | 'lzh' is not known
                    ovf:chunkSize="1000"                  | ovf:chunkSize="0"              | chunkSize: is 0
                    <rasd:VirtualQuantity>4<              | <rasd:VirtualQuantity>0<       | VirtualQuantity: is 0
                    <rasd:VirtualQuantity>4<              | <rasd:VirtualQuantity>99999999< | VirtualQuantity: 99999999 is more than 65535
                    <rasd:VirtualQuantity>2048<           | <rasd:VirtualQuantity>99999999999999999< | no host has that much memory
                    <rasd:ResourceType>17<                | <rasd:ResourceType>disk<       | 'disk' is no whole number
                    <VirtualSystem ovf:id="vm">           | <Nothing>                      | is not XML
                    """)
    void refusesWithTheElementAndTheReason(String good, String bad, String message) {
        assertThat(OvfSamples.VMWARE).contains(good);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> machine(OvfSamples.VMWARE.replaceFirst(Pattern.quote(good), bad)))
                .withMessageStartingWith("test.ovf")
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ovf:href="tools.iso"                  | ovf:href="web01.nvram"         | line 5, File: the file 'web01.nvram' is listed twice;
                    ovf:size="8684"                       | ovf:size="1e3"                 | File: the size '1e3' is none that a file can have;
                    ovf:diskId="vmdisk2"                  | ovf:diskId="vmdisk2" ovf:fileRef="file1" | the disks 'vmdisk1' and 'vmdisk2' lie in one file;
                    ovf:diskId="vmdisk2"                  | ovf:diskId="vmdisk2" ovf:populatedSize="2147483648" | the disk 'vmdisk2' holds 2147483648 bytes, and has room for 1073741824;
                    Network ovf:name="VM Network"         | Network ovf:name="Other"       | is connected to 'VM Network', which is not in the NetworkSection;
                    </NetworkSection>                     | <Network ovf:name="VM Network"/></NetworkSection> | there are two networks called 'VM Network';
                    </NetworkSection>                     | <Network/><Network ovf:name="VM Network"/></NetworkSection> | a Network has no name, the first of 2 breaches;
                    </Envelope>                           | <Strings ovf:fileRef="de"/></Envelope> | Strings: the translations lie in the file 'de', which is not listed;
                    """)
    void refusesWhatTheSpecificationForbidsUnlessItIsLax(String good, String bad, String message) throws IOException {
        assertThat(OvfSamples.VMWARE).contains(good);
        byte[] text = OvfSamples.VMWARE.replaceFirst(Pattern.quote(good), bad).getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> OvfEnvelope.read(text, "test.ovf", Optional.empty(), false))
                .withMessageStartingWith("test.ovf, line ")
                .withMessageContaining(message)
                .withMessageEndingWith("; correct the envelope, or have it read all the same with --lax");
        String warning = message.substring(message.indexOf(": ") + 1, message.length() - 1)
                .replaceFirst(", the first of.*", "");
        assertThat(OvfEnvelope.read(text, "test.ovf", Optional.empty(), true).warnings())
                .anyMatch(line -> line.contains(warning));
    }

    @Test
    void survivesDamagedEnvelopes() {
        Seed seed = Seed.of(5_204);
        Random random = seed.random();
        List<String> samples = List.of(
                OvfSamples.VMWARE,
                OvfSamples.CONFIGURATIONS,
                OvfSamples.OVF_2,
                OvfSamples.VIRTUALBOX,
                OvfSamples.COLLECTION);
        int read = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] text = samples.get(random.nextInt(samples.size())).getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(text.length);
                text[at] = (byte)
                        (random.nextInt(3) == 0 ? random.nextInt(256) : "0129<>\"/ -ax".charAt(random.nextInt(12)));
            }
            try {
                OvfEnvelope.read(text, "fuzz.ovf", Optional.empty(), random.nextBoolean());
                read++;
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("fuzz.ovf").hasMessageNotContaining("\n");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    private static Machine machine(String text) throws DefinitionException {
        return read(text, Optional.empty()).machines().getFirst().machine();
    }

    private static OvfEnvelope read(String text, Optional<String> configuration) throws DefinitionException {
        return OvfEnvelope.read(text.getBytes(StandardCharsets.UTF_8), "test.ovf", configuration, false);
    }
}
