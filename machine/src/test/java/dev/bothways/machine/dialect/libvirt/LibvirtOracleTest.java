package dev.bothways.machine.dialect.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libvirt's own schema and its parser, through a hypervisor that does nothing, say what they make of what we write. */
final class LibvirtOracleTest {
    private static final int MACHINES = 60;
    private static final String TEST_HYPERVISOR = "test:///default";

    @TempDir
    private Path folder;

    @Test
    void itsSchemaAcceptsWhatWeWrite() throws IOException {
        Oracle validate = Oracle.require("virt-xml-validate");
        Seed seed = Seed.of(41_207);
        for (Machine machine : machines(seed.random())) {
            String text = new LibvirtDialect().write(machine).text();
            Path file = Files.writeString(folder.resolve("domain.xml"), text);
            Oracle.Result result = validate.run(file.toString(), "domain");
            assertThat(result.exitCode())
                    .as("%s: %s%n%s", seed, result.output(), text)
                    .isZero();
        }
    }

    @Test
    void itsParserReadsTheSameMachineAsWeDo() throws IOException {
        Oracle virsh = Oracle.require("virsh");
        Seed seed = Seed.of(88_013);
        List<Machine> machines = machines(seed.random());
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < machines.size(); i++) {
            Path file = folder.resolve(i + ".xml");
            Files.writeString(
                    file, asTest(new LibvirtDialect().write(machines.get(i)).text()));
            commands.append("define ")
                    .append(file)
                    .append("; echo BEGIN; dumpxml --inactive ")
                    .append(machines.get(i).uuid().orElseThrow())
                    .append("; echo END; ");
        }
        String output = virsh.run("-q", "-c", TEST_HYPERVISOR, commands.toString())
                .orFail()
                .output();
        String[] dumps = output.split("BEGIN");
        for (int i = 0; i < machines.size(); i++) {
            String dump = dumps[i + 1].substring(0, dumps[i + 1].indexOf("END"));
            String type = machines.get(i).platform() == Platform.KVM ? "kvm" : "xen";
            Machine again = new LibvirtDialect()
                    .parse(
                            dump.replace("<domain type='test'", "<domain type='" + type + "'")
                                    .getBytes(StandardCharsets.UTF_8),
                            "dump.xml")
                    .getFirst()
                    .machine();
            assertThat(plain(again)).as("%s: %s", seed, dump).isEqualTo(plain(machines.get(i)));
        }
    }

    /** The driver takes domains of its own type only. */
    private static String asTest(String domain) {
        return domain.replaceFirst("<domain type=\"\\w+\"", "<domain type=\"test\"");
    }

    /** The machine without what the parser adds. */
    private static Machine plain(Machine machine) {
        return machine.toBuilder()
                .extras(List.of())
                .disks(machine.disks().stream()
                        .map(disk -> disk.toBuilder().extras(List.of()).build())
                        .toList())
                .nics(machine.nics().stream()
                        .map(nic -> nic.toBuilder().extras(List.of()).build())
                        .toList())
                .build();
    }

    private static List<Machine> machines(Random random) {
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < MACHINES; i++) {
            Platform platform = List.of(Platform.KVM, Platform.KVM, Platform.XEN_HVM, Platform.XEN_PV)
                    .get(i % 4);
            machines.add(machine(random, platform, i));
        }
        return machines;
    }

    private static Machine machine(Random random, Platform platform, int number) {
        boolean kvm = platform == Platform.KVM;
        int processors = 1 + random.nextInt(8);
        Firmware firmware = firmware(random, platform);
        long memory = (64L + random.nextInt(1000)) << 20;
        Machine.Builder machine = Machine.builder("m" + number + hostile(random), platform)
                .uuid(new UUID(random.nextLong(), random.nextLong()))
                .description("d" + hostile(random) + "\n e")
                .processors(new Processors(
                        1 + random.nextInt(processors),
                        processors,
                        random.nextBoolean()
                                ? Optional.of(new Processors.Topology(processors, 1, 1))
                                : Optional.empty(),
                        random.nextBoolean() ? OptionalInt.of(10 + random.nextInt(400)) : OptionalInt.empty(),
                        random.nextBoolean() ? OptionalInt.of(1 + random.nextInt(1000)) : OptionalInt.empty(),
                        kvm && random.nextBoolean()))
                .memory(new Memory(memory, memory, memory + ((long) random.nextInt(3) << 20)))
                .firmware(firmware)
                .disks(booted(disks(random, platform), firmware, platform))
                .nics(nics(random, kvm))
                .clock(new Clock(
                        random.nextBoolean() ? Clock.Base.UTC : Clock.Base.LOCAL_TIME, random.nextInt(3) * 60L))
                .guestOs(List.of("debian12", "win10", "ubuntu20.04").get(random.nextInt(3)));
        if (platform == Platform.XEN_PV) {
            return machine.consoles(List.of(Console.pty(Console.Type.XEN))).build();
        }
        return machine.bootOrder(List.of(BootDevice.NETWORK, BootDevice.DISK, BootDevice.CDROM))
                .consoles(List.of(
                        Console.pty(Console.Type.SERIAL),
                        new Console(Console.Type.SERIAL, Console.Connection.TELNET, Optional.of("h:12,server,nowait")),
                        new Console(Console.Type.SERIAL, Console.Connection.FILE, Optional.of("/f" + hostile(random)))))
                .display(new Display(
                        Optional.of("cirrus"),
                        OptionalLong.of(16L << 20),
                        List.of(new Display.Viewer(
                                Display.Protocol.VNC,
                                Optional.of("127.0.0.1"),
                                OptionalInt.of(5900 + random.nextInt(9)))),
                        Optional.of("de")))
                .securityChip(kvm ? Optional.of(SecurityChip.TPM_2_0) : Optional.empty())
                .hostDevices(List.of(new HostDevice("pci", "0000:0%d:1f.7".formatted(number % 10))))
                .build();
    }

    private static Firmware firmware(Random random, Platform platform) {
        if (platform == Platform.XEN_PV) {
            return new Firmware.HostBootLoader(
                    "pygrub", List.of("-q"), Optional.empty(), Optional.empty(), "root=" + hostile(random));
        }
        return switch (random.nextInt(platform == Platform.KVM ? 4 : 3)) {
            case 0 -> new Firmware.DirectKernel("/k" + hostile(random), Optional.of("/i"), "a b");
            case 1 -> new Firmware.Uefi(false);
            case 2 -> new Firmware.Bios();
            default -> new Firmware.Uefi(true);
        };
    }

    private static List<Disk> disks(Random random, Platform platform) {
        List<Bus> buses = platform == Platform.KVM
                ? List.of(Bus.VIRTIO, Bus.SCSI, Bus.SATA, Bus.IDE, Bus.USB)
                : platform == Platform.XEN_PV ? List.of(Bus.XEN) : List.of(Bus.XEN, Bus.IDE);
        List<Disk> disks = new ArrayList<>();
        for (Bus bus : buses) {
            for (int i = 0; i < random.nextInt(3); i++) {
                boolean cdrom = bus != Bus.XEN && bus != Bus.VIRTIO && random.nextInt(3) == 0;
                Disk.Builder disk = Disk.builder(cdrom ? Disk.Kind.CDROM : Disk.Kind.DISK, Slot.ofIndex(bus, i))
                        .readOnly(cdrom || random.nextInt(4) == 0)
                        .adapter(bus == Bus.SCSI ? Optional.of("virtio-scsi") : Optional.empty());
                if (!cdrom || random.nextBoolean()) {
                    disk.medium(
                            "/d/" + i + hostile(random), List.of("raw", "qcow2").get(random.nextInt(2)));
                }
                disks.add(disk.build());
            }
        }
        return disks;
    }

    /** The drives that libvirt boots from where it is not told single ones. */
    private static List<Disk> booted(List<Disk> disks, Firmware firmware, Platform platform) {
        List<Disk> booted = new ArrayList<>(disks);
        List<Disk.Kind> kinds = new ArrayList<>();
        if (!(firmware instanceof Firmware.DirectKernel)) {
            kinds.add(Disk.Kind.DISK);
        }
        if (platform != Platform.XEN_PV) {
            kinds.add(Disk.Kind.CDROM);
        }
        for (Disk.Kind kind : kinds) {
            disks.stream()
                    .filter(disk -> disk.kind() == kind)
                    .findFirst()
                    .ifPresent(first -> booted.set(
                            disks.indexOf(first), first.toBuilder().boot(true).build()));
        }
        return booted;
    }

    private static List<Nic> nics(Random random, boolean kvm) {
        List<Nic> nics = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            Nic.Builder nic = Nic.builder()
                    .mac(MacAddress.parse("52:54:00:00:00:0" + i).orElseThrow())
                    .model(kvm ? "virtio" : "e1000");
            if (random.nextBoolean()) {
                nic.network(random.nextBoolean() ? "br0" : "Net & more");
            }
            nics.add(nic.build());
        }
        return nics;
    }

    private static String hostile(Random random) {
        String alphabet = "a\"'\\,;=#$`é\u202e [](){}|%x0<>&";
        StringBuilder text = new StringBuilder("_");
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.append('_').toString();
    }
}
