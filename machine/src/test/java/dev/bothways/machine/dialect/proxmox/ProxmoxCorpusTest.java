package dev.bothways.machine.dialect.proxmox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Nic;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import dev.bothways.machine.dialect.Written;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What Proxmox's developers say that their definitions mean. */
final class ProxmoxCorpusTest {
    private static final String NUMBER = "8006";

    /** Where the command line says other than we do, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "q35-linux-hostpci-template.conf hardware",
            "a template is only started to be backed up, with its disks and nothing else",
            "simple1-template.conf hardware",
            "a template is only started to be backed up, with its disks and nothing else",
            "simple1-template.conf sata0",
            "Proxmox attaches a template's SATA disk as a CD, to have it read-only");

    @TestFactory
    Stream<DynamicTest> meansTheMachineThatProxmoxStarts() throws IOException {
        List<Path> definitions = definitions("cfg2cmd").stream()
                .filter(file -> Files.exists(commandOf(file)))
                .toList();
        assertThat(definitions).hasSize(48);
        return definitions.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> compare(file)));
    }

    @TestFactory
    Stream<DynamicTest> writesWhatItRead() throws IOException {
        List<Path> all = definitions("");
        assertThat(all).hasSize(115);
        return all.stream()
                .map(file ->
                        DynamicTest.dynamicTest(Corpus.folder().relativize(file).toString(), () -> again(file)));
    }

    private static void again(Path file) throws IOException {
        ProxmoxDialect dialect = new ProxmoxDialect();
        assertThat(Dialects.of(Files.readAllBytes(file))).containsInstanceOf(ProxmoxDialect.class);
        Parsed parsed = parse(file);
        Written written = dialect.write(parsed.machine(), parsed.snapshots());
        Parsed again = dialect.parse(written.text().getBytes(StandardCharsets.UTF_8), NUMBER + ".conf")
                .getFirst();
        boolean orphan = written.lost().stream().allMatch(item -> item.item().startsWith("parent"));
        assertThat(orphan).as("%s", written.lost()).isTrue();
        if (written.lost().isEmpty()) {
            assertThat(again.machine()).as(written.text()).isEqualTo(parsed.machine());
            assertThat(again.snapshots()).as(written.text()).isEqualTo(parsed.snapshots());
        }
        assertThat(dialect.write(again.machine(), again.snapshots()).text()).isEqualTo(written.text());
    }

    /** Proxmox's own answer is that of a file it has written, to the byte. */
    @TestFactory
    Stream<DynamicTest> writesWhatProxmoxWrites() throws IOException {
        List<Path> expected = new ArrayList<>(definitions("parse-config-expected"));
        expected.addAll(definitions("restore-config-expected"));
        assertThat(expected).hasSize(4);
        return expected.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Path input = Path.of(file.toString().replace("parse-config-expected", "parse-config-input"));
                    Parsed parsed = parse(input);
                    assertThat(new ProxmoxDialect()
                                    .write(parsed.machine(), parsed.snapshots())
                                    .text())
                            .isEqualTo(Files.readString(file));
                }));
    }

    @Test
    void writesUnchangedFilesByteForByte() throws IOException {
        for (String name : List.of("parse-config-input/plain.conf", "parse-config-input/regular-vm-efi.conf")) {
            Path file = Corpus.folder().resolve("qemu-server").resolve(name);
            Written written = new ProxmoxDialect().write(parse(file).machine());
            assertThat(written.text()).isEqualTo(Files.readString(file));
        }
    }

    @Test
    void putsSnapshotsAfterTheirParents() throws IOException {
        Path file = Corpus.folder().resolve("qemu-server/snapshot-input/delete/qemu-server/104.conf");
        List<Snapshot> snapshots = parse(file).snapshots();
        assertThat(snapshots).extracting(Snapshot::name).containsExactly("test", "test2", "test3");
        assertThat(snapshots)
                .extracting(snapshot -> snapshot.machine().description().orElse(""))
                .containsExactly("test comment", "test comment", "another test comment");
    }

    private static List<Path> definitions(String folder) throws IOException {
        try (Stream<Path> files =
                Files.walk(Corpus.folder().resolve("qemu-server").resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".conf"))
                    .sorted()
                    .toList();
        }
    }

    private static Path commandOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".cmd");
    }

    /** The commands are those of machine 8006. */
    private static Parsed parse(Path file) throws IOException {
        return new ProxmoxDialect()
                .parse(Files.readAllBytes(file), NUMBER + ".conf")
                .getFirst();
    }

    private static void compare(Path definition) throws IOException {
        Machine machine = parse(definition).machine();
        KvmCommand command = KvmCommand.read(commandOf(definition));
        assertThat(machine.name()).isEqualTo(command.first("name").orElseThrow().value());
        String file = definition.getFileName().toString();
        drives(file, machine, command);
        bootOrder(machine, command);
        if (!EXCEPTIONS.containsKey(file + " hardware")) {
            hardware(machine, command);
        }
    }

    private static void hardware(Machine machine, KvmCommand command) {
        assertThat(machine.uuid())
                .isEqualTo(command.first("smbios").map(option -> UUID.fromString(option.property("uuid"))));
        memory(machine, command);
        processors(machine, command);
        firmware(machine, command);
        boolean local = command.first("rtc")
                .filter(option -> option.value().contains("base=localtime"))
                .isPresent();
        assertThat(machine.clock().base()).isEqualTo(local ? Clock.Base.LOCAL_TIME : Clock.Base.UTC);
        assertThat(machine.securityChip().isPresent())
                .isEqualTo(command.first("tpmdev").isPresent());
        nics(machine, command);
        hostDevices(machine, command);
        display(machine, command);
        assertThat(machine.consoles()).hasSize((int) command.all("device").stream()
                .filter(device -> device.head().equals("isa-serial"))
                .count());
    }

    /** What is plugged in before the start counts too. */
    private static void memory(Machine machine, KvmCommand command) {
        String[] size = command.first("m").orElseThrow().value().split(",");
        long mebibytes = Long.parseLong(size[0].replace("size=", ""));
        for (KvmCommand.Option object : command.all("object")) {
            if (object.property("id").startsWith("mem-dimm")) {
                mebibytes += Long.parseLong(object.property("size").replace("M", ""));
            }
        }
        assertThat(machine.memory().startup() >> 20).isEqualTo(mebibytes);
    }

    private static void processors(Machine machine, KvmCommand command) {
        KvmCommand.Option smp = command.first("smp").orElseThrow();
        assertThat(machine.processors().count()).isEqualTo(Integer.parseInt(smp.head()));
        assertThat(machine.processors().maximum()).isEqualTo(Integer.parseInt(smp.property("maxcpus")));
        machine.processors().topology().ifPresent(topology -> {
            assertThat(Integer.toString(topology.sockets())).isEqualTo(smp.property("sockets"));
            assertThat(Integer.toString(topology.coresPerSocket())).isEqualTo(smp.property("cores"));
        });
    }

    private static void firmware(Machine machine, KvmCommand command) {
        Optional<KvmCommand.Option> code = command.all("blockdev").stream()
                .filter(option ->
                        option.value().contains("CODE") && option.value().contains("OVMF"))
                .findFirst()
                .or(() -> command.all("drive").stream()
                        .filter(option -> option.value().contains("if=pflash"))
                        .findFirst());
        assertThat(machine.firmware() instanceof Firmware.Uefi).isEqualTo(code.isPresent());
        if (machine.firmware() instanceof Firmware.Uefi uefi && uefi.variables().isPresent()) {
            String file = VolumeId.parse(uefi.variables().get()).orElseThrow().fileName();
            assertThat(command.options()).anyMatch(option -> (option.value() + ",").matches(".*/" + file + "[\",].*"));
            assertThat(uefi.secureBoot()).isEqualTo(kept(machine, "efidisk0").contains("pre-enrolled-keys=1"));
        }
    }

    private static String kept(Machine machine, String key) {
        return machine.extras().stream()
                .filter(extra -> extra.key().equals(key))
                .map(Extra::value)
                .findFirst()
                .orElse("");
    }

    private static void drives(String name, Machine machine, KvmCommand command) {
        Map<String, KvmCommand.Option> devices = command.devices();
        List<String> ids = devices.keySet().stream()
                .filter(id -> id.matches("(ide|sata|scsi|virtio)[0-9]+"))
                .sorted(Comparator.naturalOrder())
                .toList();
        assertThat(machine.disks()).hasSameSizeAs(ids);
        for (Disk disk : machine.disks()) {
            Map.Entry<String, KvmCommand.Option> device = devices.entrySet().stream()
                    .filter(entry -> ids.contains(entry.getKey()) && isAt(disk, entry.getKey(), entry.getValue()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(disk + " is not in the command"));
            boolean cdrom = device.getValue().head().matches("(ide|scsi)-cd");
            assertThat(disk.kind() == Disk.Kind.CDROM)
                    .isEqualTo(cdrom && !EXCEPTIONS.containsKey(name + " " + device.getKey()));
            medium(disk, device.getKey(), command);
        }
    }

    private static boolean isAt(Disk disk, String id, KvmCommand.Option device) {
        String bus = device.property("bus");
        int unit = disk.slot().unit();
        return switch (disk.slot().bus()) {
            case IDE ->
                id.startsWith("ide")
                        && bus.equals("ide." + disk.slot().controller())
                        && is(unit, device.property("unit"));
            case SATA -> id.startsWith("sata") && bus.equals("ahci0." + unit);
            case VIRTIO -> id.equals("virtio" + unit);
            case SCSI -> {
                // One controller a drive still counts the drive by its own number.
                boolean single = bus.equals("virtioscsi" + unit + ".0");
                String number =
                        device.property("lun") + (device.property("lun").isEmpty() ? device.property("scsi-id") : "");
                yield id.startsWith("scsi")
                        && (single || bus.equals("scsihw" + disk.slot().controller() + ".0"))
                        && is(unit, number);
            }
            case XEN, NVME, USB, FLOPPY -> false;
        };
    }

    private static boolean is(int number, String text) {
        return Integer.toString(number).equals(text);
    }

    private static void medium(Disk disk, String id, KvmCommand command) {
        Optional<KvmCommand.Option> drive = Stream.concat(
                        command.all("blockdev").stream()
                                .filter(option -> option.value().contains("\"node-name\":\"drive-" + id + "\"")),
                        command.all("drive").stream()
                                .filter(option -> option.value().contains("id=drive-" + id + ",")))
                .findFirst();
        if (disk.medium().isEmpty()) {
            assertThat(drive.map(KvmCommand.Option::value).orElse("")).doesNotContain("file=", "filename");
            return;
        }
        Medium medium = disk.medium().get();
        String file = VolumeId.parse(medium.path()).map(VolumeId::fileName).orElse(medium.path());
        String text = drive.orElseThrow().value();
        assertThat(text).containsPattern("(/|\"|=)" + Pattern.quote(file) + "[\",]");
        assertThat(text).containsAnyOf("\"driver\":\"" + medium.format() + "\"", "format=" + medium.format());
        boolean readOnly = text.contains("\"read-only\":true");
        // The disks of a template are never written to.
        boolean template = command.first("snapshot").isPresent();
        assertThat(disk.readOnly() || template).isEqualTo(readOnly);
    }

    private static void nics(Machine machine, KvmCommand command) {
        List<KvmCommand.Option> devices = command.all("device").stream()
                .filter(device -> device.properties().containsKey("netdev"))
                .toList();
        assertThat(machine.nics()).hasSameSizeAs(devices);
        for (int i = 0; i < devices.size(); i++) {
            Nic nic = machine.nics().get(i);
            assertThat(nic.mac().orElseThrow().text())
                    .isEqualToIgnoringCase(devices.get(i).property("mac"));
            String model = nic.model().orElseThrow();
            assertThat(devices.get(i).head()).isEqualTo(model.equals("virtio") ? "virtio-net-pci" : model);
        }
    }

    private static void bootOrder(Machine machine, KvmCommand command) {
        List<Map.Entry<String, KvmCommand.Option>> booted = command.devices().entrySet().stream()
                .filter(entry -> !entry.getValue().property("bootindex").isEmpty())
                .sorted(Comparator.comparingInt(
                        entry -> Integer.parseInt(entry.getValue().property("bootindex"))))
                .toList();
        if (!machine.bootOrder().isEmpty()) {
            assertThat(machine.bootOrder())
                    .isEqualTo(booted.stream()
                            .map(ProxmoxCorpusTest::classOf)
                            .distinct()
                            .toList());
        }
        List<Disk> flagged = machine.disks().stream()
                .filter(disk -> disk.boot() && disk.kind() == Disk.Kind.DISK)
                .toList();
        booted.stream()
                .filter(entry -> classOf(entry) == BootDevice.DISK)
                .findFirst()
                .ifPresent(entry -> assertThat(flagged)
                        .singleElement()
                        .matches(disk -> isAt(disk, entry.getKey(), entry.getValue())));
    }

    private static BootDevice classOf(Map.Entry<String, KvmCommand.Option> device) {
        if (device.getKey().startsWith("net")) {
            return BootDevice.NETWORK;
        }
        return device.getValue().head().endsWith("-cd") ? BootDevice.CDROM : BootDevice.DISK;
    }

    private static void hostDevices(Machine machine, KvmCommand command) {
        List<String> devices = command.all("device").stream()
                .filter(device -> device.head().equals("vfio-pci"))
                .map(device -> device.property("host").replaceFirst("\\.[0-9a-f]$", ""))
                .distinct()
                .toList();
        assertThat(machine.hostDevices())
                .extracting(HostDevice::address)
                .map(address -> (address.matches("[0-9a-f]{4}:[0-9a-f]{2}:.*") ? "" : "0000:")
                        + address.replaceFirst("\\.[0-9a-f]$", ""))
                .containsExactlyElementsOf(devices);
    }

    private static void display(Machine machine, KvmCommand command) {
        Optional<String> device = command.all("device").stream()
                .filter(option -> option.property("id").equals("vga"))
                .map(KvmCommand.Option::head)
                .findFirst();
        machine.display()
                .adapter()
                .ifPresent(adapter -> assertThat(device.orElse("none"))
                        .isEqualTo(
                                switch (adapter) {
                                    case "stdvga" -> "VGA";
                                    case "qxl" -> "qxl-vga";
                                    default -> adapter;
                                }));
    }
}
