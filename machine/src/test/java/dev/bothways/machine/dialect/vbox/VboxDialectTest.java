package dev.bothways.machine.dialect.vbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Lost;
import dev.bothways.machine.MacAddress;
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
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VboxDialectTest {
    private static final String CORPUS = "libvirt/vboxsnapshotxmldata/";

    /** As VirtualBox 7.1 writes it: version 1.20. */
    private static final String NEWEST = """
            <?xml version="1.0"?>
            <VirtualBox xmlns="http://www.virtualbox.org/" version="1.20-windows">
              <Machine uuid="{366f53dd-1710-434e-8021-1f91b0405b65}" name="new &amp; fine" OSType="Windows11_64"
                  snapshotFolder="Snapshots" lastStateChange="2026-01-20T13:01:05Z">
                <MediaRegistry>
                  <HardDisks>
                    <HardDisk uuid="{1db0b9fe-36c2-44e8-9b7c-61fa5b6d1462}" location="new.vdi" format="VDI" type="Normal"/>
                    <HardDisk uuid="{2db0b9fe-36c2-44e8-9b7c-61fa5b6d1462}" location="s.vmdk" format="VMDK" type="Shareable"/>
                  </HardDisks>
                  <DVDImages>
                    <Image uuid="{3db0b9fe-36c2-44e8-9b7c-61fa5b6d1462}" location="C:/iso/w.iso"/>
                  </DVDImages>
                </MediaRegistry>
                <Description>two
            lines</Description>
                <ExtraData><ExtraDataItem name="GUI/x" value="y"/></ExtraData>
                <Hardware>
                  <Memory RAMSize="4096"/>
                  <Display controller="VBoxSVGA" VRAMSize="128" accelerate3D="true"/>
                  <RemoteDisplay enabled="true">
                    <VRDEProperties>
                      <Property name="TCP/Ports" value="5555"/>
                      <Property name="TCP/Address" value="127.0.0.1"/>
                      <Property name="Client/DisableUSB" value="1"/>
                    </VRDEProperties>
                  </RemoteDisplay>
                  <Firmware type="EFI">
                    <IOAPIC enabled="true"/>
                    <TimeOffset value="-5000"/>
                    <NVRAM path="new.nvram"/>
                  </Firmware>
                  <TrustedPlatformModule type="v2_0" location=""/>
                  <Boot>
                    <Order position="1" device="DVD"/>
                    <Order position="2" device="HardDisk"/>
                    <Order position="3" device="None"/>
                  </Boot>
                  <Network>
                    <Adapter slot="0" enabled="true" MACAddress="0800274C9CFB" type="82540EM">
                      <NAT><Forwarding name="ssh" proto="1" hostport="2222" guestport="22"/></NAT>
                    </Adapter>
                    <Adapter slot="1" enabled="false" MACAddress="080027000000" type="82540EM"/>
                    <Adapter slot="2" enabled="true" MACAddress="0800274C9CFC" type="82545EM" cable="false">
                      <DisabledModes><NAT/></DisabledModes>
                      <HostOnlyInterface name="vboxnet0"/>
                    </Adapter>
                    <Adapter slot="3" enabled="true" MACAddress="0800274C9CFD" type="virtio">
                      <BridgedInterface name="eth0"/>
                    </Adapter>
                  </Network>
                  <UART>
                    <Port slot="0" enabled="true" IOBase="0x3f8" IRQ="4" hostMode="HostPipe" path="/tmp/s" server="true"/>
                    <Port slot="1" enabled="true" IOBase="0x2f8" IRQ="3" hostMode="TCP" path="4444" server="true"/>
                  </UART>
                  <AudioAdapter controller="HDA" driver="ALSA" enabled="true"/>
                  <HostPci><Devices><Device host="256" guest="512" name="nic"/></Devices></HostPci>
                  <GuestProperties><GuestProperty name="/VirtualBox/x" value="1" timestamp="1" flags=""/></GuestProperties>
                  <StorageControllers>
                    <StorageController name="SATA" type="AHCI" PortCount="3" useHostIOCache="false" Bootable="true">
                      <AttachedDevice type="HardDisk" port="0" device="0" nonrotational="true">
                        <Image uuid="{1db0b9fe-36c2-44e8-9b7c-61fa5b6d1462}"/>
                      </AttachedDevice>
                      <AttachedDevice passthrough="false" type="DVD" port="2" device="0">
                        <Image uuid="{3db0b9fe-36c2-44e8-9b7c-61fa5b6d1462}"/>
                      </AttachedDevice>
                    </StorageController>
                    <StorageController name="My SCSI" type="LsiLogicSas" PortCount="8" useHostIOCache="true" Bootable="true">
                      <AttachedDevice type="HardDisk" port="5" device="0">
                        <Image uuid="{2db0b9fe-36c2-44e8-9b7c-61fa5b6d1462}"/>
                      </AttachedDevice>
                    </StorageController>
                    <StorageController name="NVMe" type="NVMe" PortCount="1" useHostIOCache="true" Bootable="true"/>
                  </StorageControllers>
                </Hardware>
                <Platform architecture="x86">
                  <Chipset type="ICH9"/>
                  <RTC localOrUTC="UTC"/>
                  <CPU count="2" executionCap="50">
                    <x/>
                  </CPU>
                  <x86>
                    <CPU><NestedHWVirt enabled="true"/><PAE enabled="false"/><HPET enabled="true"/></CPU>
                  </x86>
                </Platform>
              </Machine>
            </VirtualBox>
            """;

    @Test
    void readsAMachineOfTheNewestVersion() throws DefinitionException {
        Machine machine = parse(NEWEST).machine();
        assertThat(machine.name()).isEqualTo("new & fine");
        assertThat(machine.uuid()).contains(UUID.fromString("366f53dd-1710-434e-8021-1f91b0405b65"));
        assertThat(machine.description()).contains("two\nlines");
        assertThat(machine.guestOs()).contains("win11");
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(false, Optional.of("new.nvram")));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.memory()).isEqualTo(Memory.fixed(4L << 30));
        assertThat(machine.processors())
                .isEqualTo(new Processors(2, 2, Optional.empty(), OptionalInt.of(100), OptionalInt.empty(), true));
        assertThat(machine.clock()).isEqualTo(new Clock(Clock.Base.UTC, -5));
        assertThat(machine.bootOrder()).containsExactly(BootDevice.CDROM, BootDevice.DISK);
        assertThat(machine.display())
                .isEqualTo(new Display(
                        Optional.of("vboxsvga"),
                        OptionalLong.of(128L << 20),
                        List.of(new Display.Viewer(
                                Display.Protocol.RDP, Optional.of("127.0.0.1"), OptionalInt.of(5555))),
                        Optional.empty()));
        assertThat(machine.hostDevices()).containsExactly(new HostDevice("pci", "256 nic"));
        assertThat(machine.consoles())
                .containsExactly(
                        new Console(Console.Type.SERIAL, Console.Connection.UNIX, Optional.of("/tmp/s,server")),
                        new Console(Console.Type.SERIAL, Console.Connection.TCP, Optional.of(":4444,server")));
        assertThat(machine.extras())
                .extracting(Extra::key)
                .contains(
                        "Hardware/AudioAdapter", "Hardware/GuestProperties", "ExtraData", "@snapshotFolder", "version");
    }

    @Test
    void readsDrivesAndNetworkCards() throws DefinitionException {
        Machine machine = parse(NEWEST).machine();
        assertThat(machine.disks())
                .extracting(Disk::slot)
                .containsExactly(Slot.of(Bus.SATA, 0, 0), Slot.of(Bus.SATA, 0, 2), Slot.of(Bus.SCSI, 0, 5));
        assertThat(machine.disks())
                .extracting(disk -> disk.medium().orElseThrow().path())
                .containsExactly("new.vdi", "C:/iso/w.iso", "s.vmdk");
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true, true, false);
        assertThat(machine.disks()).extracting(Disk::shared).containsExactly(false, false, true);
        assertThat(machine.disks().get(2).adapter()).contains("lsisas1068");
        assertThat(machine.nics())
                .extracting(nic -> nic.model().orElse(""))
                .containsExactly("e1000", "e1000", "virtio");
        assertThat(machine.nics())
                .extracting(Nic::network)
                .containsExactly(Optional.empty(), Optional.of("vboxnet0"), Optional.of("eth0"));
        assertThat(machine.nics().get(1).extras())
                .containsExactly(
                        new Extra("vbox", "@slot", "2"),
                        new Extra("vbox", "@type", "82545EM"),
                        new Extra("vbox", "mode", "HostOnlyInterface"),
                        new Extra("vbox", "@cable", "false"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2disks-nosnap", "2disks-3snap", "2disks-3snap-brother", "newest"})
    void writesWhatItReadAndSoAgain(String name) throws IOException {
        byte[] content =
                name.equals("newest") ? bytes(NEWEST) : Files.readAllBytes(Corpus.file(CORPUS + name + ".vbox"));
        Machine machine = new VboxDialect().parse(content, name).getFirst().machine();
        Written written = new VboxDialect().write(machine);
        Machine again = parse(written.text()).machine();
        assertThat(again.toBuilder().extras(List.of()).build())
                .isEqualTo(machine.toBuilder().extras(List.of()).build());
        assertThat(again.extras().stream().filter(extra -> !extra.key().equals("version")))
                .as(written.text())
                .containsExactlyInAnyOrderElementsOf(machine.extras().stream()
                        .filter(extra -> !extra.key().equals("version"))
                        .toList());
        assertThat(written.lost()).isEmpty();
        assertThat(new VboxDialect().write(again).text()).isEqualTo(written.text());
    }

    @Test
    void readsSnapshotsAsATree() throws IOException {
        Path file = Corpus.file(CORPUS + "2disks-3snap-brother.vbox");
        Parsed parsed =
                new VboxDialect().parse(Files.readAllBytes(file), "brother").getFirst();
        assertThat(parsed.snapshots()).hasSize(4);
        assertThat(paths(parsed.machine()))
                .containsExactly(
                        "{f79158b5-258d-4afa-a0ad-2e7c113da30c}.vdi", "{71030c24-a668-41c6-be9c-7704d39e2618}.vdi");
        assertThat(parsed.snapshots()).extracting(Snapshot::id).doesNotHaveDuplicates();
        assertThat(paths(parsed.snapshots().getFirst().machine()))
                .containsExactly("libvirtTest-disk1.vdi", "libvirtTest-disk2.vdi");
        assertThat(parsed.machine().extras()).anyMatch(extra -> extra.key().equals("MediaRegistry"));
        assertThat(parsed.machine().nics()).singleElement().satisfies(nic -> {
            assertThat(nic.network()).contains("hns0000000v");
            assertThat(nic.model()).contains("e1000");
            assertThat(nic.mac()).contains(new MacAddress("08:00:27:2a:58:9d"));
        });
        assertThat(parsed.machine().clock().base()).isEqualTo(Clock.Base.LOCAL_TIME);
    }

    private static List<String> paths(Machine machine) {
        return machine.disks().stream()
                .map(disk -> disk.medium().orElseThrow().path().replaceAll("^.*/", ""))
                .toList();
    }

    @Test
    void refusesAnEncryptedDiskByItsName() throws IOException {
        Path file = Corpus.file("dissect.hypervisor/descriptor/vbox/encrypted.vbox");
        byte[] content = Files.readAllBytes(file);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> new VboxDialect().parse(content, "encrypted.vbox"))
                .withMessageStartingWith("encrypted.vbox, line ")
                .withMessageContaining("VirtualBox encrypted ")
                .withMessageContaining(".vdi; remove the encryption in VirtualBox first");
    }

    @Test
    void writesANewMachineSoThatItIsReadTheSame() throws DefinitionException {
        Machine machine = newMachine();
        Written written = new VboxDialect().write(machine);
        assertThat(written.lost()).isEmpty();
        assertThat(parse(written.text()).machine()).isEqualTo(machine);
        assertThat(written.text()).contains("version=\"1.19-linux\"", "<NAT/>", "<IOAPIC enabled=\"true\"/>");
    }

    private static Machine newMachine() {
        return Machine.builder("new", Platform.VIRTUALBOX)
                .uuid(UUID.fromString("366f53dd-1710-434e-8021-1f91b0405b65"))
                .description("text")
                .guestOs("debian12")
                .firmware(new Firmware.Uefi(false))
                .memory(Memory.fixed(1L << 30))
                .processors(new Processors(2, 4, Optional.empty(), OptionalInt.of(80), OptionalInt.empty(), true))
                .bootOrder(List.of(BootDevice.DISK, BootDevice.CDROM))
                .securityChip(Optional.of(SecurityChip.TPM_2_0))
                .disks(List.of(
                        disk(Slot.of(Bus.SATA, 0, 0), "new-0.vdi", Optional.empty(), true),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 1))
                                .boot(true)
                                .build(),
                        disk(Slot.of(Bus.SCSI, 0, 3), "new-1.vdi", Optional.of("lsilogic"), false),
                        disk(Slot.of(Bus.NVME, 0, 1), "new-2.vdi", Optional.empty(), false)))
                .nics(List.of(
                        Nic.builder()
                                .mac(new MacAddress("52:54:00:12:34:56"))
                                .model("e1000")
                                .build(),
                        Nic.builder()
                                .mac(new MacAddress("52:54:00:12:34:57"))
                                .model("virtio")
                                .network("eth \"1\"")
                                .build()))
                .consoles(List.of(
                        new Console(Console.Type.SERIAL, Console.Connection.NULL, Optional.empty()),
                        new Console(Console.Type.SERIAL, Console.Connection.FILE, Optional.of("s.log"))))
                .build();
    }

    private static Disk disk(Slot slot, String file, Optional<String> adapter, boolean boot) {
        String uuid = UUID.nameUUIDFromBytes(bytes(file)).toString();
        return Disk.builder(Disk.Kind.DISK, slot)
                .adapter(adapter)
                .medium(file, "vdi")
                .boot(boot)
                .extras(List.of(new Extra("vbox", "medium", uuid)))
                .build();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    <Memory RAMSize="4096"/>           | <Memory RAMSize="lots"/>    | Memory RAMSize: 'lots' is not a number
                    uuid="{366f53dd-                   | uuid="{366f53d-             | is no UUID
                    type="AHCI"                        | type="Warp"                 | StorageController type: 'Warp' is no controller
                    MACAddress="0800274C9CFB"          | MACAddress="08"             | Adapter MACAddress: '08' is no MAC address
                    hostMode="TCP"                     | hostMode="Pigeon"           | 'Pigeon' is no mode
                    <Firmware type="EFI">              | <Firmware type="Coreboot">  | 'Coreboot' is no firmware
                    architecture="x86"                 | architecture="ARM"          | is not x86
                    <Image uuid="{1db0                 | <Image uuid="{9db0          | is not in the file's media registry
                    <Machine uuid=                     | <MachineEncrypted uuid=     | is not XML
                    name="new &amp; fine"              | name=""                     | Machine name: is missing
                    count="2"                          | count="0"                   | CPU count: 0 is not between 1 and
                    """)
    void refusesWithTheElementAndTheReason(String from, String to, String message) {
        assertThat(NEWEST).contains(from);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(NEWEST.replace(from, to)))
                .withMessageContaining(message)
                .withMessageStartingWith("test.vbox");
    }

    @Test
    void refusesAnEncryptedMachine() {
        String text =
                "<VirtualBox xmlns=\"http://www.virtualbox.org/\" version=\"1.19-linux\"><MachineEncrypted/></VirtualBox>";
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining("VirtualBox encrypted the machine");
    }

    @Test
    void namesWhatVirtualBoxCannotCarry() {
        Machine machine = newMachine().toBuilder()
                .memory(new Memory(1L << 30, 1L << 20, 2L << 30))
                .processors(new Processors(
                        2,
                        2,
                        Optional.of(new Processors.Topology(1, 2, 1)),
                        OptionalInt.of(33),
                        OptionalInt.of(7),
                        false))
                .firmware(new Firmware.Uefi(true))
                .disks(List.of(
                        disk(Slot.of(Bus.XEN, 0, 0), "x", Optional.empty(), false),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SATA, 0, 0))
                                .medium("y", "vdi")
                                .serial("S")
                                .build(),
                        disk(Slot.of(Bus.SATA, 0, 1), "z", Optional.empty(), true)))
                .nics(List.of(Nic.builder().model("synthetic").vlan(7).mtu(9000).build()))
                .consoles(List.of(Console.pty(Console.Type.XEN), Console.pty(Console.Type.SERIAL)))
                .hostDevices(List.of(new HostDevice("pci", "01:00.0")))
                .extras(List.of(
                        new Extra("vbox", "Hardware/Network", "<Network/>"),
                        new Extra("vbox", "Hardware/USB", "<USB><"),
                        new Extra("vbox", "a b", "x"),
                        new Extra("xl", "vga", "x")))
                .build();
        assertThat(new VboxDialect().write(machine).lost())
                .extracting(Lost::item)
                .containsExactly(
                        "processor limit",
                        "processor weight",
                        "processor topology",
                        "range of dynamic memory",
                        "secure boot",
                        "model synthetic of network interface 0",
                        "VLAN of network interface 0",
                        "MTU of network interface 0",
                        "xen console",
                        "end of serial port 1 (pty)",
                        "host device pci 01:00.0",
                        "drive xvda",
                        "start from drive sdb",
                        "serial number of drive sda",
                        "Hardware/Network",
                        "Hardware/USB",
                        "a b",
                        "vga");
    }

    @Test
    void keepsHostileTextsInsideTheirQuotes() throws DefinitionException {
        String hostile = "x\"/><Evil a='&amp;]]> \n </Machine> \u202e \ud83d\ude00";
        Machine machine = newMachine().toBuilder()
                .name(hostile)
                .description(hostile)
                .disks(List.of(disk(Slot.of(Bus.SATA, 0, 0), hostile, Optional.empty(), true)))
                .nics(List.of(Nic.builder().model("e1000").network(hostile).build()))
                .build();
        Written written = new VboxDialect().write(machine);
        assertThat(parse(written.text()).machine()).isEqualTo(machine);
    }

    @Test
    void refusesToWriteAMachineOfAnotherPlatform() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VboxDialect()
                        .write(Machine.builder("a", Platform.KVM).build()))
                .withMessage("vbox defines no machine for kvm");
    }

    @Test
    void knowsItsFiles() {
        assertThat(Dialects.of(bytes(NEWEST)).map(dialect -> dialect.id())).contains("vbox");
        assertThat(new VboxDialect().recognizes(bytes("<VirtualBox/>"))).isFalse();
    }

    @Test
    void survivesDamagedFiles() {
        Random random = Seed.of(4_108).random();
        int read = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] text = bytes(NEWEST);
            for (int change = random.nextInt(3); change >= 0; change--) {
                text[random.nextInt(text.length)] = (byte) (' ' + random.nextInt(95));
            }
            try {
                Written written = new VboxDialect()
                        .write(new VboxDialect()
                                .parse(text, "test.vbox")
                                .getFirst()
                                .machine());
                assertThat(new VboxDialect()
                                .write(parse(written.text()).machine())
                                .text())
                        .isEqualTo(written.text());
                read++;
            } catch (DefinitionException e) {
                assertThat(e).hasMessageStartingWith("test.vbox");
            }
        }
        assertThat(read).isGreaterThan(100);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Parsed parse(String text) throws DefinitionException {
        return new VboxDialect().parse(bytes(text), "test.vbox").getFirst();
    }
}
