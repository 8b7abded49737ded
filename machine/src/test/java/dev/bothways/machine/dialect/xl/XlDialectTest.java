package dev.bothways.machine.dialect.xl;

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
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
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

final class XlDialectTest {
    private static final String XEN_TOOLS = """
            bootloader = 'pygrub'
            vcpus = '2'
            memory = '512'
            root = '/dev/xvda2 ro'
            disk = [
                'file:/srv/xen/web01/root.img,xvda2,w',
                'file:/srv/xen/web01/swap.img,xvda1,w',
            ]
            name = 'web01'
            vif = [ 'ip=10.0.0.7 ,mac=00:16:3E:AA:BB:CC' ]
            on_poweroff = 'destroy'
            on_reboot = 'restart'
            on_crash = 'restart'
            """;

    private static final String EMULATED = """
            name = "win"
            type = "hvm"
            firmware = "uefi"
            memory = 2048
            maxmem = 4096
            boot = "dc"
            localtime = 1
            rtc_timeoffset = "-3600"
            vga = "stdvga"
            videoram = 16
            vnc = 1
            vnclisten = "0.0.0.0:7"
            vncpasswd = "secret"
            serial = [ "pty", "tcp:127.0.0.1:4444,server" ]
            disk = [ "/a.qcow2,qcow2,hda,w", ",,hdc,cdrom", "/b,raw,xvdb,r,script=block-x" ]
            vif = [ "type=ioemu,model=e1000,rate=10Mb/s", "type=vif,bridge=br0" ]
            pci = [ "01:00.0,permissive=1" ]
            cpuid = "host,tm=0"
            frobnicate = [ 1, [ "x" ] ]
            """;

    @Test
    void readsAFileOfXenTools() throws DefinitionException {
        Machine machine = parse(XEN_TOOLS).machine();
        assertThat(machine.name()).isEqualTo("web01");
        assertThat(machine.platform()).isEqualTo(Platform.XEN_PV);
        assertThat(machine.firmware())
                .isEqualTo(new Firmware.HostBootLoader(
                        "pygrub", List.of(), Optional.empty(), Optional.empty(), "root=/dev/xvda2 ro"));
        assertThat(machine.memory()).isEqualTo(Memory.fixed(512L << 20));
        assertThat(machine.disks()).extracting(disk -> disk.slot().deviceName()).containsExactly("xvda2", "xvda1");
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true, false);
        assertThat(machine.nics().getFirst().addresses()).containsExactly("10.0.0.7");
        assertThat(machine.nics().getFirst().mac().orElseThrow().text()).isEqualTo("00:16:3e:aa:bb:cc");
        assertThat(machine.consoles()).containsExactly(Console.pty(Console.Type.XEN));
        assertThat(machine.extras()).containsExactly(new Extra("xl", "on_crash", "\"restart\""));
    }

    /** xl takes what stands behind an address's last colon for the display, and refuses the definition if there is another. */
    @ParameterizedTest
    @ValueSource(strings = {"pv", "hvm"})
    void saysAnAddressOfVersion6WithItsDisplay(String type) throws DefinitionException {
        Machine machine = parse("name = 'a'\nmemory = 64\ntype = '" + type + "'\nkernel = '/k'\n")
                .machine();
        Optional<String> adapter = type.equals("pv") ? Optional.of("xenfb") : Optional.empty();
        for (OptionalInt port : List.of(OptionalInt.of(5903), OptionalInt.empty())) {
            Display.Viewer vnc = new Display.Viewer(Display.Protocol.VNC, Optional.of("2001:db8::1"), port);
            Machine viewed = machine.toBuilder()
                    .display(new Display(adapter, OptionalLong.empty(), List.of(vnc), Optional.empty()))
                    .build();
            String text = new XlDialect().write(viewed).text();
            assertThat(text)
                    .contains("[2001:db8::1]:" + (port.isPresent() ? 3 : 0))
                    .doesNotContain("vncdisplay");
            assertThat(parse(text).machine()).isEqualTo(viewed);
        }
    }

    @Test
    void namesDevicesOfTheHostInItsOwnWordsOnly() throws DefinitionException {
        Machine machine = parse("name = 'a'\nmemory = 64\ntype = 'hvm'\n").machine().toBuilder()
                .hostDevices(List.of(
                        new HostDevice("pci", "0000:01:00.0,permissive=1"),
                        new HostDevice("pci", "PCI device 0"),
                        new HostDevice("usb", "hostbus=1,hostaddr=3"),
                        new HostDevice("usb", "14.6")))
                .build();
        Written written = new XlDialect().write(machine);
        assertThat(written.text()).contains("0000:01:00.0,permissive=1", "hostbus=1,hostaddr=3");
        assertThat(written.lost())
                .extracting(Lost::item)
                .containsExactly("host device pci PCI device 0", "host device usb 14.6");
    }

    @Test
    void readsAnEmulatedMachine() throws DefinitionException {
        Parsed parsed = parse(EMULATED);
        Machine machine = parsed.machine();
        assertThat(machine.firmware()).isEqualTo(new Firmware.Uefi(false));
        assertThat(machine.memory()).isEqualTo(new Memory(2048L << 20, 2048L << 20, 4096L << 20));
        assertThat(machine.bootOrder()).containsExactly(BootDevice.CDROM, BootDevice.DISK);
        assertThat(machine.clock()).isEqualTo(new Clock(Clock.Base.LOCAL_TIME, -3600));
        assertThat(machine.display().viewers())
                .containsExactly(
                        new Display.Viewer(Display.Protocol.VNC, Optional.of("0.0.0.0"), OptionalInt.of(5907)));
        assertThat(machine.consoles())
                .extracting(Console::connection)
                .containsExactly(Console.Connection.PTY, Console.Connection.TCP);
        assertThat(machine.disks()).extracting(Disk::boot).containsExactly(true, true, false);
        assertThat(machine.disks().get(1).medium()).isEmpty();
        assertThat(machine.disks().get(2).extras()).containsExactly(new Extra("xl", "script", "block-x"));
        assertThat(machine.nics()).extracting(nic -> nic.model().orElse("")).containsExactly("e1000", "netfront");
        assertThat(machine.hostDevices()).hasSize(1);
        assertThat(parsed.warnings())
                .containsExactly("test.cfg, line 19: xl knows no key frobnicate; it is kept but does nothing");
        assertThat(machine.extras())
                .anyMatch(Extra::secret)
                .noneMatch(extra -> extra.toString().contains("secret\""));
    }

    @Test
    void writesWhatItReadAndSoAgain() throws DefinitionException {
        for (String text : List.of(XEN_TOOLS, EMULATED)) {
            Machine machine = parse(text).machine();
            Written written = new XlDialect().write(machine);
            assertThat(parse(written.text()).machine()).isEqualTo(machine);
            assertThat(written.lost()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    (domain (domid 5) (name web01))                | holds the expressions that xm list -l printed
                    memory = 1                                     | has no name: add a line like name = "web01"
                    name = "a"                                     | has neither kernel nor bootloader
                    name = "a"; type = "arm"                       | line 1, type: 'arm' is none of pv, pvh and hvm
                    name = "a"; type = "pv"; builder = "hvm"       | type: contradicts builder = "hvm"
                    name = "a"; type = "hvm"; uuid = "5"           | uuid: '5' is no UUID
                    name = "a"; type = "hvm"; memory = "lots"      | memory: 'lots' is not a number
                    name = "a"; type = "hvm"; memory = 0           | memory: 0 is not between 1 and
                    name = "a"; type = "hvm"; memory = 99999999999999999999 | is not a number
                    name = "a"; type = "hvm"; memory = 2; maxmem = 1 | maxmem: 1 is less than memory = 2
                    name = "a"; type = "hvm"; vcpus = 2; maxvcpus = 1 | maxvcpus: 1 is less than vcpus = 2
                    name = [ "a" ]                                 | name: is a list but must be a single value
                    name = "a"; type = "hvm"; disk = "x"           | disk: is a single value but must be a list
                    name = "a"; type = "hvm"; disk = [ "/x,vmdk,hda" ] | '/x,vmdk,hda' has the unknown format 'vmdk'
                    name = "a"; type = "hvm"; disk = [ "/x" ]      | has no vdev
                    name = "a"; type = "hvm"; disk = [ "/x,,zda" ] | has the vdev 'zda', which names no drive
                    name = "a"; type = "hvm"; disk = [ ",,hda" ]   | has no target
                    name = "a"; type = "hvm"; disk = [ "/x,,hda,q" ] | has the unknown access 'q'
                    name = "a"; type = "hvm"; disk = [ "/x,,hda", "/y,,hda" ] | has the vdev of another drive, hda
                    name = "a"; type = "hvm"; disk = [ "/a=b,,hda" ] | write the path as target=PATH, last
                    name = "a"; type = "hvm"; disk = [ "zip:/x,hda" ] | begins with the unknown prefix zip:
                    name = "a"; type = "hvm"; vif = [ "mac=1" ]    | has the MAC address '1', which is none
                    name = "a"; type = "hvm"; boot = "xyz"         | boot: 'xyz' holds letters other than
                    name = "a"; firmware = "pvgrub64"; kernel = "k" | firmware: is set beside kernel
                    """)
    void refusesWithTheKeyAndTheReason(String text, String message) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining(message)
                .withMessageStartingWith("test.cfg");
    }

    @ParameterizedTest
    @CsvSource({
        "xvda,XEN,0,0", "xvdz,XEN,25,0", "xvdaa,XEN,26,0", "xvda2,XEN,0,2", "hdd,IDE,3,0", "sdb1,SCSI,1,1",
        "d3p4,XEN,3,4", "51712,XEN,0,0", "0xca12,XEN,1,2", "768,IDE,0,0", "0x1640,IDE,3,0", "268439808,XEN,17,0",
        "fda,FLOPPY,0,0"
    })
    void knowsTheNamesOfDrives(String vdev, Bus bus, int index, int partition) {
        Slot slot = XenDevice.slot(vdev).orElseThrow();
        assertThat(slot.bus()).isEqualTo(bus);
        assertThat(slot.index()).isEqualTo(index);
        assertThat(slot.partition().orElse(0)).isEqualTo(partition);
        assertThat(XenDevice.slot(slot.deviceName())).contains(slot);
    }

    @Test
    void namesWhatXlCannotCarry() {
        Machine machine = Machine.builder("a\u0001b", Platform.XEN_HVM)
                .description("text")
                .guestOs("debian12")
                .memory(new Memory(2L << 30, 1L << 30, 4L << 30))
                .firmware(new Firmware.Uefi(true))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.NVME, 0, 0))
                                .medium("/x", "raw")
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
                                .medium("/x", "vhdx")
                                .build()))
                .nics(List.of(Nic.builder().network("a,script=evil").vlan(7).build()))
                .extras(List.of(
                        new Extra("xl", "name", "\"other\""),
                        new Extra("xl", "x", "1; kernel = \"evil\""),
                        new Extra("xl", "y\nkernel", "1"),
                        new Extra("vmx", "svga.present", "TRUE")))
                .build();
        Written written = new XlDialect().write(machine);
        assertThat(written.lost())
                .extracting(Lost::item)
                .containsExactly(
                        "control characters in name",
                        "description",
                        "guest operating system debian12",
                        "minimum of dynamic memory",
                        "secure boot",
                        "drive nvme0n1",
                        "drive xvda",
                        "bridge of network interface 0",
                        "VLAN of network interface 0",
                        "name",
                        "item of xl",
                        "item of xl",
                        "svga.present");
        assertThat(written.text()).doesNotContain("evil").startsWith("name = \"ab\"\n");
    }

    @Test
    void keepsHostileTextsInsideTheirQuotes() throws DefinitionException {
        String hostile = "x\"\nkernel = \"/evil\"; y = '\\ # ${HOME} `id` \u202e";
        Machine machine = Machine.builder(hostile, Platform.XEN_PV)
                .firmware(new Firmware.DirectKernel("/k " + hostile, Optional.of(hostile), hostile))
                .disks(List.of(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0))
                        .medium("/a,vdev=xvdb\",", "raw")
                        .build()))
                .consoles(List.of(Console.pty(Console.Type.XEN)))
                .build();
        assertThat(parse(new XlDialect().write(machine).text()).machine()).isEqualTo(machine);
    }

    @Test
    void refusesToWriteAMachineOfAnotherPlatform() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new XlDialect().write(Machine.builder("a", Platform.KVM).build()))
                .withMessage("xl defines no machine for kvm");
    }

    @Test
    void survivesDamagedFiles() {
        Seed seed = Seed.of(4_106);
        Random random = seed.random();
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] text = (random.nextBoolean() ? XEN_TOOLS : EMULATED).getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            try {
                Machine machine =
                        new XlDialect().parse(text, "fuzz.cfg").getFirst().machine();
                Written written = new XlDialect().write(machine);
                Machine again = parse(written.text()).machine();
                if (written.lost().isEmpty()) {
                    assertThat(again).as("%s: %s", seed, written.text()).isEqualTo(machine);
                    read++;
                }
            } catch (DefinitionException e) {
                assertThat(e).as("%s", seed).hasMessageStartingWith("fuzz.cfg").hasMessageNotContaining("\n\n");
            }
        }
        assertThat(read).as("%s", seed).isPositive();
    }

    private static Parsed parse(String text) throws DefinitionException {
        return new XlDialect()
                .parse(text.getBytes(StandardCharsets.UTF_8), "test.cfg")
                .getFirst();
    }
}
