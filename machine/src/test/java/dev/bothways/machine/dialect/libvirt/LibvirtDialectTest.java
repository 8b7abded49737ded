package dev.bothways.machine.dialect.libvirt;

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
import dev.bothways.machine.dialect.Written;
import dev.bothways.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LibvirtDialectTest {
    private static final String WINDOWS = """
            <!-- WARNING: this file is generated -->
            <domain type='kvm' id='7' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
              <name>win</name>
              <uuid>c7a5fdb2-cdaf-9455-926a-d65c16db1809</uuid>
              <title>The  old one</title>
              <description>two
            lines</description>
              <metadata>
                <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
                  <libosinfo:os id="http://microsoft.com/win/10"/>
                </libosinfo:libosinfo>
                <a:note xmlns:a="urn:a">mine</a:note>
              </metadata>
              <memory unit='GiB'>4</memory>
              <currentMemory unit='KiB'>2097152</currentMemory>
              <vcpu placement='static' cpuset='0-3' current='2'>4</vcpu>
              <cputune><shares>2048</shares><global_period>100000</global_period><global_quota>150000</global_quota></cputune>
              <os firmware='efi'>
                <type arch='x86_64' machine='pc-q35-8.2'>hvm</type>
                <firmware><feature enabled='yes' name='enrolled-keys'/><feature enabled='yes' name='secure-boot'/></firmware>
                <loader secure='yes'/>
                <nvram template='/t.fd'>/var/lib/libvirt/qemu/nvram/win.fd</nvram>
              </os>
              <features><acpi/><apic/><hyperv mode='custom'><relaxed state='on'/></hyperv></features>
              <cpu mode='host-passthrough'>
                <topology sockets='1' dies='1' cores='2' threads='2'/>
                <feature policy='require' name='vmx'/>
              </cpu>
              <clock offset='localtime'><timer name='hypervclock' present='yes'/></clock>
              <on_crash>restart</on_crash>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2' cache='none' discard='unmap'/>
                  <source file='/var/lib/images/a.qcow2'/>
                  <backingStore type='file'><format type='raw'/><source file='/base.img'/></backingStore>
                  <target dev='sda' bus='scsi'/>
                  <serial>S1</serial>
                  <boot order='2'/>
                  <alias name='scsi0-0-0-0'/>
                  <address type='drive' controller='0' bus='0' target='0' unit='0'/>
                </disk>
                <disk type='block' device='disk'>
                  <driver name='qemu' type='raw'/>
                  <source dev='/dev/vg/b'/>
                  <target dev='vda' bus='virtio'/>
                  <shareable/>
                  <boot order='1'/>
                  <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
                </disk>
                <disk type='file' device='cdrom'>
                  <target dev='sdb' bus='sata'/>
                  <readonly/>
                </disk>
                <controller type='scsi' index='0' model='virtio-scsi'><driver queues='4'/></controller>
                <interface type='network'>
                  <mac address='52:54:00:AA:bb:cc'/>
                  <source network='default' portgroup='x'/>
                  <vlan><tag id='42'/></vlan>
                  <model type='virtio'/>
                  <mtu size='9000'/>
                  <link state='down'/>
                </interface>
                <serial type='pty'><target type='isa-serial' port='0'><model name='isa-serial'/></target></serial>
                <console type='pty'><target type='serial' port='0'/></console>
                <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
                <graphics type='vnc' port='5907' autoport='no' listen='0.0.0.0' keymap='de' passwd='hush'>
                  <listen type='address' address='0.0.0.0'/>
                </graphics>
                <video><model type='qxl' vram='65536' heads='1' primary='yes'/></video>
                <hostdev mode='subsystem' type='pci' managed='yes'>
                  <source><address domain='0x0000' bus='0x06' slot='0x12' function='0x5'/></source>
                </hostdev>
              </devices>
              <qemu:commandline><qemu:arg value='-newarg'/></qemu:commandline>
            </domain>
            """;

    private static final String XEN = """
            <domain type='xen'>
              <name>web01</name>
              <memory unit='KiB'>1048576</memory>
              <vcpu>2</vcpu>
              <bootloader>/usr/bin/pygrub</bootloader>
              <bootloader_args>--kernel /vmlinuz  -q</bootloader_args>
              <os><type>linux</type><cmdline>root=/dev/xvda2 ro</cmdline></os>
              <clock offset='variable' adjustment='-3600' basis='localtime'/>
              <devices>
                <disk type='block'><driver name='phy'/><source dev='/dev/vg/root'/><target dev='xvda2'/></disk>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/s'/><target dev='xvda1' bus='xen'/></disk>
                <interface type='bridge'>
                  <mac address='00:16:3e:aa:bb:cc'/>
                  <source bridge='xenbr0'/>
                  <ip address='10.0.0.7'/>
                  <script path='vif-bridge'/>
                </interface>
                <graphics type='vnc'/>
                <video><model type='xen' vram='4096'/></video>
              </devices>
            </domain>
            """;

    @Test
    void readsADomainOfKvm() throws DefinitionException {
        Parsed parsed = parse(WINDOWS);
        Machine machine = parsed.machine();
        assertThat(parsed.warnings()).isEmpty();
        assertThat(machine.platform()).isEqualTo(Platform.KVM);
        assertThat(machine.description()).contains("two\nlines");
        assertThat(machine.guestOs()).contains("win10");
        assertThat(machine.memory()).isEqualTo(new Memory(2L << 30, 2L << 30, 4L << 30));
        assertThat(machine.processors())
                .isEqualTo(new Processors(
                        2,
                        4,
                        Optional.of(new Processors.Topology(1, 2, 2)),
                        OptionalInt.of(150),
                        OptionalInt.of(512),
                        true));
        assertThat(machine.firmware())
                .isEqualTo(new Firmware.Uefi(true, Optional.of("/var/lib/libvirt/qemu/nvram/win.fd")));
        assertThat(machine.clock()).isEqualTo(new Clock(Clock.Base.LOCAL_TIME, 0));
        assertThat(machine.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(machine.consoles()).containsExactly(Console.pty(Console.Type.SERIAL));
        assertThat(machine.hostDevices()).containsExactly(new HostDevice("pci", "0000:06:12.5"));
        assertThat(machine.display().adapter()).contains("qxl");
        assertThat(machine.display().videoMemory()).hasValue(64L << 20);
        assertThat(machine.display().viewers())
                .containsExactly(
                        new Display.Viewer(Display.Protocol.VNC, Optional.of("0.0.0.0"), OptionalInt.of(5907)));
        Nic nic = machine.nics().getFirst();
        assertThat(nic.mac().orElseThrow().text()).isEqualTo("52:54:00:aa:bb:cc");
        assertThat(nic.network()).contains("default");
        assertThat(nic.vlan()).hasValue(42);
        assertThat(nic.mtu()).hasValue(9000);
    }

    @Test
    void readsDrives() throws DefinitionException {
        Machine machine = parse(WINDOWS).machine();
        Disk scsi = machine.disks().getFirst();
        assertThat(scsi.slot()).isEqualTo(Slot.of(Bus.SCSI, 0, 0));
        assertThat(scsi.adapter()).contains("virtio-scsi");
        assertThat(scsi.medium()).contains(new Medium("/var/lib/images/a.qcow2", "qcow2"));
        assertThat(scsi.serial()).contains("S1");
        assertThat(scsi.extras()).extracting(Extra::key).containsExactly("boot", "driver", "source");
        Disk virtio = machine.disks().get(1);
        assertThat(virtio.slot()).isEqualTo(Slot.of(Bus.VIRTIO, 0, 0));
        assertThat(virtio.shared()).isTrue();
        assertThat(virtio.boot()).isTrue();
        assertThat(scsi.boot()).isFalse();
        Disk cd = machine.disks().get(2);
        assertThat(cd.medium()).isEmpty();
        assertThat(cd.readOnly()).isTrue();
        assertThat(cd.slot()).isEqualTo(Slot.of(Bus.SATA, 0, 1));
        assertThat(machine.bootOrder()).containsExactly(BootDevice.DISK);
    }

    @Test
    void readsAParavirtualDomainOfXen() throws DefinitionException {
        Machine machine = parse(XEN).machine();
        assertThat(machine.platform()).isEqualTo(Platform.XEN_PV);
        assertThat(machine.firmware())
                .isEqualTo(new Firmware.HostBootLoader(
                        "/usr/bin/pygrub",
                        List.of("--kernel", "/vmlinuz", "-q"),
                        Optional.empty(),
                        Optional.empty(),
                        "root=/dev/xvda2 ro"));
        assertThat(machine.disks()).extracting(disk -> disk.slot().deviceName()).containsExactly("xvda2", "xvda1");
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true, false);
        assertThat(machine.nics().getFirst().addresses()).containsExactly("10.0.0.7");
        assertThat(machine.clock()).isEqualTo(new Clock(Clock.Base.LOCAL_TIME, -3600));
        assertThat(machine.consoles()).containsExactly(Console.pty(Console.Type.XEN));
        assertThat(machine.display().adapter()).contains("xenfb");
    }

    @Test
    void writesWhatItReadAndSoAgain() throws DefinitionException {
        for (String text : List.of(WINDOWS, XEN)) {
            Machine machine = parse(text).machine();
            Written written = new LibvirtDialect().write(machine);
            assertThat(written.lost()).isEmpty();
            assertThat(parse(written.text()).machine()).isEqualTo(machine);
            assertThat(new LibvirtDialect().write(machine).text()).isEqualTo(written.text());
        }
    }

    @Test
    void keepsPasswordsInSecretExtrasOnly() throws DefinitionException {
        Machine machine = parse(WINDOWS).machine();
        assertThat(machine.extras())
                .anyMatch(extra -> extra.secret() && extra.value().contains("hush"));
        assertThat(machine.toString()).doesNotContain("hush");
        assertThat(new LibvirtDialect().write(machine).text()).contains("passwd=\"hush\"");
    }

    @Test
    void isRecognizedByItsRootAlone() {
        assertThat(Dialects.of(WINDOWS.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow()
                        .id())
                .isEqualTo("libvirt");
        assertThat(new LibvirtDialect().recognizes("<domstatus><domain/></domstatus>".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(new LibvirtDialect().recognizes("<network/>".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(new LibvirtDialect().recognizes("<domain xmlns='urn:x'/>".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"domainsnapshot", "domstatus"})
    void readsTheDomainInAWrapper(String wrapper) throws DefinitionException {
        assertThat(parse("<" + wrapper + "><name>s</name>" + XEN + "</" + wrapper + ">")
                        .machine())
                .isEqualTo(parse(XEN).machine());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    <domain/>                                                | has no type, which names the hypervisor
                    <domain type='lxc'/>                                     | is of the type 'lxc', and only
                    <domain type='kvm'/>                                     | has no name
                    <domain type='kvm'><name>a</name></domain>               | has no os
                    <domain type='kvm'><name>a</name><os/></domain>          | has no type, which is hvm
                    <domain type='kvm'><name>a</name><os><type>exe</type></os></domain> | 'exe' is not hvm
                    <domain type='xen'><name>a</name><os><type>exe</type></os></domain> | 'exe' is none of hvm
                    <domainsnapshot/>                                        | holds no domain
                    """)
    void refusesWhatIsNoWholeDomain(String text, String message) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(text))
                .withMessageStartingWith("test.xml, line 1")
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    <memory>0</memory>                            | has no usable amount of memory
                    <memory>lots</memory>                         | 'lots' is not a number
                    <memory unit='parsec'>1</memory>              | 'parsec' is no unit of memory
                    <memory unit='EiB'>999999999999999999</memory> | is more memory than there is
                    <uuid>5</uuid>                                | '5' is no UUID
                    <vcpu>0</vcpu>                                | 0 is not between 1 and
                    <vcpu current='3'>2</vcpu>                    | 3 processors are in use, and the machine has 2
                    <clock offset='moon'/>                        | 'moon' is none of utc
                    <clock offset='variable' adjustment='x'/>     | 'x' is not a number of seconds
                    <devices><disk/></devices>                    | has no target
                    <devices><disk><target/></disk></devices>     | has no dev
                    <devices><disk><target dev='zda'/></disk></devices> | 'zda' is no name of a drive
                    <devices><disk device='tape'><target dev='sda'/></disk></devices> | 'tape' is none of disk
                    <devices><disk><target dev='sda'/></disk><disk><target dev='sda'/></disk></devices> | the name of another drive too
                    <devices><disk><target dev='sda'/><boot order='0'/></disk></devices> | 0 is not between 1
                    <devices><disk><target dev='hda'/><address type='drive' controller='x'/></disk></devices> | 'x' is not a number
                    <devices><controller type='ide' index='x'/></devices> | 'x' is not a number
                    <devices><interface type='user'><mac address='1'/></interface></devices> | '1' is no MAC address
                    <devices><interface type='user'><mtu size='0'/></interface></devices> | 0 is not between 1
                    """)
    void refusesWithTheElementAndTheReason(String element, String message) {
        String memory = element.contains("<memory") ? "" : "<memory>1024</memory>";
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse("<domain type='kvm'><name>a</name><os><type>hvm</type></os>\n" + memory
                        + element + "</domain>"))
                .withMessageStartingWith("test.xml, line ")
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "vmware, '<os><type>hvm</type></os>', VMWARE",
        "vbox, '<os><type>hvm</type></os>', VIRTUALBOX",
        "hyperv, '<os><type>hvm</type></os>', HYPERV_GEN1",
        "hyperv, '<os><type>hvm</type><loader type=\"pflash\">x</loader></os>', HYPERV_GEN2",
        "qemu, '<os><type>hvm</type></os>', KVM",
        "xen, '<os><type>hvm</type></os>', XEN_HVM",
        "xen, '<os><type>linux</type></os>', XEN_PV",
        "xen, '<os><type>xenpvh</type></os>', XEN_PVH"
    })
    void tellsThePlatform(String type, String os, Platform platform) throws DefinitionException {
        String text = "<domain type='" + type + "'><name>a</name><memory>1024</memory>" + os + "</domain>";
        assertThat(parse(text).machine().platform()).isEqualTo(platform);
    }

    @ParameterizedTest
    @CsvSource({
        "hda, ide, 0, 0",
        "hdd, ide, 1, 1",
        "sdc, scsi, 0, 2",
        "sdi, scsi, 1, 1",
        "sdh, sata, 1, 1",
        "vdb, virtio, 0, 1",
        "sda, usb, 0, 0",
        "fdb, fdc, 0, 1",
        "vdaa, virtio, 0, 26"
    })
    void countsDrivesWithoutAnAddressAsLibvirtDoes(String name, String bus, int controller, int unit)
            throws DefinitionException {
        Machine machine = parse(
                        "<domain type='kvm'><name>a</name><memory>1024</memory><os><type>hvm</type></os><devices>"
                                + "<disk><source file='/x'/><target dev='" + name + "' bus='" + bus
                                + "'/></disk></devices></domain>")
                .machine();
        Slot slot = machine.disks().getFirst().slot();
        assertThat(slot.controller()).isEqualTo(controller);
        assertThat(slot.unit()).isEqualTo(unit);
    }

    @Test
    void writesAMachineThatNeverWasLibvirts() throws DefinitionException {
        Machine machine = foreign(Platform.KVM).build();
        Written written = new LibvirtDialect().write(machine);
        assertThat(written.lost()).isEmpty();
        assertThat(parse(written.text()).machine()).isEqualTo(machine);
        assertThat(written.text())
                .contains("<type arch=\"x86_64\" machine=\"q35\">hvm</type>")
                .contains("<cpu mode=\"host-model\">");
    }

    private static Machine.Builder foreign(Platform platform) {
        return Machine.builder("web 01", platform)
                .description("text")
                .guestOs("debian12")
                .firmware(new Firmware.Uefi(true, Optional.of("/v.fd")))
                .processors(new Processors(
                        2,
                        4,
                        Optional.of(new Processors.Topology(2, 2, 1)),
                        OptionalInt.of(50),
                        OptionalInt.of(256),
                        true))
                .memory(new Memory(1L << 30, 1L << 30, 2L << 30))
                .bootOrder(List.of(BootDevice.CDROM, BootDevice.DISK, BootDevice.NETWORK))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 1, 2))
                                .adapter(Optional.of("pvscsi"))
                                .medium("/a.vmdk", "vmdk")
                                .serial("x")
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.VIRTIO, 0, 0))
                                .medium("/dev/b", "raw")
                                .boot(true)
                                .shared(true)
                                .build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 7))
                                .boot(true)
                                .build(),
                        Disk.builder(Disk.Kind.FLOPPY, Slot.of(Bus.FLOPPY, 0, 1))
                                .medium("/f", "raw")
                                .readOnly(true)
                                .build()))
                .nics(List.of(
                        Nic.builder()
                                .network("br0")
                                .model("e1000e")
                                .vlan(7)
                                .mtu(1400)
                                .build(),
                        Nic.builder().network("Default Switch").build(),
                        Nic.builder().build()))
                .consoles(List.of(
                        Console.pty(Console.Type.SERIAL),
                        new Console(Console.Type.SERIAL, Console.Connection.TCP, Optional.of("h:1,server,nowait")),
                        new Console(Console.Type.SERIAL, Console.Connection.UDP, Optional.of("h:1@:2")),
                        new Console(Console.Type.SERIAL, Console.Connection.UNIX, Optional.of("/s")),
                        new Console(Console.Type.VIRTIO, Console.Connection.FILE, Optional.of("/l"))))
                .display(new Display(
                        Optional.of("stdvga"),
                        OptionalLong.of(16L << 20),
                        List.of(
                                new Display.Viewer(Display.Protocol.SPICE, Optional.empty(), OptionalInt.empty()),
                                new Display.Viewer(Display.Protocol.VNC, Optional.of("::"), OptionalInt.of(5901))),
                        Optional.of("fr")))
                .clock(new Clock(Clock.Base.LOCAL_TIME, 60))
                .securityChip(Optional.of(SecurityChip.TPM_1_2))
                .hostDevices(List.of(new HostDevice("usb", "1234:abcd")));
    }

    @Test
    void namesWhatItCannotCarry() {
        Machine machine = Machine.builder("a/b\nc\u0001", Platform.KVM)
                .guestOs("plan9")
                .memory(new Memory(2L << 30, 1L << 30, 4L << 30))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.NVME, 0, 0))
                                .medium("/x", "raw")
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.VIRTIO, 0, 0))
                                .medium("/x", "asif")
                                .build()))
                .consoles(List.of(Console.pty(Console.Type.XEN)))
                .hostDevices(List.of(new HostDevice("irq", "5")))
                .extras(List.of(
                        new Extra("libvirt", "name", "<name>other</name>"),
                        new Extra("libvirt", "pm", "<pm><evil></pm>"),
                        new Extra("libvirt", "title", "<name>evil</name>"),
                        new Extra("libvirt", "devices", "<devices><disk/></devices>"),
                        new Extra("xl", "vtpm", "[ ]")))
                .build();
        Written written = new LibvirtDialect().write(machine);
        assertThat(written.lost())
                .extracting(Lost::item)
                .containsExactly(
                        "name",
                        "item of libvirt",
                        "item of libvirt",
                        "devices",
                        "vtpm",
                        "name",
                        "guest operating system plan9",
                        "minimum of dynamic memory",
                        "drive nvme0n1",
                        "drive vda",
                        "xen console",
                        "host device irq 5",
                        "control characters in name");
        assertThat(written.text()).doesNotContain("evil").contains("<name>a_b c\ufffd</name>");
    }

    @Test
    void leavesBehindWhatBelongsToAnotherHypervisor() throws DefinitionException {
        Machine machine = parse(XEN).machine().toBuilder()
                .platform(Platform.KVM)
                .firmware(new Firmware.Bios())
                .disks(List.of())
                .build();
        Written written = new LibvirtDialect().write(machine);
        assertThat(written.lost()).extracting(Lost::item).contains("script of network interface 0", "xen console");
        assertThat(written.text()).doesNotContain("vif-bridge").startsWith("<domain type=\"kvm\">");
    }

    @Test
    void dropsTheSourceOfAnotherImage() throws DefinitionException {
        Machine machine = parse(WINDOWS).machine();
        Disk moved =
                machine.disks().getFirst().toBuilder().medium("/new", "raw").build();
        Written written = new LibvirtDialect()
                .write(machine.toBuilder().disks(List.of(moved)).build());
        assertThat(written.lost()).extracting(Lost::item).containsExactly("source of drive sda");
        assertThat(written.text())
                .doesNotContain("base.img")
                .contains("<driver name=\"qemu\" type=\"raw\" cache=\"none\" discard=\"unmap\"/>")
                .contains("<source file=\"/new\"/>");
    }

    /** Other hypervisors give every machine a screen; libvirt gives one to whom it is written. */
    @Test
    void givesAScreenWhereNothingIsSaidOfIt() throws DefinitionException {
        Machine machine = Machine.builder("web01", Platform.KVM).build();
        Written usual = new LibvirtDialect().write(machine);
        assertThat(usual.text())
                .contains("<graphics type=\"vnc\" autoport=\"yes\" listen=\"127.0.0.1\"/>")
                .contains("<model type=\"vga\"/>");
        assertThat(usual.lost()).isEmpty();
        Display unknown = new Display(Optional.of("vboxvga"), OptionalLong.empty(), List.of(), Optional.empty());
        Written other =
                new LibvirtDialect().write(machine.toBuilder().display(unknown).build());
        assertThat(other.text()).contains("<graphics", "<model type=\"vga\"/>");
        assertThat(other.lost()).extracting(Lost::item).containsExactly("display adapter vboxvga");
    }

    @Test
    void leavesAMachineWithoutAScreenWithoutOne() throws DefinitionException {
        String headless = "<domain type='kvm'><name>a</name><memory>1024</memory><os><type>hvm</type></os></domain>";
        Machine machine = parse(headless).machine();
        assertThat(machine.display().adapter()).contains("none");
        assertThat(new LibvirtDialect().write(machine).text()).doesNotContain("<graphics", "<video");
        String unseen =
                headless.replace("</domain>", "<devices><video><model type='virtio'/></video></devices></domain>");
        assertThat(new LibvirtDialect().write(parse(unseen).machine()).text())
                .contains("<model type=\"virtio\"/>")
                .doesNotContain("<graphics");
        String refused = headless.replace(
                "</domain>", "<devices><graphics type='vnc'/><video><model type='none'/></video></devices></domain>");
        assertThat(new LibvirtDialect().write(parse(refused).machine()).text())
                .contains("<graphics", "<model type=\"none\"/>");
    }

    @Test
    void followsTheRecordWhereAKeptElementSaysOtherwise() throws DefinitionException {
        Machine machine = parse(WINDOWS).machine().toBuilder()
                .processors(Processors.of(3))
                .clock(Clock.utc())
                .firmware(new Firmware.Bios())
                .securityChip(Optional.empty())
                .display(new Display(Optional.of("none"), OptionalLong.empty(), List.of(), Optional.empty()))
                .build();
        Written written = new LibvirtDialect().write(machine);
        Machine again = parse(written.text()).machine();
        assertThat(again.processors()).isEqualTo(Processors.of(3));
        assertThat(again.clock()).isEqualTo(Clock.utc());
        assertThat(again.firmware()).isEqualTo(new Firmware.Bios());
        assertThat(again.display()).isEqualTo(machine.display());
        assertThat(written.text()).contains("cpuset=\"0-3\"").contains("mode=\"host-passthrough\"");
        assertThat(written.lost())
                .extracting(Lost::item)
                .containsExactlyInAnyOrder("clock", "os/nvram", "devices/graphics");
    }

    @Test
    void keepsHostileTextsInsideTheirQuotes() throws DefinitionException {
        String hostile = "x\"'></name><os/>&amp;\n\t\r ]]> ${HOME} `id` \u202e";
        Machine machine = Machine.builder("n " + hostile.replace('\n', ' ').replace('/', ' '), Platform.XEN_PV)
                .description(hostile)
                .firmware(new Firmware.DirectKernel("/k " + hostile, Optional.of(hostile), hostile))
                .disks(List.of(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
                        .medium("/a" + hostile, "raw")
                        .build()))
                .nics(List.of(Nic.builder().network(hostile).model(hostile).build()))
                .consoles(List.of(Console.pty(Console.Type.XEN)))
                .build();
        Written written = new LibvirtDialect().write(machine);
        assertThat(parse(written.text()).machine()).isEqualTo(machine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"VMWARE", "VIRTUALBOX", "HYPERV_GEN1", "HYPERV_GEN2"})
    void refusesToWriteAMachineOfAnotherPlatform(Platform platform) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LibvirtDialect()
                        .write(Machine.builder("a", platform).build()))
                .withMessageContaining(platform.id());
    }

    @Test
    void refusesFirmwareWhereThereIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LibvirtDialect()
                        .write(Machine.builder("a", Platform.XEN_PV).build()));
    }

    @Test
    void survivesDamagedFiles() {
        Seed seed = Seed.of(9_215);
        Random random = seed.random();
        int read = 0;
        for (int round = 0; round < 6_000; round++) {
            byte[] text = (random.nextBoolean() ? WINDOWS : XEN).getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) {
                text[random.nextInt(text.length)] = (byte) (' ' + random.nextInt(95));
            }
            try {
                Machine machine =
                        new LibvirtDialect().parse(text, "fuzz.xml").getFirst().machine();
                Written written = new LibvirtDialect().write(machine);
                Machine again = parse(written.text()).machine();
                if (written.lost().isEmpty()) {
                    assertThat(again).as("%s: %s", seed, written.text()).isEqualTo(machine);
                    read++;
                }
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("fuzz.xml").hasMessageNotContaining("\n\n");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    private static Parsed parse(String text) throws DefinitionException {
        return new LibvirtDialect()
                .parse(text.getBytes(StandardCharsets.UTF_8), "test.xml")
                .getFirst();
    }
}
