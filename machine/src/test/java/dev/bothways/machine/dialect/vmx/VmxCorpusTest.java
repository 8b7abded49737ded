package dev.bothways.machine.dialect.vmx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xl.DomainXml;
import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;

/** What libvirt's and virt-v2v's developers say that a {@code .vmx} means. */
final class VmxCorpusTest {
    private static final String CLIENT =
            "the guest sees a drive that a client may fill; libvirt leaves such drives out, here it is an empty drive";
    private static final String LIMIT =
            "sched.mem.max is what the host gives of memory that the guest sees whole; libvirt calls it the present memory";
    private static final String NO_ADDRESS =
            "an address of zeros is none: the switch's vendor keeps the real one elsewhere";
    private static final String PASSED = "a device of the host passed through: a host device here, a disk for libvirt";

    private static final String ONLY_IDE = "virt-v2v looks for CDs on IDE alone";

    /** Where the peers' answer is not ours, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.ofEntries(
            Map.entry("esx-in-the-wild-1.vmx hda", CLIENT),
            Map.entry("esx-in-the-wild-4.vmx hda", CLIENT),
            Map.entry("esx-in-the-wild-5.vmx hdc", CLIENT),
            Map.entry("esx-in-the-wild-6.vmx fda", CLIENT),
            Map.entry("esx-in-the-wild-7.vmx fda", CLIENT),
            Map.entry("esx-in-the-wild-7.vmx hdc", CLIENT),
            Map.entry("esx-in-the-wild-7.vmx sdb", PASSED),
            Map.entry("esx-in-the-wild-9.vmx sda", CLIENT),
            Map.entry("esx-in-the-wild-10.vmx sdb", CLIENT),
            Map.entry("esx-in-the-wild-14.vmx address", NO_ADDRESS),
            Map.entry("esx-in-the-wild-14.vmx hda", CLIENT),
            Map.entry("cdrom-scsi-passthru.vmx sda", PASSED),
            Map.entry("ethernet-mac-type.vmx limit", LIMIT),
            Map.entry("test-i-vmx-2.vmx sda", ONLY_IDE),
            Map.entry("test-i-vmx-6.vmx sda", CLIENT));

    /** Refused by libvirt's test because its made-up server has no such datastore; nothing is looked for here. */
    private static final List<String> WITHOUT_XML =
            List.of("harddisk-ide-file-missing-datastore.vmx", "harddisk-scsi-file-missing-file.vmx");

    /** VMware's step of memory, 4 MiB. */
    private static final long STEP = 4096;

    private static final Pattern DISK_LINE = Pattern.compile("\\t\\d+ \\[(\\w+)]");
    private static final Pattern NIC_LINE = Pattern.compile("\\tNetwork \"(.*)\" mac: ([0-9a-f:]+)(?: \\[(\\w+)])?.*");

    @TestFactory
    Stream<DynamicTest> meansWhatLibvirtSaysItMeans() throws IOException {
        List<Path> files = Stream.concat(list("libvirt/vmx2xmldata").stream(), list("libvirt/xml2vmxdata").stream())
                .toList();
        List<Path> pairs =
                files.stream().filter(file -> Files.exists(xmlOf(file))).toList();
        assertThat(pairs).hasSize(68);
        assertThat(files.stream().filter(file -> !pairs.contains(file)).map(VmxCorpusTest::name))
                .containsExactlyInAnyOrderElementsOf(WITHOUT_XML);
        return pairs.stream().map(file -> DynamicTest.dynamicTest(name(file), () -> compare(file)));
    }

    @TestFactory
    Stream<DynamicTest> meansWhatVirtV2vSaysItMeans() throws IOException {
        List<Path> files = list("virt-v2v/tests");
        assertThat(files).hasSize(5);
        return files.stream().map(file -> DynamicTest.dynamicTest(name(file), () -> compareWithVirtV2v(file)));
    }

    @TestFactory
    Stream<DynamicTest> writesWhatItRead() throws IOException {
        List<Path> files = Stream.of("libvirt/vmx2xmldata", "libvirt/xml2vmxdata", "virt-v2v/tests")
                .flatMap(folder -> list(folder).stream())
                .toList();
        assertThat(files).hasSize(75);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(name(file), () -> {
                    Machine machine = parse(file).machine();
                    Written written = new VmxDialect().write(machine);
                    Parsed again = new VmxDialect()
                            .parse(written.text().getBytes(StandardCharsets.UTF_8), "again.vmx")
                            .getFirst();
                    assertThat(sorted(again.machine())).as(written.text()).isEqualTo(sorted(machine));
                    assertThat(written.lost()).isEmpty();
                    assertThat(new VmxDialect().write(again.machine()).text()).isEqualTo(written.text());
                }));
    }

    /** The order of extras is that of the file, and a written file has its own. */
    private static Machine sorted(Machine machine) {
        return machine.toBuilder()
                .extras(machine.extras().stream()
                        .sorted((a, b) -> a.key().compareToIgnoreCase(b.key()))
                        .toList())
                .disks(machine.disks().stream()
                        .map(disk -> disk.toBuilder()
                                .extras(disk.extras().stream()
                                        .sorted((a, b) -> a.key().compareToIgnoreCase(b.key()))
                                        .toList())
                                .build())
                        .toList())
                .nics(machine.nics().stream()
                        .map(nic -> nic.toBuilder()
                                .extras(nic.extras().stream()
                                        .sorted((a, b) -> a.key().compareToIgnoreCase(b.key()))
                                        .toList())
                                .build())
                        .toList())
                .build();
    }

    private static List<Path> list(String folder) {
        try (Stream<Path> files = Files.list(Corpus.folder().resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".vmx"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static Path xmlOf(Path file) {
        return file.resolveSibling(name(file).replace(".vmx", ".xml"));
    }

    private static Parsed parse(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        assertThat(new VmxDialect().recognizes(content)).isTrue();
        return new VmxDialect().parse(content, name(file)).getFirst();
    }

    private static boolean excepted(Path file, String item) {
        return EXCEPTIONS.containsKey(name(file).replace("xml2vmx-", "") + " " + item);
    }

    private static void compare(Path file) throws Exception {
        Machine machine = parse(file).machine();
        Element domain = DomainXml.read(xmlOf(file));
        assertThat(machine.name()).isEqualTo(DomainXml.text(domain, "name").orElseThrow());
        assertThat(machine.description()).isEqualTo(DomainXml.text(domain, "description"));
        machine.uuid()
                .ifPresent(uuid -> assertThat(uuid.toString())
                        .isEqualTo(DomainXml.text(domain, "uuid").orElseThrow()));
        assertThat(machine.memory().maximum() >> 10).isEqualTo(Math.ceilDiv(kibibytes(domain, "memory"), STEP) * STEP);
        if (!excepted(file, "limit")) {
            assertThat(machine.memory().startup() >> 10)
                    .isEqualTo(DomainXml.text(domain, "currentMemory")
                            .map(Long::parseLong)
                            .orElse(kibibytes(domain, "memory")));
        }
        processors(machine.processors(), domain);
        firmware(machine, domain);
        Element devices = DomainXml.child(domain, "devices")
                .orElseGet(() -> domain.getOwnerDocument().createElement("devices"));
        drives(file, machine, devices);
        nics(file, machine, DomainXml.children(devices, "interface"));
        ports(machine, DomainXml.children(devices, "serial"));
        Optional<Long> video = DomainXml.child(devices, "video")
                .flatMap(element -> DomainXml.child(element, "model"))
                .map(model -> Long.valueOf(model.getAttribute("vram")));
        if (machine.display().videoMemory().isPresent() && video.isPresent()) {
            assertThat(machine.display().videoMemory().getAsLong() >> 10).isEqualTo(video.get());
        }
    }

    private static long kibibytes(Element domain, String item) {
        return Long.parseLong(DomainXml.text(domain, item).orElseThrow());
    }

    private static void processors(Processors ours, Element domain) {
        assertThat(ours.count())
                .isEqualTo(Integer.parseInt(DomainXml.text(domain, "vcpu").orElse("1")));
        Optional<Element> topology = DomainXml.child(domain, "cpu").flatMap(cpu -> DomainXml.child(cpu, "topology"));
        assertThat(ours.topology().map(ourTopology -> ourTopology.coresPerSocket() + "/" + ourTopology.sockets()))
                .isEqualTo(topology.map(their -> their.getAttribute("cores") + "/" + their.getAttribute("sockets")));
        Optional<Integer> shares = DomainXml.child(domain, "cputune")
                .flatMap(tune -> DomainXml.text(tune, "shares"))
                .map(Integer::valueOf);
        if (shares.isPresent()) {
            assertThat(VmxWords.weight(shares.get().toString(), ours.count())).contains(ours.weight());
        } else {
            assertThat(ours.weight()).isEmpty();
        }
    }

    private static void firmware(Machine machine, Element domain) {
        assertThat(machine.platform()).isEqualTo(Platform.VMWARE);
        Element os = DomainXml.child(domain, "os").orElseThrow();
        boolean uefi = os.getAttribute("firmware").equals("efi");
        assertThat(machine.firmware() instanceof Firmware.Uefi).isEqualTo(uefi);
        if (machine.firmware() instanceof Firmware.Uefi ours) {
            boolean secure = DomainXml.child(os, "firmware").stream()
                    .flatMap(element -> DomainXml.children(element, "feature").stream())
                    .anyMatch(feature -> feature.getAttribute("name").equals("secure-boot")
                            && feature.getAttribute("enabled").equals("yes"));
            assertThat(ours.secureBoot()).isEqualTo(secure);
        }
    }

    private static void drives(Path file, Machine machine, Element devices) {
        Map<Slot, Element> theirs = DomainXml.children(devices, "disk").stream()
                .filter(disk -> !excepted(file, place(disk).deviceName()))
                .collect(Collectors.toMap(VmxCorpusTest::place, disk -> disk));
        List<Disk> ours = machine.disks().stream()
                .filter(disk -> !excepted(file, disk.slot().deviceName()))
                .toList();
        assertThat(ours).extracting(Disk::slot).containsExactlyInAnyOrderElementsOf(theirs.keySet());
        for (Disk disk : ours) {
            Element their = Optional.ofNullable(theirs.get(disk.slot())).orElseThrow();
            String device = their.getAttribute("device").replace("lun", "cdrom");
            assertThat(disk.kind().id()).isEqualTo(device);
            if (DomainXml.child(their, "address").isPresent() && !name(file).startsWith("xml2vmx-")) {
                assertThat(disk.readOnly())
                        .isEqualTo(DomainXml.child(their, "readonly").isPresent());
            }
            Optional<Element> source = DomainXml.child(their, "source");
            assertThat(disk.medium().map(Medium::path).map(VmxCorpusTest::leaf))
                    .isEqualTo(source.map(element -> leaf(element.getAttribute("file") + element.getAttribute("dev"))));
            if (disk.slot().bus() == Bus.SCSI) {
                String model = DomainXml.children(devices, "controller").stream()
                        .filter(controller -> controller.getAttribute("type").equals("scsi")
                                && controller
                                        .getAttribute("index")
                                        .equals("" + disk.slot().controller()))
                        .map(controller -> controller.getAttribute("model").replace("vmpvscsi", "pvscsi"))
                        .collect(Collectors.joining());
                model = model.isEmpty()
                        ? DomainXml.child(their, "driver")
                                .map(driver -> driver.getAttribute("name").replace("vmpvscsi", "pvscsi"))
                                .orElse("")
                        : model;
                assertThat(disk.adapter()).contains(model.isEmpty() ? "buslogic" : model);
            }
        }
    }

    private static Slot place(Element disk) {
        Element target = DomainXml.child(disk, "target").orElseThrow();
        Optional<Element> address = DomainXml.child(disk, "address");
        if (address.isEmpty()) {
            int letter = target.getAttribute("dev")
                    .substring(2)
                    .chars()
                    .reduce(-1, (index, c) -> (index + 1) * 26 + c - 'a');
            return switch (target.getAttribute("bus")) {
                case "ide" -> Slot.ofIndex(Bus.IDE, letter);
                case "fdc" -> Slot.of(Bus.FLOPPY, 0, letter);
                // The adapter itself is number 7 of 16.
                default -> Slot.of(Bus.SCSI, letter / 15, letter % 15 + (letter % 15 < 7 ? 0 : 1));
            };
        }
        int controller = Integer.parseInt(address.get().getAttribute("controller"));
        int bus = Integer.parseInt(address.get().getAttribute("bus"));
        int unit = Integer.parseInt(address.get().getAttribute("unit"));
        return switch (target.getAttribute("bus")) {
            case "ide" -> Slot.of(Bus.IDE, bus, unit);
            case "sata" -> Slot.of(Bus.SATA, controller, unit);
            case "fdc" -> Slot.of(Bus.FLOPPY, 0, unit);
            default -> Slot.of(Bus.SCSI, controller, unit);
        };
    }

    private static String leaf(String path) {
        return path.replaceAll("^.*[/\\\\]|^\\[.*] ?", "");
    }

    private static void nics(Path file, Machine machine, List<Element> interfaces) {
        assertThat(machine.nics()).hasSameSizeAs(interfaces);
        for (int i = 0; i < interfaces.size(); i++) {
            Nic ours = machine.nics().get(i);
            Element theirs = interfaces.get(i);
            if (!excepted(file, "address")) {
                assertThat(ours.mac().map(MacAddress::text))
                        .isEqualTo(DomainXml.child(theirs, "mac")
                                .map(element -> element.getAttribute("address").toLowerCase(Locale.ROOT)));
            }
            assertThat(ours.network())
                    .isEqualTo(DomainXml.child(theirs, "source")
                            .map(element -> element.getAttribute("bridge") + element.getAttribute("network"))
                            .filter(network -> !network.isEmpty()));
            assertThat(ours.model())
                    .isEqualTo(DomainXml.child(theirs, "model")
                            .map(element -> element.getAttribute("type").replace("vlance", "pcnet")));
        }
    }

    private static void ports(Machine machine, List<Element> serials) {
        assertThat(machine.consoles()).hasSameSizeAs(serials);
        for (int i = 0; i < serials.size(); i++) {
            Console ours = machine.consoles().get(i);
            Element source = DomainXml.child(serials.get(i), "source").orElseThrow();
            switch (serials.get(i).getAttribute("type")) {
                case "file" -> {
                    assertThat(ours.connection()).isEqualTo(Console.Connection.FILE);
                    assertThat(ours.target().map(VmxCorpusTest::leaf)).contains(leaf(source.getAttribute("path")));
                }
                case "tcp" -> {
                    String server = source.getAttribute("mode").equals("bind") ? ",server" : "";
                    assertThat(ours.connection()).isEqualTo(Console.Connection.TCP);
                    assertThat(ours.target())
                            .contains(source.getAttribute("host") + ":" + source.getAttribute("service") + server);
                }
                default -> throw new AssertionError("a new sort of port: " + serials.get(i));
            }
        }
    }

    private static void compareWithVirtV2v(Path file) throws IOException {
        Machine machine = parse(file).machine();
        List<String> expected =
                Files.readAllLines(file.resolveSibling(name(file).replace(".vmx", ".expected")));
        assertThat(machine.name()).isEqualTo(value(expected, "source name"));
        assertThat(machine.memory().startup() + " (bytes)").isEqualTo(value(expected, "memory"));
        assertThat(Integer.toString(machine.processors().count())).isEqualTo(value(expected, "nr vCPUs"));
        assertThat(machine.firmware() instanceof Firmware.Uefi ? "uefi" : "bios")
                .isEqualTo(value(expected, "firmware"));
        assertThat(machine.disks().stream()
                        .filter(disk -> disk.kind() == Disk.Kind.DISK)
                        .map(disk -> disk.slot().bus().id()))
                .containsExactlyElementsOf(matching(expected, DISK_LINE));
        List<String> cards = new ArrayList<>();
        for (Nic nic : machine.nics()) {
            cards.add("\tNetwork \"" + nic.network().orElse("") + "\" mac: "
                    + nic.mac().map(MacAddress::text).orElse("") + " ["
                    + nic.model().orElse("") + "]");
        }
        assertThat(cards)
                .containsExactlyElementsOf(expected.stream()
                        .filter(line -> NIC_LINE.matcher(line).matches())
                        .toList());
        long drives = machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.CDROM)
                .filter(disk -> !excepted(file, disk.slot().deviceName()))
                .count();
        assertThat(drives)
                .isEqualTo(expected.stream()
                        .filter(line -> line.startsWith("\tCD-ROM"))
                        .count());
    }

    private static String value(List<String> lines, String item) {
        return lines.stream()
                .filter(line -> line.strip().startsWith(item + ":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> matching(List<String> lines, Pattern pattern) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1))
                .toList();
    }
}
