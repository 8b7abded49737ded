package dev.bothways.machine.dialect.proxmox;

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
import dev.bothways.machine.Medium;
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
import org.junit.jupiter.params.provider.ValueSource;

final class ProxmoxDialectTest {
    private static final String WINDOWS = """
            # Main server%3A 100%25 sure
            #second line
            agent: 1
            balloon: 1024
            bios: ovmf
            boot: order=scsi0;net0;scsi1
            cores: 4
            cpu: host,flags=+nested-virt;+aes
            cpulimit: 1.5
            cpuunits: 200
            efidisk0: local-lvm:vm-100-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M
            hostpci3: 0000:01:00.0,pcie=1
            keyboard: de
            machine: pc-q35-9.2
            memory: 4096
            name: win
            net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=7
            net2: e1000=BC:24:11:00:00:02,bridge=vmbr1,mtu=9000
            numa: 1
            ostype: win11
            sata0: none,media=cdrom
            scsi0: local-lvm:vm-100-disk-1,discard=on,serial=a%20b,size=64G,ssd=1
            scsi1: local:100/vm-100-disk-2.qcow2,ro=1,size=8G
            scsihw: virtio-scsi-single
            serial0: socket
            serial1: /dev/ttyS0
            smbios1: base64=1,manufacturer=QUNNRQ==,uuid=5f8c1f1e-0000-4000-8000-000000000001
            sockets: 2
            tpmstate0: local-lvm:vm-100-disk-3,size=4M,version=v2.0
            usb0: host=1-2,usb3=1
            usb1: spice
            vcpus: 6
            vga: qxl2,memory=32
            vmgenid: 2e1ba4a8-0000-4000-8000-000000000002
            """;

    private static final String OLD = """
            bootdisk: virtio0
            boot: cdn
            cdrom: local:iso/debian.iso,media=cdrom
            memory: current=2048
            ostype: l26
            sata0: /dev/disk/by-id/wwn-0x5000
            smp: 2
            startdate: 2020-01-01
            vga: serial0
            virtio0: volume=vm-7-disk-1.raw,cache=writeback
            net0: model=rtl8139,macaddr=00:16:3e:00:00:07
            parent: before
            unused0: local:7/vm-7-disk-9.raw

            [PENDING]
            #new text
            delete: vga
            memory: 1024

            [special:cloudinit]
            ipconfig0: ip=dhcp

            [before]
            #as it was
            memory: 512
            numa: maybe
            cores: many
            ostype: l26
            parent: first
            snaptime: 200
            virtio0: local:7/vm-7-disk-1.raw
            vmstate: local:7/vm-7-state-before.raw

            [first]
            memory: 256
            snaptime: 300
            """;

    @Test
    void readsAMachineOfToday() throws DefinitionException {
        Machine machine = parse(WINDOWS).machine();
        assertThat(machine.name()).isEqualTo("win");
        assertThat(machine.description()).contains(" Main server: 100% sure\nsecond line");
        assertThat(machine.uuid()).contains(UUID.fromString("5f8c1f1e-0000-4000-8000-000000000001"));
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(true, Optional.of("local-lvm:vm-100-disk-0")));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.memory()).isEqualTo(new Memory(4096L << 20, 1024L << 20, 4096L << 20));
        assertThat(machine.processors())
                .isEqualTo(new Processors(
                        6,
                        8,
                        Optional.of(new Processors.Topology(2, 4, 1)),
                        OptionalInt.of(150),
                        OptionalInt.of(512),
                        true));
        assertThat(machine.bootOrder()).containsExactly(BootDevice.DISK, BootDevice.NETWORK);
        assertThat(machine.clock().base()).isEqualTo(Clock.Base.LOCAL_TIME);
        assertThat(machine.guestOs()).contains("win11");
        assertThat(machine.display())
                .isEqualTo(new Display(Optional.of("qxl"), OptionalLong.of(32L << 20), List.of(), Optional.of("de")));
        assertThat(machine.hostDevices())
                .containsExactly(new HostDevice("pci", "0000:01:00.0"), new HostDevice("usb", "1-2"));
        assertThat(machine.consoles())
                .containsExactly(
                        Console.pty(Console.Type.SERIAL),
                        new Console(Console.Type.SERIAL, Console.Connection.DEVICE, Optional.of("/dev/ttyS0")));
    }

    @Test
    void readsDrivesAndNetworkInterfaces() throws DefinitionException {
        Machine machine = parse(WINDOWS).machine();
        assertThat(machine.disks())
                .containsExactly(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0))
                                .adapter(Optional.of("virtio-scsi"))
                                .medium("local-lvm:vm-100-disk-1", "raw")
                                .boot(true)
                                .serial("a b")
                                .extras(List.of(extra("discard", "on"), extra("size", "64G"), extra("ssd", "1")))
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 1))
                                .adapter(Optional.of("virtio-scsi"))
                                .medium("local:100/vm-100-disk-2.qcow2", "qcow2")
                                .readOnly(true)
                                .extras(List.of(extra("size", "8G")))
                                .build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 0)).build());
        assertThat(machine.nics())
                .containsExactly(
                        Nic.builder()
                                .mac(new MacAddress("bc:24:11:00:00:01"))
                                .model("virtio")
                                .network("vmbr0")
                                .vlan(7)
                                .extras(List.of(extra("firewall", "1")))
                                .build(),
                        Nic.builder()
                                .mac(new MacAddress("bc:24:11:00:00:02"))
                                .model("e1000")
                                .network("vmbr1")
                                .mtu(9000)
                                .extras(List.of(extra("number", "2")))
                                .build());
    }

    @Test
    void readsAMachineOfLongAgo() throws DefinitionException {
        Parsed parsed = parse(OLD);
        Machine machine = parsed.machine();
        assertThat(machine.name()).isEqualTo("vm100");
        assertThat(machine.memory()).isEqualTo(Memory.fixed(2048L << 20));
        assertThat(machine.processors().topology()).contains(new Processors.Topology(2, 1, 1));
        assertThat(machine.bootOrder()).containsExactly(BootDevice.DISK, BootDevice.CDROM, BootDevice.NETWORK);
        assertThat(machine.disks())
                .extracting(disk -> disk.medium().orElseThrow())
                .containsExactly(
                        new Medium("local:iso/debian.iso", "raw"),
                        new Medium("vm-7-disk-1.raw", "raw"),
                        new Medium("/dev/disk/by-id/wwn-0x5000", "raw"));
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true, true, false);
        assertThat(machine.display().adapter()).contains("none");
        assertThat(machine.extras())
                .contains(
                        extra("unused0", "local:7/vm-7-disk-9.raw"),
                        extra("[PENDING]", "#new text"),
                        extra("[PENDING]", "delete: vga"),
                        extra("[special:cloudinit]", "ipconfig0: ip=dhcp"));
        assertThat(parsed.snapshots()).extracting(Snapshot::name).containsExactly("first", "before");
        Machine before = parsed.snapshots().getLast().machine();
        assertThat(before.description()).contains("as it was");
        assertThat(before.memory()).isEqualTo(Memory.fixed(512L << 20));
        assertThat(before.extras()).contains(extra("vmstate", "local:7/vm-7-state-before.raw"));
        assertThat(parsed.warnings())
                .containsExactly(
                        "100.conf, line 27, cores: 'many' is not a number, so the snapshot before is read without it",
                        "100.conf, line 26, numa: 'maybe' is no value for it; it is passed over");
    }

    @Test
    void writesWhatItReadAndSoAgain() throws DefinitionException {
        assertThat(new ProxmoxDialect().write(parse(WINDOWS).machine())).isEqualTo(new Written(WINDOWS, List.of()));
        Parsed parsed = parse(OLD);
        Written written = new ProxmoxDialect().write(parsed.machine(), parsed.snapshots());
        Parsed again = parse(written.text());
        assertThat(again.machine()).isEqualTo(parsed.machine());
        assertThat(again.snapshots()).isEqualTo(parsed.snapshots());
        assertThat(written.lost()).isEmpty();
        assertThat(written.text())
                .contains("boot: order=virtio0;ide2;net0\n")
                .contains("net0: rtl8139=00:16:3E:00:00:07\n")
                .contains(
                        "\n[PENDING]\n#new text\ndelete: vga\nmemory: 1024\n\n[special:cloudinit]\nipconfig0: ip=dhcp\n")
                .doesNotContain("maybe", "many");
    }

    @Test
    void aMachineWithoutItsSnapshotsHasNoParent() throws DefinitionException {
        Written written = new ProxmoxDialect().write(parse(OLD).machine());
        assertThat(written.text()).doesNotContain("parent", "[before]");
        assertThat(written.lost()).containsExactly(new Lost("parent", "is a snapshot that is not in the definition"));
    }

    @Test
    void passesOverWhatProxmoxPassesOver() throws DefinitionException {
        Parsed parsed = parse("""
                \ufeffmemory: 1024\r
                what is this
                memory: 2048
                frobnicate: 1
                onboot: perhaps
                boot:
                args:   -no-reboot   \r
                """);
        assertThat(parsed.machine().memory()).isEqualTo(Memory.fixed(2048L << 20));
        assertThat(parsed.machine().extras()).containsExactly(extra("args", "-no-reboot"), extra("frobnicate", "1"));
        assertThat(parsed.warnings())
                .containsExactly(
                        "100.conf, line 2: 'what is this' is not KEY: VALUE; it is passed over",
                        "100.conf, line 3: memory is set a second time; the last value counts",
                        "100.conf, line 6: 'boot:' is not KEY: VALUE; it is passed over",
                        "100.conf, line 4, frobnicate: Proxmox knows no such key; it is kept but does nothing",
                        "100.conf, line 5, onboot: 'perhaps' is no value for it; it is passed over");
    }

    @Test
    void keepsAnOrderThatIsEmpty() throws DefinitionException {
        Machine machine = parse("boot: \nname: a\nscsi0: local:1/a.raw\n").machine();
        assertThat(machine.bootOrder()).isEmpty();
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(false);
        assertThat(new ProxmoxDialect().write(machine).text()).startsWith("boot: \n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    memory: lots                   | line 1, memory: 'lots' is not a number of MiB
                    memory: 0                      | memory: '0' is not a number of MiB between 1 and
                    memory: 99999999999999999999   | is not a number of MiB
                    balloon: 9999                  | balloon: '9999' is more than memory: 512
                    cores: 0                       | cores: '0' is not between 1 and
                    cores: 8000;sockets: 8000      | times the sockets is more than
                    vcpus: 2                       | vcpus: '2' is more than sockets times cores, 1
                    cpulimit: fast                 | cpulimit: 'fast' is not a number
                    cpulimit: 129                  | cpulimit: '129' is not between 0 and 128
                    bios: coreboot                 | bios: 'coreboot' is none of seabios, ovmf
                    ostype: beos                   | ostype: 'beos' is none of other,
                    scsihw: buslogic               | scsihw: 'buslogic' is none of lsi,
                    localtime: maybe               | localtime: 'maybe' is neither 0 nor 1
                    smbios1: uuid=5                | smbios1: 'uuid=5' has the uuid '5', which is none
                    scsi0: size=1G                 | scsi0: 'size=1G' names no volume
                    scsi0: a:b,a:c                 | gives file twice
                    scsi0: a:b,volume=c:d          | gives file twice
                    scsi0: a:b,=1                  | has '=1' where NAME=VALUE should be
                    scsi0: a:b,media=floppy        | has media=floppy
                    scsi0: a:b,ro=perhaps          | has ro=perhaps, which is neither 0 nor 1
                    net0: bridge=vmbr0             | net0: 'bridge=vmbr0' names no model
                    net0: virtio=1                 | has the hardware address '1', which is none
                    net0: virtio,tag=5000          | has tag=5000, which is not between 1 and 4094
                    boot: xyz                      | boot: 'xyz' is neither order=DEVICE;...
                    vga: hercules                  | has the type 'hercules', which Proxmox does not know
                    tpmstate0: a:b,version=3       | has a version that is neither v1.2 nor v2.0
                    serial0: pty                   | serial0: 'pty' is neither socket nor a device
                    [a b]                          | line 1, column 1: [a b] is no section that Proxmox knows
                    [snap];[snap]                  | line 2, column 1: [snap] is there a second time
                    """)
    void refusesWithTheKeyAndTheReason(String lines, String message) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(lines.replaceAll(";(?=[a-z\\[])", "\n")))
                .withMessageContaining(message)
                .withMessageStartingWith("100.conf");
    }

    @ParameterizedTest
    @CsvSource({
        "lsi,0,0,0",
        "lsi,6,0,6",
        "lsi,7,1,0",
        "lsi53c810,16,2,2",
        "virtio-scsi-pci,30,0,30",
        "megasas,9,0,9",
        "pvscsi,15,0,15",
        "virtio-scsi-single,9,0,9"
    })
    void numbersScsiDrivesAsProxmoxDoes(String word, int number, int controller, int unit) throws DefinitionException {
        String text = "memory: 512\nname: a\nscsi" + number + ": local:1/a.raw\nscsihw: " + word + "\n";
        Machine machine = parse(text).machine();
        assertThat(machine.disks().getFirst().slot()).isEqualTo(Slot.of(Bus.SCSI, controller, unit));
        assertThat(new ProxmoxDialect().write(machine).text()).isEqualTo(text);
        assertThat(ProxmoxDialect.key(machine.disks().getFirst())).isEqualTo("scsi" + number);
    }

    @Test
    void tellsTheKeysOfDrives() throws DefinitionException {
        assertThat(parse(OLD).machine().disks())
                .extracting(ProxmoxDialect::key)
                .containsExactly("ide2", "virtio0", "sata0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxmoxDialect.key(disk(Slot.of(Bus.XEN, 0, 0), "/x", "raw")));
    }

    @ParameterizedTest
    @CsvSource({
        "local:100/vm-100-disk-0.qcow2,local,vm-100-disk-0.qcow2,qcow2",
        "local-lvm:vm-100-disk-0,local-lvm,vm-100-disk-0,raw",
        "local:iso/a.b.iso,local,a.b.iso,raw",
        "nfs:9/base-9-disk-0.vmdk/100/vm-100-disk-0.qcow2,nfs,vm-100-disk-0.qcow2,qcow2"
    })
    void knowsTheFilesOfVolumes(String text, String storage, String file, String format) {
        VolumeId volume = VolumeId.parse(text).orElseThrow();
        assertThat(volume.storage()).isEqualTo(storage);
        assertThat(volume.fileName()).isEqualTo(file);
        assertThat(volume.format()).isEqualTo(format);
        assertThat(volume).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/sda", "a.raw", "C:\\x y", ":x", "a:b"})
    void knowsWhatIsNoVolume(String text) {
        assertThat(VolumeId.parse(text)).isEmpty();
    }

    @Test
    void namesWhatProxmoxCannotCarry() {
        Machine machine = Machine.builder("my server", Platform.KVM)
                .guestOs("freebsd14.0")
                .firmware(new Firmware.Uefi(true))
                .securityChip(Optional.of(SecurityChip.TPM_2_0))
                .memory(new Memory(2L << 30, 1L << 30, 4L << 30))
                .processors(new Processors(
                        4,
                        4,
                        Optional.of(new Processors.Topology(1, 2, 2)),
                        OptionalInt.of(100_000),
                        OptionalInt.empty(),
                        false))
                .clock(new Clock(Clock.Base.UTC, 60))
                .disks(List.of(
                        disk(Slot.of(Bus.NVME, 0, 0), "/x", "raw"),
                        disk(Slot.of(Bus.SCSI, 0, 0), "/x", "vhdx"),
                        disk(Slot.of(Bus.SCSI, 0, 1), "../x", "raw"),
                        disk(Slot.of(Bus.SCSI, 1, 3), "/x", "raw").toBuilder()
                                .adapter(Optional.of("buslogic"))
                                .build(),
                        disk(Slot.of(Bus.IDE, 0, 0), "/x,media=cdrom", "raw")))
                .nics(List.of(Nic.builder().network("a,tag=2").model("vlance").build()))
                .consoles(List.of(Console.pty(Console.Type.VIRTIO)))
                .hostDevices(List.of(new HostDevice("pci", "01:00.0,x=1")))
                .extras(List.of(
                        new Extra("proxmox", "scsi9", "/etc/shadow"),
                        new Extra("proxmox", "onboot", "1\nscsi9: /etc/shadow"),
                        new Extra("proxmox", "[PENDING]", "a: 1\nscsi9: /etc/shadow"),
                        new Extra("proxmox", "hostpci0", "02:00.0"),
                        new Extra("vmx", "svga.present", "TRUE")))
                .build();
        Written written = new ProxmoxDialect().write(machine);
        assertThat(written.lost())
                .extracting(Lost::item)
                .containsExactly(
                        "name",
                        "guest operating system freebsd14.0",
                        "clock offset",
                        "maximum of dynamic memory",
                        "threads of processor cores",
                        "limit of processors",
                        "secure boot",
                        "security chip",
                        "drive nvme0n1",
                        "drive sda",
                        "drive sdb",
                        "place of drive sdbp",
                        "controller buslogic of drive sdbp",
                        "drive hda",
                        "model vlance of network interface 0",
                        "bridge of network interface 0",
                        "virtio console",
                        "host device pci 01:00.0,x=1",
                        "item of proxmox",
                        "item of proxmox",
                        "item of proxmox",
                        "svga.present");
        assertThat(written.text()).doesNotContain("shadow", "hostpci0").contains("name: my-server\n", "net0: virtio\n");
    }

    @Test
    void keepsHostileTextsInTheirPlaces() throws DefinitionException {
        String hostile = "x\r\n#y\nscsi1: /etc/shadow\n[z]\n: %41 \u202e\u00e9\ud83d\ude00";
        Machine machine = Machine.builder("a", Platform.KVM)
                .description(hostile)
                .disks(List.of(disk(Slot.of(Bus.VIRTIO, 0, 0), "/x", "raw").toBuilder()
                        .serial("s,ro=1\n\u00e9%")
                        .build()))
                .display(new Display(Optional.of("a\nb"), OptionalLong.empty(), List.of(), Optional.of("x\ny")))
                .build();
        Written written = new ProxmoxDialect().write(machine);
        Machine again = parse(written.text()).machine();
        assertThat(again.description()).isEqualTo(machine.description());
        assertThat(again.disks()).isEqualTo(machine.disks());
        assertThat(again.extras()).isEmpty();
        assertThat(written.lost()).extracting(Lost::item).containsExactly("display adapter a\nb", "keymap x\ny");
    }

    @ParameterizedTest
    @CsvSource({
        "web01,web01",
        "a.b-c.D,a.b-c.D",
        "my server,my-server",
        "-x-,x",
        "'\u00e9\n',vm",
        "a..b,a-b",
        "'$(x)',x"
    })
    void namesMachinesAsHosts(String name, String written) {
        assertThat(SectionWriter.hostName(name)).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({
        "win2k19,win10",
        "win2k12r2,win8",
        "win2k22,win11",
        "win2k8r2,win7",
        "winxp/i686,wxp",
        "debian12,l26",
        "rhel9-unknown,l26",
        "linux2.4,l24",
        "freebsd14.0,other",
        "nonsense,other"
    })
    void knowsTheWordsForSystems(String guestOs, String word) {
        assertThat(OsType.ofGuest(Optional.of(guestOs)).word()).isEqualTo(word);
    }

    @Test
    void knowsItsFiles() {
        assertThat(Dialects.of(WINDOWS.getBytes(StandardCharsets.UTF_8))).containsInstanceOf(ProxmoxDialect.class);
        for (String other : List.of(
                "name = \"a\"\nmemory = 5\n", "<domain/>", "{}", "#only\n", "", "foo: bar\n", "memory: 1\nx = 5\n")) {
            assertThat(new ProxmoxDialect().recognizes(other.getBytes(StandardCharsets.UTF_8)))
                    .as(other)
                    .isFalse();
        }
    }

    @Test
    void refusesToWriteAMachineOfAnotherPlatform() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProxmoxDialect()
                        .write(Machine.builder("a", Platform.VMWARE).build()))
                .withMessage("Proxmox defines no machine for vmware");
    }

    @Test
    void readsALongLineInTimeThatGrowsWithIt() throws DefinitionException {
        String blanks = " ".repeat(1 << 18);
        assertThat(parse("name: a\n[x" + blanks + "\nargs:" + blanks + "b" + blanks + "\n")
                        .machine()
                        .extras())
                .containsExactly(extra("args", "b"));
    }

    @Test
    void survivesDamagedFiles() {
        Seed seed = Seed.of(7_121);
        Random random = seed.random();
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] text = (random.nextBoolean() ? WINDOWS : OLD).getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            try {
                Parsed parsed = new ProxmoxDialect().parse(text, "100.conf").getFirst();
                Written written = new ProxmoxDialect().write(parsed.machine(), parsed.snapshots());
                Parsed again = parse(written.text());
                if (written.lost().isEmpty()) {
                    assertThat(again.machine())
                            .as("%s: %s", seed, written.text())
                            .isEqualTo(parsed.machine());
                    assertThat(again.snapshots()).as("%s", seed).isEqualTo(parsed.snapshots());
                    read++;
                }
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("100.conf");
            }
        }
        assertThat(read).as("%s", seed).isGreaterThan(1000);
    }

    private static Disk disk(Slot slot, String path, String format) {
        return Disk.builder(Disk.Kind.DISK, slot).medium(path, format).build();
    }

    private static Extra extra(String key, String value) {
        return new Extra("proxmox", key, value);
    }

    private static Parsed parse(String text) throws DefinitionException {
        return new ProxmoxDialect()
                .parse(text.getBytes(StandardCharsets.UTF_8), "100.conf")
                .getFirst();
    }
}
