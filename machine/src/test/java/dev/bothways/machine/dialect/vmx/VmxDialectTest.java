package dev.bothways.machine.dialect.vmx;

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
import dev.bothways.testing.Seed;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VmxDialectTest {
    private static final String SERVER = """
            #!/usr/bin/vmware
            .encoding = "UTF-8"
            config.version = "8"
            virtualHW.version = "19"
            displayName = "web |22one|22"
            annotation = "first line|0Asecond |7C line"
            guestOS = "windows2019srv-64"
            uuid.bios = "56 4d 12 23 f8 35 c4 b1-bb f6 e3 23 90 d6 2b d3"
            firmware = "efi"
            uefi.secureBoot.enabled = "TRUE"
            nvram = "web.nvram"
            MemSize = "4096" # a comment
            numvcpus = 8
            cpuid.coresPerSocket = "4"
            sched.cpu.shares = "high"
            sched.cpu.max = "2000"
            vhv.enable = "TRUE"
            vcpu.hotadd = "TRUE"
            scsi0.present = "TRUE"
            scsi0.virtualDev = "lsisas1068"
            scsi0.pciSlotNumber = "160"
            scsi0:0.present = "TRUE"
            scsi0:0.fileName = "web.vmdk"
            scsi0:0.mode = "independent-persistent"
            scsi0:0.redo = ""
            scsi1.present = "TRUE"
            scsi1.virtualDev = "pvscsi"
            scsi1.sharedBus = "physical"
            scsi1:0.present = "TRUE"
            scsi1:0.deviceType = "scsi-hardDisk"
            scsi1:0.fileName = "[san 1] q/quorum.vmdk"
            sata0.present = "TRUE"
            sata0:0.present = "TRUE"
            sata0:0.deviceType = "cdrom-image"
            sata0:0.fileName = "/vmfs/volumes/iso/w.iso"
            nvme1.present = "TRUE"
            nvme1:2.present = "TRUE"
            nvme1:2.fileName = "n.vmdk"
            ethernet0.present = "TRUE"
            ethernet0.virtualDev = "vmxnet3"
            ethernet0.networkName = "VM Network"
            ethernet0.addressType = "vpx"
            ethernet0.generatedAddress = "00:50:56:ac:cf:51"
            ethernet0.pciSlotNumber = "192"
            ethernet1.present = "TRUE"
            ethernet1.connectionType = "custom"
            ethernet1.vnet = "VMnet8"
            ethernet1.virtualDev = "vmxnet"
            ethernet1.features = "15"
            ethernet1.addressType = "static"
            ethernet1.address = "52:54:00:12:34:56"
            ethernet1.checkMACAddress = "FALSE"
            serial0.present = "TRUE"
            serial0.fileType = "network"
            serial0.fileName = "telnet://:2001"
            serial0.yieldOnMsrRead = "TRUE"
            svga.vramSize = "16777216"
            RemoteDisplay.vnc.enabled = "TRUE"
            RemoteDisplay.vnc.port = "5901"
            RemoteDisplay.vnc.password = "secret"
            bios.bootOrder = "cdrom,hdd"
            bios.hddOrder = "scsi1:0"
            rtc.diffFromUTC = "3600"
            pciPassthru0.present = "TRUE"
            pciPassthru0.id = "00000:004:00.0"
            managedVM.autoAddVTPM = "software"
            cleanShutdown = "TRUE"
            """;

    private static final String SNAPSHOTS = """
            .encoding = "UTF-8"
            snapshot.lastUID = "3"
            snapshot.current = "3"
            snapshot0.uid = "3"
            snapshot0.parent = "1"
            snapshot0.displayName = "after"
            snapshot0.disk0.fileName = "web-000001.vmdk"
            snapshot0.disk0.node = "scsi1:0"
            snapshot0.numDisks = "1"
            snapshot1.uid = "1"
            snapshot1.displayName = "base"
            snapshot1.description = "clean"
            snapshot1.disk0.fileName = "base.vmdk"
            snapshot1.disk0.node = "scsi1:0"
            snapshot1.disk1.fileName = "gone.vmdk"
            snapshot1.disk1.node = "ide0:0"
            snapshot1.numDisks = "2"
            snapshot.numSnapshots = "2"
            """;

    @Test
    void readsAServer() throws DefinitionException {
        Machine machine = parse(SERVER).machine();
        assertThat(machine.name()).isEqualTo("web \"one\"");
        assertThat(machine.description()).contains("first line\nsecond | line");
        assertThat(machine.guestOs()).contains("win2k19");
        assertThat(machine.uuid()).contains(UUID.fromString("564d1223-f835-c4b1-bbf6-e32390d62bd3"));
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(true, Optional.of("web.nvram")));
        assertThat(machine.memory()).isEqualTo(Memory.fixed(4L << 30));
        assertThat(machine.processors())
                .isEqualTo(new Processors(
                        8,
                        8,
                        Optional.of(new Processors.Topology(2, 4, 1)),
                        OptionalInt.empty(),
                        OptionalInt.of(512),
                        true));
        assertThat(machine.bootOrder()).containsExactly(BootDevice.CDROM, BootDevice.DISK);
        assertThat(machine.clock()).isEqualTo(new Clock(Clock.Base.UTC, 3600));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.hostDevices()).containsExactly(new HostDevice("pci", "pciPassthru0 00000:004:00.0"));
        assertThat(machine.display().videoMemory()).isEqualTo(OptionalLong.of(16L << 20));
        assertThat(machine.display().viewers())
                .containsExactly(new Display.Viewer(Display.Protocol.VNC, Optional.empty(), OptionalInt.of(5901)));
        assertThat(machine.consoles())
                .containsExactly(
                        new Console(Console.Type.SERIAL, Console.Connection.TELNET, Optional.of(":2001,server")));
        assertThat(machine.extras())
                .contains(new Extra("vmx", "sched.cpu.max", "2000"), new Extra("vmx", "scsi0.pciSlotNumber", "160"))
                .noneMatch(extra -> extra.key().equals("cleanShutdown"))
                .anyMatch(Extra::secret);
    }

    @Test
    void readsDrivesOfEveryBus() throws DefinitionException {
        List<Disk> disks = server().disks();
        assertThat(disks)
                .extracting(Disk::slot)
                .containsExactly(
                        Slot.of(Bus.SCSI, 0, 0),
                        Slot.of(Bus.SCSI, 1, 0),
                        Slot.of(Bus.SATA, 0, 0),
                        Slot.of(Bus.NVME, 0, 66));
        assertThat(disks).extracting(Disk::boot).containsExactly(false, true, true, false);
        assertThat(disks).extracting(Disk::shared).containsExactly(false, true, false, false);
        assertThat(disks.get(0).adapter()).contains("lsisas1068");
        assertThat(disks.get(0).extras()).containsExactly(new Extra("vmx", "mode", "independent-persistent"));
        assertThat(disks.get(1).medium().orElseThrow().path()).isEqualTo("[san 1] q/quorum.vmdk");
        assertThat(disks.get(2).kind()).isEqualTo(Disk.Kind.CDROM);
    }

    @Test
    void readsNetworkCards() throws DefinitionException {
        List<Nic> nics = server().nics();
        assertThat(nics).extracting(nic -> nic.model().orElse("")).containsExactly("vmxnet3", "vmxnet2");
        assertThat(nics).extracting(nic -> nic.network().orElse("")).containsExactly("VM Network", "VMnet8");
        assertThat(nics.get(0).extras())
                .containsExactly(new Extra("vmx", "addressType", "vpx"), new Extra("vmx", "pciSlotNumber", "192"));
        assertThat(nics.get(1).mac()).contains(new MacAddress("52:54:00:12:34:56"));
    }

    @Test
    void writesWhatItReadAndSoAgain() throws DefinitionException {
        Machine machine = server();
        Written written = new VmxDialect().write(machine);
        assertThat(written.lost()).isEmpty();
        assertThat(written.text())
                .contains(
                        "displayName = \"web |22one|22\"\n",
                        "virtualHW.version = \"19\"\n",
                        "ethernet1.vnet = \"VMnet8\"\n")
                .doesNotContain("networkName = \"VMnet8\"", "pciBridge");
        assertThat(new VmxDialect().write(parse(written.text()).machine()).text())
                .isEqualTo(written.text());
    }

    @Test
    void callsTheSystemByAWordThatTheWrittenHardwareKnows() throws DefinitionException {
        Machine machine = newMachine().toBuilder().guestOs("debian12").build();
        assertThat(new VmxDialect().write(machine).text())
                .contains("virtualHW.version = \"17\"", "guestOS = \"debian11-64\"");
        String own = "virtualHW.version = \"8\"\nguestOS = \"debian12-64\"\n";
        assertThat(new VmxDialect().write(parse(own).machine()).text())
                .contains("virtualHW.version = \"8\"", "guestOS = \"debian12-64\"");
        Machine filled = parse("virtualHW.version = \"8\"\nguestOS = \"other-64\"\n").machine().toBuilder()
                .guestOs("debian12")
                .build();
        assertThat(new VmxDialect().write(filled).text()).contains("guestOS = \"debian6-64\"");
    }

    @Test
    void writesANewMachineSoThatItIsReadTheSame() throws DefinitionException {
        Machine machine = newMachine();
        Written written = new VmxDialect().write(machine);
        assertThat(written.lost()).isEmpty();
        assertThat(parse(written.text()).machine()).isEqualTo(machine);
        assertThat(written.text())
                .startsWith(".encoding = \"UTF-8\"\nconfig.version = \"8\"\nvirtualHW.version = \"17\"\n")
                .contains("pciBridge7.virtualDev = \"pcieRootPort\"\n")
                .contains("ethernet0.addressType = \"static\"\n", "ethernet0.checkMACAddress = \"FALSE\"\n")
                .doesNotContain("ethernet1.checkMACAddress");
    }

    private static Machine newMachine() {
        return Machine.builder("new", Platform.VMWARE)
                .description("two\nlines")
                .uuid(UUID.fromString("564d1223-f835-c4b1-bbf6-e32390d62bd3"))
                .guestOs("debian11")
                .firmware(new Firmware.Uefi(true))
                .memory(Memory.fixed(2L << 30))
                .processors(new Processors(
                        4,
                        4,
                        Optional.of(new Processors.Topology(2, 2, 1)),
                        OptionalInt.empty(),
                        OptionalInt.of(300),
                        true))
                .bootOrder(List.of(BootDevice.DISK, BootDevice.CDROM, BootDevice.NETWORK))
                .securityChip(Optional.of(SecurityChip.TPM_2_0))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0))
                                .adapter(Optional.of("pvscsi"))
                                .medium("new-0.vmdk", "vmdk")
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 1, 3))
                                .adapter(Optional.of("lsilogic"))
                                .medium("new-1.vmdk", "vmdk")
                                .boot(true)
                                .shared(true)
                                .build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 0))
                                .boot(true)
                                .build(),
                        Disk.builder(Disk.Kind.FLOPPY, Slot.of(Bus.FLOPPY, 0, 0))
                                .medium("a.flp", "raw")
                                .build()))
                .nics(List.of(
                        Nic.builder()
                                .mac(new MacAddress("52:54:00:12:34:56"))
                                .model("e1000e")
                                .network("LAN \"1\"")
                                .build(),
                        Nic.builder()
                                .mac(new MacAddress("00:50:56:3f:00:01"))
                                .model("pcnet")
                                .build()))
                .consoles(List.of(
                        new Console(Console.Type.SERIAL, Console.Connection.FILE, Optional.of("new-serial0.log"))))
                .clock(new Clock(Clock.Base.UTC, -7200))
                .build();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
                    memsize = "lots"              ~ line 2, memsize: 'lots' is not a number
                    memsize = "0"                 ~ memsize: 0 is not between 1 and
                    memsize = "99999999999999999999" ~ is not a number
                    uuid.bios = "56 4d"           ~ uuid.bios: '56 4d' is no UUID
                    firmware = "openfirmware"     ~ firmware: 'openfirmware' is neither bios nor efi
                    encryption.data = "x"         ~ encryption.data: says that VMware encrypted the machine
                    Encryption.keySafe = "x"      ~ says that VMware encrypted the machine
                    .encoding = "EBCDIC"          ~ has .encoding = "EBCDIC", which is no encoding known here
                    displayName = "y"             ~ line 2, displayName: is set already in line 1, to another value
                    vhv.enable = "maybe"          ~ 'maybe' is neither TRUE nor FALSE
                    annotation = "50|%"           ~ annotation: has a | that is not followed by two hexadecimal digits
                    no sense                      ~ line 2, column 1: is not of the form key = "value"
                    x = "unclosed                 ~ is not of the form key = "value"
                    ide7:0.present = "TRUE"       ~ ide7:0.present: is at a place that VMware does not have
                    ide0:0.present = "TRUE"       ~ ide0:0 is a disk without a fileName
                    """)
    void refusesWithTheKeyAndTheReason(String line, String message) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse("displayName = \"x\"\n" + line))
                .withMessageContaining(message)
                .withMessageStartingWith("test.vmx");
    }

    @Test
    void warnsOfWhatLooksWrong() throws DefinitionException {
        Parsed parsed = parse("""
                config.version = "8"
                config.version = "8"
                numvcpus = "3"
                cpuid.coresPerSocket = "2"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "a.vmdk"
                serial1.present = "TRUE"
                serial1.fileType = "file"
                serial1.fileName = "s.log"
                """);
        assertThat(parsed.machine().name()).isEqualTo("test");
        assertThat(parsed.machine().disks()).isEmpty();
        assertThat(parsed.machine().consoles()).hasSize(1);
        assertThat(parsed.warnings()).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({
        "Shift_JIS,windows-31j,日本",
        "GBK,GBK,中文",
        "windows-1252,windows-1252,Zürich",
        "windows-1251,windows-1251,Сервер",
        "UTF-8,UTF-8,Ж中"
    })
    void readsFilesInTheEncodingTheyName(String name, String charset, String text) throws DefinitionException {
        byte[] content = (".encoding = \"" + name + "\"\nconfig.version = \"8\"\ndisplayName = \"" + text + "\"\n")
                .getBytes(Charset.forName(charset));
        Machine machine = new VmxDialect().parse(content, "test.vmx").getFirst().machine();
        assertThat(machine.name()).isEqualTo(text);
        assertThat(parse(new VmxDialect().write(machine).text()).machine()).isEqualTo(machine);
    }

    @Test
    void readsEscapedBytesAsPartsOfACharacter() throws DefinitionException {
        assertThat(parse("displayName = \"Z|C3|BCrich\"").machine().name()).isEqualTo("Zürich");
    }

    @Test
    void takesAFileWithoutAnEncodingForWindowsWhereItIsNotUtf8() throws DefinitionException {
        byte[] content = "displayName = \"Zürich\"".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new VmxDialect().parse(content, "x.vmx").getFirst().machine().name())
                .isEqualTo("Zürich");
    }

    @Test
    void readsSnapshots() throws DefinitionException {
        Parsed parsed = new VmxDialect().parse(bytes(SERVER), "web.vmx", bytes(SNAPSHOTS), "web.vmsd");
        assertThat(parsed.snapshots()).extracting(Snapshot::id).containsExactly("1", "3");
        assertThat(parsed.snapshots()).extracting(Snapshot::name).containsExactly("base", "after");
        Machine base = parsed.snapshots().getFirst().machine();
        assertThat(base.disks())
                .extracting(disk -> disk.medium().orElseThrow().path())
                .containsExactly("web.vmdk", "base.vmdk", "/vmfs/volumes/iso/w.iso", "gone.vmdk");
        SnapshotList list = SnapshotList.parse(bytes(SNAPSHOTS), "web.vmsd");
        assertThat(list.current()).isEqualTo(OptionalInt.of(3));
        assertThat(list.entries().getFirst().description()).contains("clean");
        assertThat(list.entries().getLast().parent()).isEqualTo(OptionalInt.of(1));
    }

    @Test
    void refusesSnapshotsThatAreTheirOwnAncestors() {
        String text = """
                snapshot.numSnapshots = "2"
                snapshot0.uid = "1"
                snapshot0.parent = "2"
                snapshot1.uid = "2"
                snapshot1.parent = "1"
                """;
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> SnapshotList.parse(bytes(text), "a.vmsd"))
                .withMessageContaining("are their own ancestors");
    }

    @Test
    void namesWhatVmwareCannotCarry() {
        Machine machine = newMachine().toBuilder()
                .name("a\u0000b")
                .memory(new Memory((1L << 30) + 1, 1L << 20, 4L << 30))
                .processors(new Processors(
                        2,
                        6,
                        Optional.of(new Processors.Topology(1, 2, 3)),
                        OptionalInt.of(50),
                        OptionalInt.empty(),
                        false))
                .firmware(new Firmware.DirectKernel("/k", Optional.empty(), ""))
                .clock(new Clock(Clock.Base.LOCAL_TIME, 0))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
                                .medium("/x", "raw")
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0))
                                .adapter(Optional.of("virtio-scsi"))
                                .medium("/y", "vmdk")
                                .serial("S1")
                                .readOnly(true)
                                .extras(List.of(new Extra("xl", "script", "x")))
                                .build()))
                .nics(List.of(Nic.builder().model("synthetic").vlan(7).mtu(9000).build()))
                .consoles(List.of(Console.pty(Console.Type.XEN), Console.pty(Console.Type.SERIAL)))
                .hostDevices(List.of(new HostDevice("pci", "01:00.0")))
                .extras(List.of(
                        new Extra("vmx", "displayName", "other"),
                        new Extra("vmx", "scsi3:0.fileName", "/etc/passwd"),
                        new Extra("vmx", "a b\nc", "x"),
                        new Extra("xl", "vga", "x")))
                .build();
        Written written = new VmxDialect().write(machine);
        assertThat(written.lost())
                .extracting(Lost::item)
                .containsExactly(
                        "characters in displayName",
                        "kernel or boot loader of the host",
                        "memory of 1073741825 bytes",
                        "range of dynamic memory",
                        "most processors 6",
                        "threads of a core",
                        "processor topology",
                        "processor limit",
                        "drive xvda",
                        "controller model virtio-scsi of drive sda",
                        "write protection of drive sda",
                        "serial number of drive sda",
                        "script of drive sda",
                        "model synthetic of network interface 0",
                        "VLAN of network interface 0",
                        "MTU of network interface 0",
                        "xen console",
                        "end of serial0 (pty)",
                        "clock that shows local time",
                        "host device pci 01:00.0",
                        "displayName",
                        "scsi3:0.fileName",
                        "item of vmx",
                        "vga");
        assertThat(written.text()).doesNotContain("passwd", "other");
    }

    @Test
    void keepsHostileTextsInsideTheirQuotes() throws DefinitionException {
        String hostile = "x\"\nscsi0:9.fileName = \"/evil\" # | |22 |0A \\ \r\t\u007f\u202e\u2028\ud83d\ude00 日本";
        Machine machine = newMachine().toBuilder()
                .name(hostile)
                .description(hostile)
                .disks(List.of(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0))
                        .adapter(Optional.of("pvscsi"))
                        .medium(hostile.strip(), "vmdk")
                        .boot(true)
                        .build()))
                .nics(List.of(Nic.builder()
                        .network(hostile)
                        .extras(List.of(
                                new Extra("vmx", "addressType", "generated"), new Extra("vmx", "note", hostile)))
                        .build()))
                .build();
        Written written = new VmxDialect().write(machine);
        assertThat(parse(written.text()).machine()).isEqualTo(machine);
        assertThat(written.lost()).isEmpty();
    }

    @Test
    void refusesToWriteAMachineOfAnotherPlatform() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VmxDialect()
                        .write(Machine.builder("a", Platform.KVM).build()))
                .withMessage("vmx defines no machine for kvm");
    }

    @Test
    void knowsItsFiles() {
        assertThat(Dialects.of(bytes(SERVER)).map(dialect -> dialect.id())).contains("vmx");
        assertThat(Dialects.of(bytes("encryption.keySafe = \"x\"")).map(dialect -> dialect.id()))
                .contains("vmx");
        assertThat(new VmxDialect().recognizes(bytes("name = \"config.version\"")))
                .isFalse();
        assertThat(new VmxDialect().recognizes(new byte[] {'#', ' ', 'D', 0})).isFalse();
    }

    @Test
    void survivesDamagedFiles() {
        Random random = Seed.of(4_107).random();
        int read = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] text = bytes(SERVER);
            byte[] list = bytes(SNAPSHOTS);
            for (int change = random.nextInt(4); change >= 0; change--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(128);
                list[random.nextInt(list.length)] = (byte) random.nextInt(128);
            }
            try {
                Machine machine = new VmxDialect()
                        .parse(text, "test.vmx", list, "test.vmsd")
                        .machine();
                Written written = new VmxDialect().write(machine);
                assertThat(new VmxDialect()
                                .write(parse(written.text()).machine())
                                .text())
                        .isEqualTo(written.text());
                read++;
            } catch (DefinitionException e) {
                assertThat(e).hasMessageMatching("(?s)test\\.vm(x|sd).*");
            }
        }
        assertThat(read).isGreaterThan(400);
    }

    private static Machine server() throws DefinitionException {
        return parse(SERVER).machine();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Parsed parse(String text) throws DefinitionException {
        return new VmxDialect().parse(bytes(text), "test.vmx").getFirst();
    }
}
