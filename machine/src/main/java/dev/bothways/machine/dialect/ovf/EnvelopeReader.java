package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.Configuration;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.DiskEntry;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.FileReference;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what an envelope says for all its machines, and then each machine. */
final class EnvelopeReader {
    private static final int MOST_MACHINES = 1000;
    private static final Set<String> OF_THE_ENVELOPE =
            Set.of("DiskSection", "NetworkSection", "DeploymentOptionSection");

    private final XmlElement root;
    private final OvfContext context;
    private final Optional<String> asked;
    private final List<Extra> shared = new ArrayList<>();

    EnvelopeReader(XmlElement root, OvfContext context, Optional<String> asked) {
        this.root = root;
        this.context = context;
        this.asked = asked;
    }

    OvfEnvelope read() throws DefinitionException {
        if (!root.name().equals("Envelope") || !OvfNamespaces.ENVELOPES.contains(root.namespace())) {
            throw context.error("is no OVF envelope: its root is " + root.name() + " of '" + root.namespace() + "'");
        }
        Optional<String> version = version();
        List<FileReference> files = new ReferenceReader(context).files(root);
        List<DiskEntry> disks = new ReferenceReader(context).disks(root, files);
        Set<String> networks = networks();
        List<Configuration> configurations = configurations();
        Optional<String> configuration = chosen(configurations);
        sections();
        strings(files);
        PackageParts parts = new PackageParts(root.namespace(), files, disks, networks, interfaces(), configuration);
        List<Machine> machines = new ArrayList<>();
        systems(root, 0, machines, parts, new ArrayList<>(shared));
        if (machines.isEmpty()) {
            throw context.error("describes no virtual system");
        }
        List<String> warnings = context.warnings();
        return new OvfEnvelope(
                version,
                files,
                disks,
                configurations,
                machines.stream().map(machine -> new Parsed(machine, warnings)).toList(),
                warnings);
    }

    private Optional<String> version() {
        Optional<String> version = root.attribute("version");
        boolean draft = root.namespace().equals(OvfNamespaces.DRAFT);
        if (draft && version.isEmpty()) {
            context.breach(root, "says no version, as an envelope of OVF 0.9 must");
        } else if (!version.orElse("1").matches("[012](\\..*)?")
                || (draft && !version.orElse("").startsWith("0."))) {
            context.breach(
                    root, "says that it is of version '" + version.orElse("") + "', which its namespace is not of");
        }
        return version;
    }

    private Set<String> networks() {
        Set<String> names = new TreeSet<>();
        OvfSection.of(root, "NetworkSection")
                .forEach(section -> section.element().children("Network").forEach(network -> {
                    Optional<String> name = network.attribute("name");
                    if (name.isEmpty()) {
                        context.breach(network, "a Network has no name");
                    } else if (!names.add(name.get())) {
                        context.breach(network, "there are two networks called '" + name.get() + "'");
                    }
                }));
        return names;
    }

    /** What oVirt says of how its disks are attached, by their ids. */
    private Map<String, String> interfaces() {
        Map<String, String> interfaces = new HashMap<>();
        OvfSection.of(root, "DiskSection")
                .forEach(section -> section.element()
                        .children("Disk")
                        .forEach(disk -> disk.attribute("disk-interface")
                                .ifPresent(kind ->
                                        interfaces.put(disk.attribute("diskId").orElse(""), kind))));
        return interfaces;
    }

    private List<Configuration> configurations() {
        List<Configuration> found = new ArrayList<>();
        OvfSection.of(root, "DeploymentOptionSection")
                .forEach(section -> section.element().children("Configuration").forEach(configuration -> {
                    String id = configuration.attribute("id").orElse("");
                    if (id.isEmpty()
                            || found.stream().anyMatch(other -> other.id().equals(id))) {
                        context.breach(configuration, "a Configuration has no id of its own and cannot be chosen");
                    } else {
                        found.add(new Configuration(
                                id,
                                configuration.textOf("Label").orElse(""),
                                configuration
                                        .attribute("default")
                                        .filter("true"::equals)
                                        .isPresent()));
                    }
                }));
        return found;
    }

    /** The configuration that is read. Without a usual one it is the first (DSP0243, 9.8). */
    private Optional<String> chosen(List<Configuration> configurations) throws DefinitionException {
        if (asked.isPresent()
                && configurations.stream().noneMatch(one -> one.id().equals(asked.get()))) {
            throw context.error("has no configuration '" + asked.get() + "'; it has "
                    + (configurations.isEmpty() ? "none" : listed(configurations)));
        }
        Optional<String> chosen = asked.or(() -> configurations.stream()
                .filter(Configuration::usual)
                .findFirst()
                .or(() -> configurations.stream().findFirst())
                .map(Configuration::id));
        if (configurations.size() > 1 && asked.isEmpty()) {
            context.warn(
                    root,
                    "of the configurations " + listed(configurations) + " it is read as '" + chosen.orElse("") + "'");
        }
        return chosen;
    }

    private static String listed(List<Configuration> configurations) {
        return String.join(
                ", ", configurations.stream().map(one -> "'" + one.id() + "'").toList());
    }

    private void strings(List<FileReference> files) {
        root.children("Strings").forEach(strings -> {
            Optional<String> file = strings.attribute("fileRef");
            if (file.isPresent() && files.stream().noneMatch(one -> one.id().equals(file.get()))) {
                context.breach(strings, "the translations lie in the file '" + file.get() + "', which is not listed");
            }
        });
    }

    private void sections() {
        for (OvfSection section : OvfSection.all(root)) {
            if (section.kind().equals("VirtualHardwareSection")) {
                context.breach(
                        section.element(), "a VirtualHardwareSection belongs into a virtual system; it is not read");
            } else if (!OF_THE_ENVELOPE.contains(section.kind())
                    && !section.kind().startsWith("VirtualSystem")) {
                new SectionChecks(context).check(section);
                shared.add(KeptXml.extra("EnvelopeSection:", section, root.namespace()));
            }
        }
    }

    /** Collects the virtual systems of an element, those of collections in it included. */
    private void systems(
            XmlElement parent, int depth, List<Machine> machines, PackageParts parts, List<Extra> inherited)
            throws DefinitionException {
        Set<String> ids = new HashSet<>();
        for (OvfSection section : OvfSection.all(parent)) {
            boolean collection = section.kind().equals("VirtualSystemCollection");
            if (!collection && !section.kind().equals("VirtualSystem")) {
                continue;
            }
            String id = section.element().attribute("id").orElse("");
            if (id.isEmpty()) {
                context.breachOfDraft(section.element(), "the " + section.kind() + " has no id");
            } else if (!ids.add(id)) {
                context.breach(section.element(), "there is another " + section.kind() + " with the id '" + id + "'");
            }
            requireInfo(section);
            if (collection) {
                systems(section.element(), depth + 1, machines, parts, collected(section, inherited));
            } else if (machines.size() < MOST_MACHINES) {
                machines.add(new SystemReader(section.element(), context, parts).read(inherited));
            } else {
                throw context.error("describes more than " + MOST_MACHINES + " machines");
            }
        }
        if (depth == 0 && ids.size() > 1) {
            context.breach(parent, "there are several virtual systems outside of a collection");
        }
    }

    private List<Extra> collected(OvfSection collection, List<Extra> inherited) {
        List<Extra> all = new ArrayList<>(inherited);
        for (OvfSection section : OvfSection.all(collection.element())) {
            if (!section.kind().startsWith("VirtualSystem")) {
                new SectionChecks(context).check(section);
                all.add(KeptXml.extra("CollectionSection:", section, root.namespace()));
            }
        }
        return all;
    }

    private void requireInfo(OvfSection section) {
        if (section.element().child("Info").isEmpty()) {
            context.warn(section.element(), "the " + section.kind() + " has no Info");
        }
    }

    /**
     * What machines take from the package.
     *
     * @param namespace the envelope's
     * @param interfaces how disks are attached, by id, where that is said of the disk and not by a controller
     * @param configuration the one that is read
     */
    record PackageParts(
            String namespace,
            List<FileReference> files,
            List<DiskEntry> disks,
            Set<String> networks,
            Map<String, String> interfaces,
            Optional<String> configuration) {

        Optional<FileReference> file(String id) {
            return files.stream().filter(file -> file.id().equals(id)).findFirst();
        }

        Optional<DiskEntry> disk(String id) {
            return disks.stream().filter(disk -> disk.id().equals(id)).findFirst();
        }

        boolean ovirt() {
            return namespace.equals(OvfNamespaces.OVIRT);
        }
    }
}
