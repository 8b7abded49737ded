package dev.bothways.machine.dialect.hyperv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import dev.bothways.testing.MadeExp;
import dev.bothways.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples are made after the documentation; no real file is public. */
final class ExpFileTest {
    private static final String CHECKPOINT = "33333333-7C4A-4070-BA32-773D43B28A68";

    @Test
    void knowsTheFileInEitherEncoding() throws DefinitionException {
        assertThat(Dialects.of(MadeExp.full().bytes()).orElseThrow()).isInstanceOf(HypervDialect.class);
        assertThat(new HypervDialect().parse(MadeExp.full().bytes(), "test.exp").getFirst())
                .isEqualTo(parse(MadeExp.full().text()));
    }

    @Test
    void readsTheMachineAsAWhole() throws DefinitionException {
        Machine machine = parse(MadeExp.full().text()).machine();
        assertThat(machine.name()).isEqualTo("web01");
        assertThat(machine.description()).contains("two\nlines");
        assertThat(machine.uuid()).contains(UUID.fromString("7ffee066-9755-4950-9a16-4c94ac67ad00"));
        assertThat(machine.platform()).isEqualTo(Platform.HYPERV_GEN1);
        assertThat(machine.firmware()).isEqualTo(new Firmware.Bios());
        assertThat(machine.memory()).isEqualTo(new Memory(1L << 30, 512L << 20, 4L << 30));
        assertThat(machine.processors())
                .isEqualTo(new Processors(4, 4, Optional.empty(), OptionalInt.of(200), OptionalInt.of(512), false));
        assertThat(machine.bootOrder())
                .containsExactly(BootDevice.DISK, BootDevice.CDROM, BootDevice.NETWORK, BootDevice.FLOPPY);
        assertThat(machine.consoles())
                .containsExactly(
                        new Console(Console.Type.SERIAL, Console.Connection.NULL, Optional.empty()),
                        new Console(Console.Type.SERIAL, Console.Connection.PIPE, Optional.of("\\\\.\\pipe\\web01")));
        assertThat(machine.extras())
                .containsExactly(
                        extra("bios_serial_number", "1981"),
                        extra("chassis/asset_tag", "rack 7"),
                        extra("num_lock", "true"),
                        extra("device", "Microsoft Synthetic Fancy Device"),
                        extra("global_settings/power/host_startup/action", "2"));
    }

    @Test
    void hangsDrivesOnTheirControllersAndMediaInTheirDrives() throws DefinitionException {
        Machine machine = parse(MadeExp.full().text()).machine();
        assertThat(machine.disks())
                .extracting(Disk::kind)
                .containsExactly(Disk.Kind.DISK, Disk.Kind.CDROM, Disk.Kind.DISK, Disk.Kind.FLOPPY);
        assertThat(machine.disks())
                .extracting(Disk::slot)
                .containsExactly(
                        Slot.of(Bus.IDE, 0, 0),
                        Slot.of(Bus.IDE, 1, 0),
                        Slot.of(Bus.SCSI, 0, 2),
                        Slot.of(Bus.FLOPPY, 0, 0));
        assertThat(machine.disks())
                .extracting(disk -> disk.medium().map(Medium::path).orElse(""))
                .containsExactly(
                        "C:\\VMs\\web01\\web01.vhd", "D:\\iso\\tools.iso", "C:\\VMs\\web01\\data.vhd", "D:\\boot.vfd");
        assertThat(machine.hostDevices())
                .containsExactly(new HostDevice(
                        "disk", "\\\\HOST\\root\\virtualization:Msvm_DiskDrive.DeviceID=\"Microsoft:3\""));
    }

    @Test
    void followsAdaptersToTheirSwitches() throws DefinitionException {
        Parsed parsed = parse(MadeExp.full().text());
        List<Nic> nics = parsed.machine().nics();
        assertThat(nics).extracting(nic -> nic.model().orElse("")).containsExactly("synthetic", "tulip", "synthetic");
        assertThat(nics)
                .extracting(nic -> nic.mac().map(MacAddress::text).orElse(""))
                .containsExactly("00:15:5d:01:07:dc", "", "");
        assertThat(nics).extracting(nic -> nic.network().orElse("")).containsExactly("External", "SWITCH-0002", "");
        assertThat(nics.getFirst().extras()).containsExactly(extra("Connection/AllowMacSpoofing", "true"));
        assertThat(parsed.warnings())
                .hasSize(2)
                .anyMatch(text -> text.contains("the drive sdd is of the type Microsoft Physical Disk Drive"))
                .anyMatch(
                        text -> text.contains("the VLAN 9 is set for a network adapter that the export does not name"));
    }

    @Test
    void givesAnAdapterTheVlanOfItsPort() throws DefinitionException {
        Parsed named = parse(MadeExp.full().text().replace("FACE-0001", "port-0001"));
        assertThat(named.machine().nics()).extracting(Nic::vlan).startsWith(OptionalInt.of(9), OptionalInt.empty());
        assertThat(named.warnings()).hasSize(1);
        String one = MadeExp.small("a", "C:\\a.vhd")
                .object("Msvm_SyntheticEthernetPortSettingData=" + MadeExp.MACHINE + "\\1", "Connection[]", "Internal")
                .object("Msvm_VLANEndpointSettingData=any", "AccessVLAN", "uint16=7", "TrunkedVLANList[]", "uint16=8|9")
                .text();
        Nic only = parse(one).machine().nics().getFirst();
        assertThat(only.vlan()).hasValue(7);
        assertThat(only.network()).contains("Internal");
        assertThat(only.extras()).containsExactly(extra("Connection/TrunkedVLANList", "8,9"));
    }

    @Test
    void readsWhatWindowsServer2008DidNotHave() throws DefinitionException {
        Machine machine = parse(MadeExp.small("old", "C:\\a.vhd").text()).machine();
        assertThat(machine.memory()).isEqualTo(Memory.fixed(512L << 20));
        assertThat(machine.processors().count()).isEqualTo(1);
        assertThat(machine.consoles()).isEmpty();
    }

    @Test
    void keepsSnapshotsApartFromThePresent() throws DefinitionException {
        String both = MadeExp.small("a", "C:\\a_1.avhd")
                .snapshot(CHECKPOINT, "before", "C:\\a.vhd")
                .text();
        Parsed parsed = parse(both);
        assertThat(parsed.machine().name()).isEqualTo("a");
        assertThat(parsed.machine().disks()).hasSize(1);
        assertThat(parsed.snapshots()).hasSize(1);
        Snapshot before = parsed.snapshots().getFirst();
        assertThat(before.id()).isEqualToIgnoringCase(CHECKPOINT);
        assertThat(before.name()).isEqualTo("before");
        assertThat(before.machine().memory()).isEqualTo(Memory.fixed(256L << 20));
        assertThat(before.machine().disks().getFirst().medium()).contains(new Medium("C:\\a.vhd", ""));
    }

    @Test
    void tellsWhenAStateWasMade() throws DefinitionException {
        byte[] utc = MadeExp.small("a", "b").bytes();
        // 21 May 2009, 12:34:56
        assertThat(HypervDialect.created(utc, "a.exp")).hasValue(128_873_828_960_000_000L);
        String east = MadeExp.small("a", "b").text().replace("-000<", "+060<");
        assertThat(HypervDialect.created(utf8(east), "a.exp")).hasValue(128_873_828_960_000_000L - 36_000_000_000L);
        String none = MadeExp.small("a", "b").text().replace("20090521", "20090231");
        assertThat(HypervDialect.created(utf8(none), "a.exp")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    Msvm_VirtualSystemSettingData             | Msvm_Other                   | holds no Msvm_VirtualSystemSettingData
                    >web01<                                   | > <                          | Msvm_VirtualSystemSettingData.ElementName: is empty
                    Msvm_MemorySettingData                    | Msvm_Other                   | holds no Msvm_MemorySettingData of the machine
                    <VALUE>1024</VALUE>                       | ``                           | Msvm_MemorySettingData.VirtualQuantity: is empty
                    <VALUE>1024</VALUE>                       | <VALUE>8192</VALUE>          | 8192 is not between reservation = 512 and limit = 4096
                    <VALUE>1024</VALUE>                       | <VALUE>1 GB</VALUE>          | Msvm_MemorySettingData.VirtualQuantity: '1 GB' is no whole number
                    "uint64"><VALUE>4</VALUE>                 | "uint64"><VALUE>0</VALUE>    | 0 is not between 1 and 65535
                    Definition                                | 0AA394FA                     | Msvm_ProcessorSettingData: is there 2 times
                    >TRUE<                                    | >maybe<                      | 'maybe' is neither TRUE nor FALSE
                    <VALUE>3</VALUE><VALUE>0</VALUE>          | <VALUE>7</VALUE>             | BootOrder: '7' is nothing that a machine starts from
                    {7FFEE066-9755-4950-9A16-4C94AC67AD00}    | 12                           | '12' is no UUID
                    00155D0107DC                              | 00-15                        | '00-15' is no MAC address
                    "Address" TYPE="string"><VALUE>2</VALUE>  | "Address" TYPE="string">     | Msvm_ResourceAllocationSettingData.Address: is no place on a controller
                    "Address" TYPE="string"><VALUE>2</VALUE>  | "Address" TYPE="string"><VALUE>4</VALUE>  | is a place that another drive has already
                    "Address" TYPE="string"><VALUE>2</VALUE>  | "Address" TYPE="string"><VALUE>99</VALUE> | Hyper-V has no place 0:99 for a drive on scsi
                    Microsoft Emulated IDE Controller         | Microsoft Fancy Controller   | Parent: names no controller of this machine
                    Microsoft Synthetic DVD Drive             | Microsoft Fancy Drive        | Parent: names no drive of this machine
                    """)
    void refusesWithThePropertyAndTheReason(String part, String replacement, String message) {
        String text = MadeExp.full().text();
        String changed = text.replace(part, replacement);
        assertThat(changed).isNotEqualTo(text);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(changed))
                .withMessageContaining(message)
                .withMessageStartingWith("test.exp");
    }

    @Test
    void refusesTwoMachinesInOneFile() {
        String two = MadeExp.small("a", "x").state(CHECKPOINT, "b", 3).text();
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(two))
                .withMessageContaining("holds 2 machines");
    }

    @Test
    void takesObjectsWithoutNumberInBoundedTime() {
        MadeExp many = MadeExp.small("a", "x");
        for (int i = 0; i < 10_000; i++) {
            many.plain("Msvm_Any", "Name", "");
        }
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(many.text()))
                .withMessageContaining("holds more than 10000 objects");
        MadeExp adapters = MadeExp.small("a", "x");
        for (int i = 0; i < 100; i++) {
            adapters.object("Msvm_SyntheticEthernetPortSettingData=" + MadeExp.MACHINE + "\\" + i);
        }
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(adapters.text()))
                .withMessageContaining("is one network adapter too many");
        String endless = "\\".repeat(100_000) + "a=\"".repeat(50_000);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() ->
                        parse(MadeExp.full().text().replace("Msvm_ResourceAllocationSettingData.InstanceID", endless)))
                .withMessageContaining("Parent: names no");
    }

    @Test
    void survivesDamage() {
        Seed seed = Seed.of(2_009);
        Random random = seed.random();
        byte[] whole = utf8(MadeExp.full().text());
        int read = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] text = whole.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                text[random.nextInt(text.length)] =
                        (byte) (round % 2 == 0 ? random.nextInt(128) : '0' + random.nextInt(60));
            }
            try {
                new HypervDialect().parse(text, "fuzz.exp");
                read++;
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("fuzz.exp").hasMessageNotContaining("\n\n");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    private static Extra extra(String key, String value) {
        return new Extra("hyperv", key, value);
    }

    private static byte[] utf8(String text) {
        return text.replace("utf-16", "utf-8").getBytes(StandardCharsets.UTF_8);
    }

    private static Parsed parse(String text) throws DefinitionException {
        return new HypervDialect().parse(utf8(text), "test.exp").getFirst();
    }
}
