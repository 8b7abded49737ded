package dev.bothways.machine.dialect.hyperv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
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
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The meaning of the keys. One definition is Hyper-V's own; no public one is XML or of the second generation, so those here are
 * written by hand with the keys that public programs read and write.
 */
final class HypervDialectTest {
    private static final String FIRST_GENERATION = """
            <?xml version="1.0" encoding="UTF-16" standalone="yes"?>
            <configuration>
              <_55225880-49c0-4438-9ce2-5a01402fd8cb_>
                <Connection>
                  <AltSwitchName type="string">External</AltSwitchName>
                  <Feature_C885BFD1-ABB7-418F-8163-9F379C9F7166>
                    <Setting_A0B25B27-C698-4120-AD49-4CBE3DC028C5><Data type="bytes">AAIAAA==</Data></Setting_A0B25B27-C698-4120-AD49-4CBE3DC028C5>
                  </Feature_C885BFD1-ABB7-418F-8163-9F379C9F7166>
                  <Feature_952C5004-4465-451C-8CB8-FA9AB382B773>
                    <Setting_00000000-0000-0000-0000-000000000001><Data type="bytes">AQAAAA==</Data></Setting_00000000-0000-0000-0000-000000000001>
                  </Feature_952C5004-4465-451C-8CB8-FA9AB382B773>
                </Connection>
                <FriendlyName type="string">Network Adapter</FriendlyName>
                <MacAddress type="string">00-15-5D-01-07-DC</MacAddress>
                <MacAddressIsStatic type="bool">False</MacAddressIsStatic>
                <SwitchName type="string">438B7B13-6180-4155-B7BF-08709CCF234D</SwitchName>
                <VDEVVersion type="integer">256</VDEVVersion>
              </_55225880-49c0-4438-9ce2-5a01402fd8cb_>
              <_11111111-0000-0000-0000-000000000001_>
                <mac_address type="bytes">ABVdAQID</mac_address>
                <mac_address_is_static type="bool">True</mac_address_is_static>
                <virtual_switch_name type="string">Internal</virtual_switch_name>
              </_11111111-0000-0000-0000-000000000001_>
              <_83f8638b-8dca-4152-9eda-2ca8b33039b4_>
                <controller0>
                  <drive0>
                    <iops_limit type="integer">500</iops_limit>
                    <pathname type="string">C:\\VMs\\web01\\Virtual Hard Disks\\web01.vhd</pathname>
                    <type type="string">VHD</type>
                    <weight type="integer">100</weight>
                  </drive0>
                  <drive1><pathname type="string"></pathname><type type="string">NONE</type></drive1>
                </controller0>
                <controller1>
                  <drive0><pathname type="string">D:\\iso\\tools.iso</pathname><type type="string">ISO</type></drive0>
                </controller1>
              </_83f8638b-8dca-4152-9eda-2ca8b33039b4_>
              <_8e3a359f-559a-4b6a-98a9-1690a6100ed7_>
                <port0><connection type="string"></connection></port0>
                <port1><connection type="string">\\\\.\\pipe\\web01</connection></port1>
              </_8e3a359f-559a-4b6a-98a9-1690a6100ed7_>
              <_8f0d2762-0b00-4e04-af4f-19010527cb93_>
                <controller0><drive0><pathname type="string">D:\\boot.vfd</pathname><type type="string">VFD</type></drive0></controller0>
              </_8f0d2762-0b00-4e04-af4f-19010527cb93_>
              <_ac6b8dc1-3257-4a70-b1b2-a9c9215659ad_>
                <bios_guid type="string">{7FFEE066-9755-4950-9A16-4C94AC67AD00}</bios_guid>
                <bios_serial_number type="string">1981</bios_serial_number>
                <base_board><serial_number type="string">1981</serial_number></base_board>
                <chassis><asset_tag type="string">rack 7</asset_tag></chassis>
                <boot>
                  <device0 type="string">HardDrive</device0><device1 type="string">Optical</device1>
                  <device2 type="string">Network</device2><device3 type="string">Floppy</device3>
                </boot>
                <num_lock type="bool">True</num_lock>
              </_ac6b8dc1-3257-4a70-b1b2-a9c9215659ad_>
              <_d7a36e9b-9256-4f0d-be2c-3a13887f7b03_>
                <controller0>
                  <drive2>
                    <pathname type="string">C:\\VMs\\web01\\data.vhdx</pathname>
                    <persistent_reservations_supported type="bool">True</persistent_reservations_supported>
                    <type type="string">VHD</type>
                  </drive2>
                  <drive3><pathname type="string">3</pathname><type type="string">PHYSICAL</type></drive3>
                </controller0>
              </_d7a36e9b-9256-4f0d-be2c-3a13887f7b03_>
              <_e51b7ef6-4a7f-4780-aaae-d4b291aacd2e_>
                <RtcDevice><CmosUtcSkew type="integer">-288005458208</CmosUtcSkew></RtcDevice>
              </_e51b7ef6-4a7f-4780-aaae-d4b291aacd2e_>
              <global_settings>
                <power><host_startup><action type="integer">2</action></host_startup></power>
                <snapshots><list><size type="integer">2</size></list></snapshots>
              </global_settings>
              <manifest>
                <vdev001><device type="string">d422512d-2bf2-4752-809d-7b82b5fcb1b4</device>
                  <instance type="string">00000000-1111-2222-3333-444444444444</instance>
                  <name type="string">Synthetic SCSI Controller</name></vdev001>
                <vdev002><device type="string">d422512d-2bf2-4752-809d-7b82b5fcb1b4</device>
                  <instance type="string">D7A36E9B-9256-4F0D-BE2C-3A13887F7B03</instance>
                  <name type="string">Synthetic SCSI Controller</name></vdev002>
                <vdev003><device type="string">2fc216b0-d2e2-4967-9b6d-b8a5c9ca2778</device>
                  <instance type="string">55225880-49C0-4438-9CE2-5A01402FD8CB</instance>
                  <name type="string">Synthetic Ethernet Port</name></vdev003>
                <vdev004><device type="string">99999999-0000-0000-0000-000000000000</device>
                  <instance type="string">11111111-0000-0000-0000-000000000001</instance>
                  <name type="string">Microsoft Emulated Ethernet Port</name></vdev004>
                <vdev005><device type="string">88888888-0000-0000-0000-000000000000</device>
                  <instance type="string">88888888-0000-0000-0000-000000000000</instance>
                  <name type="string">Synthetic FibreChannel Port</name></vdev005>
                <size type="integer">5</size>
              </manifest>
              <properties>
                <global_id type="string">0AA394FA-7C4A-4070-BA32-773D43B28A68</global_id>
                <name type="string">web01</name>
                <notes type="string">two
            lines</notes>
                <type_id type="string">Virtual Machines</type_id>
                <version type="integer">1280</version>
              </properties>
              <savedstate><vsvlocation type="string">C:\\VMs\\web01.vsv</vsvlocation></savedstate>
              <settings>
                <memory><bank>
                  <dynamic_memory_enabled type="bool">True</dynamic_memory_enabled>
                  <limit type="integer">4096</limit><reservation type="integer">512</reservation>
                  <size type="integer">1024</size>
                </bank></memory>
                <processors>
                  <count type="integer">4</count><limit type="integer">50000</limit><weight type="integer">200</weight>
                </processors>
              </settings>
            </configuration>
            """;

    private static final HypervNode SECOND_GENERATION = VmcxTest.node(
            "configuration",
            VmcxTest.node(
                    "properties",
                    text("name", "win"),
                    whole("subtype", 1),
                    text("global_id", "0AA394FA-7C4A-4070-BA32-773D43B28A68")),
            VmcxTest.node(
                    "settings",
                    VmcxTest.node("memory", VmcxTest.node("bank", whole("size", 2048))),
                    VmcxTest.node(
                            "processors",
                            whole("count", 2),
                            VmcxTest.node("nested_virtualization", truth("enabled", true)))),
            VmcxTest.node("security", VmcxTest.node("settings", truth("tpm_enabled", true))),
            VmcxTest.node(
                    "_" + HypervDevices.BIOS + "_",
                    truth("secure_boot_enabled", true),
                    text("secure_boot_template_id", "272E7447-90A4-4563-A4B9-8E4AB00526CE")),
            VmcxTest.node("_" + HypervDevices.GUEST_STATE + "_", text("StateFilePath", "C:\\win.vmgs")),
            VmcxTest.node(
                    "_" + HypervDevices.SCSI + "_",
                    VmcxTest.node(
                            "controller0",
                            VmcxTest.node("drive0", text("type", "VHD"), text("pathname", "C:\\win.vhdx")),
                            VmcxTest.node("drive1", text("type", "ISO"), text("pathname", "")))),
            VmcxTest.node(
                    "_" + HypervDevices.PCI + "_",
                    VmcxTest.node("HostResources", VmcxTest.node("HostResource", text("Instance", "PCIP\\VEN_10DE")))));

    @Test
    void readsWhatHypervWrote() throws IOException {
        byte[] content = Files.readAllBytes(Corpus.file("dissect.hypervisor/descriptor/hyperv/test.vmcx"));
        assertThat(Dialects.of(content).orElseThrow()).isInstanceOf(HypervDialect.class);
        Parsed parsed = new HypervDialect().parse(content, "test.vmcx").getFirst();
        assertThat(parsed.warnings()).isEmpty();
        // 22 August 2021
        assertThat(HypervDialect.created(content, "test.vmcx")).hasValue(132_741_420_607_172_263L);
        assertThat(parsed.machine())
                .isEqualTo(Machine.builder("Other Location", Platform.HYPERV_GEN1)
                        .uuid(UUID.fromString("967df1ba-2c00-4998-9f1b-d60bcc0c4b90"))
                        .memory(Memory.fixed(1L << 30))
                        .bootOrder(List.of(BootDevice.CDROM, BootDevice.DISK, BootDevice.NETWORK, BootDevice.FLOPPY))
                        .disks(List.of(
                                Disk.builder(Disk.Kind.DISK, Slot.of(Bus.IDE, 0, 0))
                                        .medium(
                                                "C:\\Users\\Public\\Documents\\Hyper-V\\Virtual Hard Disks\\Other Location.vhdx",
                                                "")
                                        .boot(true)
                                        .build(),
                                Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.IDE, 1, 0))
                                        .boot(true)
                                        .build()))
                        .nics(List.of(Nic.builder().model("synthetic").build()))
                        .extras(List.of(extra("bios_serial_number", "7449-6769-1520-2562-7318-4354-01")))
                        .build());
    }

    @Test
    void readsAMachineOfTheFirstGenerationFromXml() throws DefinitionException {
        Machine machine = parse(FIRST_GENERATION).machine();
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
        assertThat(machine.clock()).isEqualTo(new Clock(Clock.Base.UTC, -28_801));
        assertThat(machine.consoles())
                .containsExactly(
                        new Console(Console.Type.SERIAL, Console.Connection.NULL, Optional.empty()),
                        new Console(Console.Type.SERIAL, Console.Connection.PIPE, Optional.of("\\\\.\\pipe\\web01")));
        assertThat(machine.hostDevices()).containsExactly(new HostDevice("disk", "3"));
    }

    @Test
    void readsDrivesFromXml() throws DefinitionException {
        List<Disk> disks = parse(FIRST_GENERATION).machine().disks();
        assertThat(disks).extracting(disk -> disk.slot().deviceName()).containsExactly("hda", "hdc", "sdbo", "fda");
        assertThat(disks).extracting(Disk::boot).containsExactly(true, true, false, false);
        assertThat(disks).extracting(Disk::shared).containsExactly(false, false, true, false);
        assertThat(disks.getFirst().medium()).contains(new Medium("C:\\VMs\\web01\\Virtual Hard Disks\\web01.vhd", ""));
        assertThat(disks.getFirst().extras()).containsExactly(extra("iops_limit", "500"));
        assertThat(disks.get(1).medium()).contains(new Medium("D:\\iso\\tools.iso", "raw"));
        assertThat(disks.get(2).slot()).isEqualTo(Slot.of(Bus.SCSI, 1, 2));
    }

    @Test
    void readsNetworkAdaptersFromXml() throws DefinitionException {
        List<Nic> nics = parse(FIRST_GENERATION).machine().nics();
        assertThat(nics).extracting(nic -> nic.model().orElse("")).containsExactly("synthetic", "tulip");
        assertThat(nics).extracting(nic -> nic.network().orElse("")).containsExactly("External", "Internal");
        assertThat(nics)
                .extracting(nic -> nic.mac().map(MacAddress::text).orElse(""))
                .containsExactly("00:15:5d:01:07:dc", "00:15:5d:01:02:03");
        assertThat(nics.getFirst().extras())
                .containsExactly(extra(
                        "Connection/Feature_952C5004-4465-451C-8CB8-FA9AB382B773"
                                + "/Setting_00000000-0000-0000-0000-000000000001/Data",
                        "01000000"));
    }

    @Test
    void namesWhatStaysBehind() throws DefinitionException {
        Parsed parsed = parse(FIRST_GENERATION);
        assertThat(parsed.warnings())
                .hasSize(4)
                .anyMatch(text -> text.contains("the drive sdbp is of the type PHYSICAL"))
                .anyMatch(text -> text.contains("network adapter 1 has settings of a VLAN"))
                .anyMatch(text -> text.contains("has 2 checkpoints"))
                .anyMatch(text -> text.contains("the machine is saved (C:\\VMs\\web01.vsv)"));
        assertThat(parsed.machine().extras())
                .containsExactly(
                        extra("bios_serial_number", "1981"),
                        extra("chassis/asset_tag", "rack 7"),
                        extra("num_lock", "true"),
                        extra("device", "Synthetic FibreChannel Port"),
                        extra("global_settings/power/host_startup/action", "2"));
    }

    @Test
    void readsAMachineOfTheSecondGeneration() throws DefinitionException {
        Machine machine = new HypervDialect()
                .parse(MadeVmcx.of(SECOND_GENERATION), "win.vmcx")
                .getFirst()
                .machine();
        assertThat(machine.platform()).isEqualTo(Platform.HYPERV_GEN2);
        assertThat(machine.uuid()).contains(UUID.fromString("0aa394fa-7c4a-4070-ba32-773d43b28a68"));
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(true, Optional.of("C:\\win.vmgs")));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.processors().nested()).isTrue();
        assertThat(machine.memory()).isEqualTo(Memory.fixed(2L << 30));
        assertThat(machine.disks()).extracting(disk -> disk.slot().bus()).containsExactly(Bus.SCSI, Bus.SCSI);
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true, false);
        assertThat(machine.hostDevices()).containsExactly(new HostDevice("pci", "PCIP\\VEN_10DE"));
        assertThat(machine.extras())
                .containsExactly(extra(HypervDialect.SECURE_BOOT_TEMPLATE, "MicrosoftUEFICertificateAuthority"));
    }

    @Test
    void readsXmlInUtf16() throws DefinitionException {
        byte[] content = ("\ufeff" + FIRST_GENERATION).getBytes(StandardCharsets.UTF_16LE);
        assertThat(Dialects.of(content).orElseThrow()).isInstanceOf(HypervDialect.class);
        assertThat(new HypervDialect().parse(content, "test.xml").getFirst()).isEqualTo(parse(FIRST_GENERATION));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    <name type="string">web01</name>          | <nom type="string">x</nom>                | has no properties/name
                    <count type="integer">4</count>           | <count type="integer">four</count>         | 'four' is no whole number of 64 bits
                    <count type="integer">4</count>           | <count type="integer">0</count>            | settings/processors/count: 0 is not between 1 and 65535
                    <count type="integer">4</count>           | <count type="string">4</count>             | settings/processors/count: '4' is not a number
                    <size type="integer">1024</size>          | <size type="integer">99999999999999</size> | is not between 1 and
                    <size type="integer">1024</size>          | <size type="integer">8192</size>           | 8192 is not between reservation = 512 and limit = 4096
                    <size type="integer">1024</size>          | <siz type="integer">1024</siz>             | settings/memory/bank/size: is not there
                    <version type="integer">1280</version>    | <subtype type="integer">2</subtype>        | is no virtual machine but a container
                    0AA394FA-7C4A-4070-BA32-773D43B28A68      | 12                                         | properties/global_id: '12' is no UUID
                    00-15-5D-01-07-DC                         | 00-15                                      | '00-15' is no MAC address
                    >HardDrive<                               | >Tape<                                     | 'Tape' is nothing that a machine starts from
                    <drive2>                                  | <drive99>                                  | Hyper-V has no place 0:99 for a drive on scsi
                    <controller1>                             | <controller7>                              | Hyper-V has no place 7:0 for a drive on ide
                    <type type="string">ISO</type>            | <type type="tape">ISO</type>               | is of the unknown type 'tape'
                    >True</dynamic_memory_enabled>            | >maybe</dynamic_memory_enabled>            | 'maybe' is neither True nor False
                    """)
    void refusesWithTheKeyAndTheReason(String part, String replacement, String message) {
        String text = FIRST_GENERATION
                .replace(part, replacement)
                .replace("</drive2>", replacement.equals("<drive99>") ? "</drive99>" : "</drive2>")
                .replace("</controller1>", replacement.equals("<controller7>") ? "</controller7>" : "</controller1>");
        assertThat(text).isNotEqualTo(FIRST_GENERATION);
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining(message)
                .withMessageStartingWith("test.xml");
    }

    @Test
    void refusesOtherConfigurations() {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse("<configuration><startup/></configuration>"))
                .withMessageContaining("has no properties and settings of a machine");
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> new HypervDialect().parse(MadeVmcx.of(VmcxTest.node("savedstate")), "x.vmrs"))
                .withMessageContaining("is it a saved state (.vmrs)?");
    }

    @Test
    void writesNothing() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> new HypervDialect()
                        .write(Machine.builder("a", Platform.HYPERV_GEN1).build()));
    }

    @Test
    void survivesDamagedXml() {
        Seed seed = Seed.of(2_008);
        Random random = seed.random();
        int read = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] text = FIRST_GENERATION.replace("UTF-16", "UTF-8").getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(3); change >= 0; change--) {
                text[random.nextInt(text.length)] =
                        (byte) (round % 2 == 0 ? random.nextInt(128) : '0' + random.nextInt(60));
            }
            try {
                new HypervDialect().parse(text, "fuzz.xml");
                read++;
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("fuzz.xml").hasMessageNotContaining("\n\n");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    private static Extra extra(String key, String value) {
        return new Extra("hyperv", key, value);
    }

    private static HypervNode text(String name, String text) {
        return VmcxTest.value(name, new HypervValue.Text(text));
    }

    private static HypervNode whole(String name, long number) {
        return VmcxTest.value(name, new HypervValue.Whole(number));
    }

    private static HypervNode truth(String name, boolean truth) {
        return VmcxTest.value(name, new HypervValue.Truth(truth));
    }

    private static Parsed parse(String text) throws DefinitionException {
        return new HypervDialect()
                .parse(text.replace("UTF-16", "UTF-8").getBytes(StandardCharsets.UTF_8), "test.xml")
                .getFirst();
    }
}
