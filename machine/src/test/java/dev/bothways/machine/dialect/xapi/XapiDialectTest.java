package dev.bothways.machine.dialect.xapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xapi.XapiDialect.Archive;
import dev.bothways.machine.dialect.xapi.XapiDialect.ArchivedDisk;
import dev.bothways.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class XapiDialectTest {
    private static final String APPLIANCE = """
            <appliance version="0.1">
              <vm name="vm">
                <label>old</label>
                <shortdesc>of 2006</shortdesc>
                <config mem_set="268435456" vcpus="1"/>
                <hacks is_hvm="false" kernel_boot_cmdline="root=/dev/sda1 ro"/>
                <vbd device="xvda" function="root" mode="w" vdi="vdi_xvda"/>
                <vbd device="sdb2" function="swap" mode="r" vdi="vdi_xvdb"/>
              </vm>
              <vdi name="vdi_xvda" size="4294967296" source="file://xvda" type="dir-gzipped-chunks" variety="system"/>
              <vdi name="vdi_xvdb" size="4294967296" source="file://xvdb" type="dir-gzipped-chunks" variety="system"/>
            </appliance>
            """;

    private final XapiDialect dialect = new XapiDialect();

    @Test
    void readsAnEmulatedMachine() throws DefinitionException {
        Machine machine = parse(ExportText.emulated()).machine();
        assertThat(machine.name()).isEqualTo("win <22> & co");
        assertThat(machine.description()).contains("a server");
        assertThat(machine.uuid().orElseThrow()).hasToString("8a5d1a6b-6c2e-4d0e-9d3b-0f4b1c2d3e4f");
        assertThat(machine.platform()).isEqualTo(Platform.XEN_HVM);
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(true));
        assertThat(machine.memory()).isEqualTo(new Memory(4L << 30, 2L << 30, 8L << 30));
        assertThat(machine.processors())
                .isEqualTo(new Processors(
                        2,
                        4,
                        Optional.of(new Processors.Topology(2, 2, 1)),
                        OptionalInt.of(150),
                        OptionalInt.of(512),
                        true));
        assertThat(machine.bootOrder()).containsExactly(BootDevice.CDROM, BootDevice.DISK);
        assertThat(machine.clock()).isEqualTo(new Clock(Clock.Base.UTC, -3600));
        assertThat(machine.display().adapter()).contains("stdvga");
        assertThat(machine.display().videoMemory()).isEqualTo(OptionalLong.of(8 << 20));
        assertThat(machine.consoles()).containsExactly(Console.pty(Console.Type.SERIAL));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.guestOs()).contains("win2k22");
        assertThat(machine.hostDevices())
                .containsExactly(new HostDevice("pci", "0000:04:00.0"), new HostDevice("pci", "0000:05:00.1"));
    }

    @Test
    void readsDrivesAndNetworkCards() throws DefinitionException {
        Machine machine = parse(ExportText.emulated()).machine();
        assertThat(machine.disks())
                .extracting(disk -> disk.slot().deviceName())
                .containsExactly("xvda", "xvdb", "xvdd");
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true, false, true);
        assertThat(machine.disks().get(1).medium().orElseThrow().path()).isEqualTo("Ref:10");
        assertThat(machine.disks().get(1).extras()).containsExactly(new Extra("xapi", "VDI:name_label", "data"));
        assertThat(machine.disks().get(2).kind()).isEqualTo(Disk.Kind.CDROM);
        assertThat(machine.disks().get(2).medium()).isEmpty();
        Nic nic = machine.nics().getFirst();
        assertThat(nic.mac().orElseThrow().text()).isEqualTo("9a:bc:00:11:22:33");
        assertThat(nic.network()).contains("Servers");
        assertThat(nic.model()).contains("e1000");
        assertThat(nic.mtu()).isEmpty();
        assertThat(nic.addresses()).containsExactly("10.0.0.7");
        assertThat(nic.extras()).containsExactly(new Extra("xapi", "locking_mode", "locked"));
    }

    @Test
    void keepsWhatTheRecordHasNoWordForButNotWhatGoesWithoutSaying() throws DefinitionException {
        assertThat(parse(ExportText.emulated()).machine().extras())
                .containsExactly(
                        new Extra("xapi", "memory_static_min", "1073741824"),
                        new Extra("xapi", "actions_after_crash", "preserve"),
                        new Extra("xapi", "has_vendor_device", "1"),
                        new Extra("xapi", "platform:device_id", "0002"),
                        new Extra("xapi", "NVRAM:EFI-variables", "VkFSUwE="),
                        new Extra("xapi", "tags", "web"),
                        new Extra("xapi", "tags", "prod"));
    }

    @Test
    void leavesTheContentsOfATpmWhereTheyAre() throws DefinitionException {
        Machine machine = parse(ExportText.emulated()).machine();
        assertThat(machine.toString()).doesNotContain("c2VjcmV0");
        assertThat(dialect.write(machine).text()).doesNotContain("c2VjcmV0").contains("vTPM'_content");
    }

    @Test
    void readsAParavirtualMachineWithItsEarlierStates() throws DefinitionException {
        List<Parsed> machines = dialect.parse(ExportText.paravirtual().bytes(), "ova.xml");
        assertThat(machines).hasSize(1);
        Machine machine = machines.getFirst().machine();
        assertThat(machine.platform()).isEqualTo(Platform.XEN_PV);
        assertThat(machine.firmware())
                .isEqualTo(new Firmware.HostBootLoader(
                        "pygrub",
                        List.of("-q"),
                        Optional.of("/vmlinuz"),
                        Optional.empty(),
                        "root=/dev/xvda1 console=hvc0"));
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true);
        assertThat(machine.disks().getFirst().extras()).isEmpty();
        assertThat(machine.guestOs()).contains("debian8");
        assertThat(machines.getFirst().snapshots()).extracting(Snapshot::name).containsExactly("first", "second");
        assertThat(machines.getFirst().snapshots().getFirst().machine().disks())
                .extracting(disk -> disk.medium().orElseThrow().path())
                .containsExactly("Ref:14");
        assertThat(machines.getFirst().warnings())
                .containsExactly("ova.xml: the template 'a template' is no machine and is passed over");
    }

    @Test
    void listsTheDisksInTheOrderOfTheArchive() throws DefinitionException {
        assertThat(dialect.disks(ExportText.emulated().bytes(), "ova.xml"))
                .containsExactly(new ArchivedDisk("Ref:10", 1L << 30), new ArchivedDisk("Ref:4", 40L << 30));
    }

    @Test
    void readsTheApplianceOfXenEnterprise3() throws DefinitionException {
        Machine machine = parse(APPLIANCE).machine();
        assertThat(machine.name()).isEqualTo("old");
        assertThat(machine.platform()).isEqualTo(Platform.XEN_PV);
        assertThat(machine.memory()).isEqualTo(Memory.fixed(256L << 20));
        assertThat(machine.disks()).extracting(disk -> disk.slot().deviceName()).containsExactly("xvda", "xvdb2");
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true, false);
        assertThat(machine.disks()).extracting(Disk::readOnly).containsExactly(false, true);
        assertThat(machine.disks().getFirst().medium().orElseThrow().path()).isEqualTo("xvda");
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> dialect.disks(APPLIANCE.getBytes(StandardCharsets.UTF_8), "ova.xml"))
                .withMessageContaining("export of XenEnterprise 3");
    }

    @Test
    void writesWhatItReadAndSoAgain() throws DefinitionException {
        for (ExportText text : List.of(ExportText.emulated(), ExportText.paravirtual())) {
            Machine machine = parse(text).machine();
            List<Long> sizes = machine.disks().stream()
                    .filter(disk -> disk.kind() == Disk.Kind.DISK)
                    .map(disk -> 1L << 20)
                    .toList();
            Archive archive = dialect.archive(machine, sizes);
            assertThat(archive.definition().lost()).isEmpty();
            assertThat(archive.disks()).doesNotContain(Optional.empty());
            Machine again = parse(archive.definition().text()).machine();
            // A machine without a UUID gets the one derived for it.
            assertThat(again).usingRecursiveComparison().ignoringFields("uuid").isEqualTo(machine);
            assertThat(dialect.archive(again, sizes).definition().text())
                    .hasSameSizeAs(archive.definition().text());
        }
    }

    @Test
    void tellsTheArchiveWhichFolderIsWhichDisk() throws DefinitionException {
        Machine machine = parse(ExportText.emulated()).machine();
        Archive archive = dialect.archive(machine, List.of(40L << 30, 1L << 30));
        assertThat(archive.disks())
                .containsExactly(
                        Optional.of(new ArchivedDisk("Ref:4", 40L << 30)),
                        Optional.of(new ArchivedDisk("Ref:10", 1L << 30)));
        byte[] text = archive.definition().text().getBytes(StandardCharsets.UTF_8);
        assertThat(dialect.disks(text, "ova.xml"))
                .containsExactly(new ArchivedDisk("Ref:10", 1L << 30), new ArchivedDisk("Ref:4", 40L << 30));
    }

    @ParameterizedTest
    @CsvSource({
        "debian-12,debian12",
        "ubuntu-22.04,ubuntu22.04",
        "rhel-8,rhel8-unknown",
        "rhel-6-32bit,rhel6-unknown/i686",
        "oel-7,ol7.9",
        "rocky-9,rocky9-unknown",
        "alma-9,almalinux9",
        "windows-10-64bit,win10",
        "windows-10-32bit,win10/i686",
        "windows-8.1-64bit,win8.1",
        "windows-server-2012-r2-64bit,win2k12r2"
    })
    void knowsTheLabelsOfTemplates(String label, String id) {
        assertThat(GuestTemplates.byLabel(label)).contains(id);
    }

    @Test
    void knowsWhatToolsInTheGuestSay() {
        assertThat(GuestTemplates.bySystem(Map.of("distro", "debian", "major", "12", "minor", "5")))
                .contains("debian12");
        assertThat(GuestTemplates.bySystem(Map.of("distro", "ubuntu", "major", "22", "minor", "04")))
                .contains("ubuntu22.04");
        assertThat(GuestTemplates.bySystem(
                        Map.of("name", "Microsoft Windows Server 2012 R2 Standard|C:\\Windows", "major", "6")))
                .contains("win2k12r2");
        assertThat(GuestTemplates.bySystem(Map.of())).isEmpty();
    }

    @Test
    void keepsTheNameOfATemplateThatTheTableHasInOtherWords() throws DefinitionException {
        String text = ExportText.emulated()
                .text()
                .replace("Windows Server 2022 (64-bit)", "Gold of ours")
                .replace("windows-server-2022-64bit", "of-our-own");
        Machine machine = parse(text).machine();
        assertThat(machine.guestOs()).isEmpty();
        assertThat(machine.extras())
                .contains(
                        new Extra("xapi", "other_config:base_template_name", "Gold of ours"),
                        new Extra("xapi", "reference_label", "of-our-own"));
        Written written = dialect.archive(machine, List.of(1L, 1L)).definition();
        assertThat(written.lost()).isEmpty();
        assertThat(parse(written.text()).machine()).isEqualTo(machine);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    <value>text</value>                              | has no array called objects
                    <value><float>1</float></value>                  | has the type float, which XML-RPC does not have
                    <value><struct><x/></struct></value>             | holds something else than members
                    <value><array><data><x/></data></array></value>  | holds the element x instead of values
                    <other/>                                         | begins with the element other
                    <appliance version="0.2"/>                       | version: '0.2' is not 0.1
                    <appliance version="0.1"/>                       | holds no machine
                    <appliance version="0.1"><vm/></appliance>       | vm: has no config
                    """)
    void refusesOtherXml(String text, String message) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining(message)
                .withMessageStartingWith("ova.xml");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    VM   | memory_static_max  | lots     | VM Ref:0 memory_static_max: 'lots' is not a number
                    VM   | memory_static_max  | 0        | 0 is not between 1 and
                    VM   | memory_static_max  | 9999999999999999999999 | is not a number
                    VM   | memory_dynamic_max | 99999999999999 | is not between memory_dynamic_min =
                    VM   | VCPUs_at_startup   | 9        | 9 is more than VCPUs_max = 4
                    VM   | uuid               | 5        | '5' is no UUID
                    VM   | domain_type        | arm      | 'arm' is none of hvm, pv, pvh and pv_in_pvh
                    VM   | domain_type        | pv       | VM Ref:0 PV_bootloader: is empty and so is PV_kernel
                    VBD  | userdevice         | 1        | '1' is the number of another drive too
                    VBD  | userdevice         | xvdaa    | 'xvdaa' is no number of a drive
                    VBD  | type               | Tape     | 'Tape' is none of Disk, CD and Floppy
                    VBD  | mode               | W        | 'W' is neither RW nor RO
                    VIF  | device             | -1       | -1 is not between 0 and
                    VIF  | device             | ``       | device: must be a number that no other network card has
                    VIF  | MAC                | 1        | '1' is no MAC address
                    """)
    void refusesWithTheObjectTheFieldAndTheReason(String type, String field, String value, String message) {
        String text = ExportText.emulated().text();
        int object = text.indexOf("<value>" + type + "</value>");
        int name = text.indexOf("<name>" + field + "</name>", object);
        int end = text.indexOf("</value></member><member><name>", name);
        String changed = text.substring(0, name) + "<name>" + field + "</name><value>" + (value == null ? "" : value)
                + text.substring(end);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(changed))
                .withMessageContaining(message)
                .withMessageStartingWith("ova.xml, line 1, ");
    }

    @Test
    void refusesTemplatesAloneByName() {
        ExportText text =
                new ExportText().object("VM", "Ref:0", ExportText.fields("name_label", "gold", "is_a_template", true));
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> dialect.parse(text.bytes(), "ova.xml"))
                .withMessage("ova.xml: holds the template 'gold' and no machine; export a machine made from it");
    }

    @Test
    void namesWhatXapiCannotCarry() {
        Machine machine = Machine.builder("a\u0001b", Platform.XEN_HVM)
                .guestOs("plan9")
                .firmware(new Firmware.Uefi(false, Optional.of("/nvram")))
                .clock(new Clock(Clock.Base.LOCAL_TIME, 0))
                .processors(new Processors(
                        4,
                        4,
                        Optional.of(new Processors.Topology(1, 2, 2)),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        false))
                .securityChip(Optional.of(SecurityChip.TPM_1_2))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0))
                                .medium("/x", "raw")
                                .adapter(Optional.of("lsilogic"))
                                .serial("S1")
                                .extras(List.of(new Extra("vmx", "mode", "persistent"), new Extra("xapi", "x", "y")))
                                .build(),
                        Disk.builder(Disk.Kind.FLOPPY, Slot.of(Bus.FLOPPY, 0, 0))
                                .build()))
                .nics(List.of(
                        Nic.builder().model("e1000").vlan(7).build(),
                        Nic.builder().model("rtl8139").build()))
                .hostDevices(List.of(new HostDevice("usb", "1-2")))
                .extras(List.of(
                        new Extra("xapi", "platform:secureboot", "true"),
                        new Extra("xapi", "order", "first"),
                        new Extra("xapi", "name_label", "other"),
                        new Extra("vmx", "svga.present", "TRUE")))
                .build();
        Written written = dialect.archive(machine, List.of(1L << 20)).definition();
        assertThat(written.lost())
                .extracting(Lost::item)
                .containsExactly(
                        "place scsi 0 of drive sda",
                        "controller lsilogic of drive sda",
                        "serial number of drive sda",
                        "mode of drive sda",
                        "item x of drive sda",
                        "control characters in name of a disk",
                        "drive fda",
                        "VLAN 7 of network card 1",
                        "model rtl8139 of network card 2",
                        "version 1.2 of the security chip",
                        "UEFI variables /nvram",
                        "processor topology",
                        "clock in local time",
                        "host device usb 1-2",
                        "platform:secureboot",
                        "item order",
                        "item name_label",
                        "svga.present",
                        "guest operating system plan9",
                        "control characters in name");
    }

    @Test
    void keepsHostileTextsInTheirPlaces() throws DefinitionException {
        String hostile = "x</value></member>\n<name>&amp; \"' ]]> <![CDATA[ \u202e";
        Machine machine = Machine.builder(hostile, Platform.XEN_HVM)
                .description(hostile)
                .disks(List.of(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
                        .medium("Ref:9", "raw")
                        .boot(true)
                        .build()))
                .nics(List.of(Nic.builder().network(hostile).build()))
                .consoles(List.of(Console.pty(Console.Type.SERIAL)))
                .extras(List.of(new Extra("xapi", "other_config:" + hostile.strip(), hostile)))
                .build();
        Written written = dialect.archive(machine, List.of(1L)).definition();
        assertThat(written.lost()).isEmpty();
        assertThat(parse(written.text()).machine())
                .usingRecursiveComparison()
                .ignoringFields("uuid")
                .isEqualTo(machine);
    }

    @Test
    void refusesToWriteAMachineOfAnotherPlatform() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> dialect.write(Machine.builder("a", Platform.KVM).build()))
                .withMessage("XAPI defines no machine for kvm");
    }

    @Test
    void knowsItsFiles() {
        assertThat(dialect.recognizes(ExportText.emulated().bytes())).isTrue();
        assertThat(dialect.recognizes(APPLIANCE.getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(dialect.recognizes("<domain/>".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(Dialects.of(ExportText.paravirtual().bytes()).orElseThrow().id())
                .isEqualTo("xapi");
    }

    @Test
    void survivesDamagedFiles() {
        Seed seed = Seed.of(7_100);
        Random random = seed.random();
        List<byte[]> samples = List.of(
                ExportText.emulated().bytes(),
                ExportText.paravirtual().bytes(),
                APPLIANCE.getBytes(StandardCharsets.UTF_8));
        int read = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] text = samples.get(random.nextInt(samples.size())).clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                text[random.nextInt(text.length)] =
                        (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : '0' + random.nextInt(10));
            }
            try {
                for (Parsed parsed : dialect.parse(text, "fuzz.xml")) {
                    Written written = dialect.write(parsed.machine());
                    assertThat(dialect.write(parse(written.text()).machine()).text())
                            .as("%s", seed)
                            .isNotEmpty();
                    read++;
                }
                dialect.disks(text, "fuzz.xml");
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("fuzz.xml").hasMessageNotContaining("\n\n");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    private Parsed parse(ExportText text) throws DefinitionException {
        return dialect.parse(text.bytes(), "ova.xml").getFirst();
    }

    private Parsed parse(String text) throws DefinitionException {
        return dialect.parse(text.getBytes(StandardCharsets.UTF_8), "ova.xml").getFirst();
    }
}
