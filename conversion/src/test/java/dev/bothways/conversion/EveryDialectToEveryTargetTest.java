package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.conversion.readers.TargetReader;
import dev.bothways.conversion.target.HardDisks;
import dev.bothways.conversion.target.Target;
import dev.bothways.conversion.target.Targets;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.hyperv.HypervDialect;
import dev.bothways.machine.dialect.yaml.YamlReader;
import dev.bothways.testing.Corpus;
import dev.bothways.testing.MadeExp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every definition of the corpus, whatever its dialect, to every target on each of its platforms: the target's definition is
 * read back, what both sides have is kept, and each item has a fate.
 */
final class EveryDialectToEveryTargetTest {
    private static final long LARGEST = 4 << 20;
    private static final long DISK_SIZE = 1L << 30;
    /** Of each dialect at least so many definitions must be read, so that a lost corpus is no success. */
    private static final Map<String, Integer> LEAST =
            Map.of("xl", 40, "xl-json", 10, "ovf", 400, "proxmox", 110, "hyperv", 1, "libvirt", 900, "vmx", 60);

    /** Where the answer is another, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "esx-in-the-wild-14.xml -> vmware (vmware): addresses",
            "the address of zeros is how VMware says that it has none");

    private static final int LEAST_FOR_KVM = 1900;
    private static final int LEAST_OF_LIBVIRT = 600;
    /** By where they are from. */
    private final Map<String, String> forKvm = new TreeMap<>();

    /** The sources that are libvirt's own, by their files. */
    private final Map<String, String> domains = new TreeMap<>();

    private int kept;

    @TempDir
    private Path folder;

    @Test
    void whatBothSidesHaveSurvives() throws IOException {
        Map<String, Integer> seen = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (Path file : definitions()) {
            byte[] content = Files.readAllBytes(file);
            Optional<Dialect> dialect = Dialects.of(content);
            if (dialect.isEmpty()) {
                continue;
            }
            List<Parsed> machines;
            try {
                machines = dialect.get().parse(content, file.getFileName().toString());
            } catch (DefinitionException refused) {
                // Whether it is right to refuse it, its dialect's own tests say.
                continue;
            }
            seen.merge(dialect.get().id(), 1, Integer::sum);
            if (dialect.get().id().equals("libvirt")) {
                domains.put(file.toString(), new String(content, StandardCharsets.UTF_8));
            }
            for (Parsed parsed : machines) {
                everywhere(
                        dialect.get().id() + " " + file + " ("
                                + parsed.machine().name() + ")",
                        parsed.machine(),
                        wrong);
            }
        }
        assertThat(wrong).as("of " + seen).isEmpty();
        LEAST.forEach((dialect, least) ->
                assertThat(seen.getOrDefault(dialect, 0)).as(dialect).isGreaterThanOrEqualTo(least));
        acceptedByLibvirt();
    }

    @Test
    void whatBothSidesHaveSurvivesFromAnExportOfWindowsServer2008() throws IOException {
        List<String> wrong = new ArrayList<>();
        Machine machine = new HypervDialect()
                .parse(MadeExp.full().bytes(), "web01.exp")
                .getFirst()
                .machine();
        everywhere("web01.exp", machine, wrong);
        assertThat(wrong).isEmpty();
    }

    /**
     * What libvirt refuses itself keeps what made it so, such as an architecture whose emulator is not installed, or a device of a
     * newer libvirt.
     */
    private void acceptedByLibvirt() throws IOException {
        assertThat(forKvm).hasSizeGreaterThan(LEAST_FOR_KVM);
        LibvirtOfQemu libvirt = new LibvirtOfQemu(folder);
        Set<String> refused = libvirt.refusals(domains).keySet();
        assertThat(domains.size() - refused.size()).isGreaterThan(LEAST_OF_LIBVIRT);
        Map<String, String> refusals = libvirt.refusals(forKvm);
        refusals.keySet().removeIf(where -> refused.stream().anyMatch(domain -> where.contains(domain + " (")));
        assertThat(refusals).isEmpty();
    }

    private static List<Path> definitions() throws IOException {
        try (Stream<Path> files = Files.walk(Corpus.folder())) {
            return files.filter(Files::isRegularFile)
                    .filter(file ->
                            !file.endsWith("reserve.bin") && !file.toString().contains("/Neg/"))
                    .filter(file -> file.toString().matches(".*\\.(cfg|xml|vmx|ovf|vbox|conf|vmcx|json|xlexample\\w*)"))
                    .filter(file -> file.toFile().length() <= LARGEST)
                    .sorted()
                    .toList();
        }
    }

    private void everywhere(String what, Machine machine, List<String> wrong) {
        for (Target target : Targets.allForms()) {
            for (Platform platform : target.platforms()) {
                String form =
                        target.bundle().map(bundle -> " as " + bundle.id()).orElse("");
                String where = what + " -> " + target.id() + form + " (" + platform.id() + ")";
                try {
                    convert(where, machine, target, platform, wrong);
                } catch (ConversionException noRoom) {
                    assertThat(noRoom.kind()).as(where).isEqualTo(ConversionException.Kind.GUEST);
                } catch (IOException | RuntimeException e) {
                    wrong.add(where + ": " + e);
                }
            }
        }
    }

    private void convert(String where, Machine source, Target target, Platform platform, List<String> wrong)
            throws IOException {
        List<Disk> hardDisks = source.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .toList();
        TargetMachine mapping = new TargetMachine.Way(
                        source,
                        where.split(" ", 2)[0],
                        where,
                        target,
                        platform,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        false)
                .end(hardDisks);
        DiskFormat format = target.usualFormat(mapping.machine());
        List<Long> sizes = hardDisks.stream().map(disk -> DISK_SIZE).toList();
        if (!target.refusals(mapping.machine(), sizes, format).isEmpty()) {
            return;
        }
        List<Target.ConvertedDisk> disks = new ArrayList<>();
        for (int i = 0; i < hardDisks.size(); i++) {
            disks.add(new Target.ConvertedDisk(
                    target.diskFile(mapping.machine(), i, format), format, DISK_SIZE, "0".repeat(64)));
        }
        Machine planned = HardDisks.withFiles(mapping.machine(), disks);
        Target.Definition definition = target.definition(planned, disks);
        keep(target, definition.files().getFirst());
        if (target.id().equals("kubevirt")) {
            acceptedByKubevirt(where, definition, wrong);
        } else if (target.id().equals("kvm")) {
            forKvm.put(where, definition.files().getFirst().text());
        }
        Machine carried = target.carried(planned, definition);
        check(where, target, planned, carried, wrong);
        List<Lost> lost = new ArrayList<>(mapping.lost());
        lost.addAll(definition.lost());
        List<PlanItem> items =
                new PlanItems(planned, target.id(), hardDisks, mapping.reasons()).compare(source, carried, lost);
        acceptedByItsReader(where, target, platform, definition.files().getFirst(), items, hardDisks, wrong);
        crossesAlone(where, source, target, target.written(planned, definition), wrong);
        for (PlanItem item : items) {
            if (item.fate() != PlanItem.Fate.KEPT && item.why().isBlank()) {
                wrong.add(where + ": " + item + " has no reason");
            }
        }
    }

    /** Nothing is refused by the target's own rules, and what the plan calls kept is what the target takes, with that value. */
    private static void acceptedByItsReader(
            String where,
            Target target,
            Platform platform,
            Target.DefinitionFile file,
            List<PlanItem> items,
            List<Disk> hardDisks,
            List<String> wrong) {
        Optional<TargetReader> reader = TargetReader.of(target, platform);
        if (reader.isEmpty()) {
            return;
        }
        Map<String, String> facts;
        try {
            facts = reader.get().read(file.text());
        } catch (TargetReader.RefusedException refused) {
            wrong.add(where + ": refused: " + refused.getMessage());
            return;
        }
        for (PlanItem item : items) {
            if (item.fate() != PlanItem.Fate.KEPT) {
                continue;
            }
            String name = numbered(item.item(), hardDisks);
            if (name.endsWith(")")) {
                if (!reader.get().takesExtra(name)) {
                    wrong.add(where + ": kept, but not read: " + item);
                }
            } else if (reader.get().whole() && !facts.containsKey(name)) {
                wrong.add(where + ": kept, but not read: " + item);
            } else if (facts.containsKey(name) && !facts.getOrDefault(name, "").equals(item.to())) {
                wrong.add(where + ": kept, but read as " + facts.getOrDefault(name, "") + ": " + item);
            }
        }
    }

    /** The item's name with the number of the disk for its name. */
    private static String numbered(String item, List<Disk> hardDisks) {
        for (int i = 0; i < hardDisks.size(); i++) {
            String disk = "disk " + hardDisks.get(i).slot().deviceName();
            if (item.equals(disk) || item.endsWith(" of " + disk)) {
                return item.substring(0, item.length() - disk.length()) + "disk " + (i + 1);
            }
        }
        return item;
    }

    /** Nothing that reaches into the source's host goes to another hypervisor. */
    private static void crossesAlone(String where, Machine source, Target target, Machine written, List<String> wrong) {
        String dialect = where.split(" ", 2)[0];
        if (HostReach.crosses(dialect, source.platform(), target.id())) {
            HostReach.of(written, HardDisks.of(written), false)
                    .items()
                    .forEach((item, found) -> wrong.add(where + ": " + item + " crosses: " + found.what()));
        }
    }

    /** For people and programs that this test does not ask: {@code -Dbothways.keep=FOLDER}. */
    private void keep(Target target, Target.DefinitionFile file) throws IOException {
        String into = System.getProperty("bothways.keep", "");
        if (!into.isEmpty()) {
            Path folder = Files.createDirectories(Path.of(into).resolve(target.id()));
            String name = file.path().substring(file.path().lastIndexOf('/') + 1);
            Files.writeString(folder.resolve("%05d-%s".formatted(kept++, name)), file.text());
        }
    }

    /** KubeVirt's published API; what was kept of another VirtualMachine is beyond it. */
    private static void acceptedByKubevirt(String where, Target.Definition definition, List<String> wrong)
            throws IOException {
        byte[] yaml = definition.files().getFirst().text().getBytes(StandardCharsets.UTF_8);
        try {
            JsonSchema.of("kubevirt.schema.json")
                    .accepts(JsonMapper.shared()
                            .readTree(YamlReader.read(yaml, where).getFirst().source()));
        } catch (AssertionError e) {
            wrong.add(where + ": " + e.getMessage());
        }
    }

    /** What every target has a word for. */
    private static void check(String where, Target target, Machine planned, Machine carried, List<String> wrong) {
        compare(where + ": memory", planned.memory().startup(), carried.memory().startup(), wrong);
        compare(
                where + ": processors",
                planned.processors().count(),
                carried.processors().count(),
                wrong);
        compare(where + ": platform", planned.platform(), carried.platform(), wrong);
        if (target.bundle().isEmpty() || planned.platform() != Platform.VIRTUALBOX) {
            compare(where + ": addresses", macs(planned), macs(carried), wrong);
        }
        boolean inArchive = target.bundle().isPresent();
        boolean numbered = target.id().equals("xenserver");
        // Proxmox and KubeVirt have one line of drives for each bus: those of further controllers move up, in order.
        boolean renumbered = target.id().equals("proxmox") || target.id().equals("kubevirt");
        compare(
                where + ": disks",
                renumbered ? media(planned) : places(planned, inArchive, numbered),
                renumbered ? media(carried) : places(carried, inArchive, numbered),
                wrong);
    }

    private static List<String> macs(Machine machine) {
        return machine.nics().stream()
                .map(nic -> nic.mac().map(Object::toString).orElse("none"))
                .toList();
    }

    /**
     * Sorted: the first disk of an xl definition is the one that pygrub reads, wherever it is attached. An XVA numbers its drives
     * and has no word for the bus, and names an image by its folder in the archive.
     */
    private static List<String> places(Machine machine, boolean inArchive, boolean numbered) {
        return HardDisks.of(machine).stream()
                .map(disk -> (numbered ? "" + disk.slot().index() : disk.slot().deviceName()) + " "
                        + disk.medium()
                                .map(medium -> inArchive
                                        ? medium.path().substring(medium.path().lastIndexOf('/') + 1)
                                        : medium.path())
                                .orElse("empty"))
                .sorted()
                .toList();
    }

    private static List<String> media(Machine machine) {
        return HardDisks.of(machine).stream()
                .map(disk -> disk.slot().bus() + " "
                        + disk.medium().map(medium -> medium.path()).orElse("empty"))
                .sorted()
                .toList();
    }

    private static void compare(String what, Object expected, Object found, List<String> wrong) {
        if (!expected.equals(found) && !EXCEPTIONS.containsKey(what.replaceAll("^.*/| \\(.*?\\)(?= ->)", ""))) {
            wrong.add(what + ": " + expected + " became " + found);
        }
    }
}
