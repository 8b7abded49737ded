package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads one virtual system. */
final class SystemReader {
    private static final Set<String> READ_APART =
            Set.of("VirtualHardwareSection", "OperatingSystemSection", "AnnotationSection", "BootOrderSection");
    private static final long MOST_VIDEO_KIBIBYTES = 1L << 32;

    private final XmlElement system;
    private final OvfContext context;
    private final EnvelopeReader.PackageParts parts;
    private final List<Extra> extras = new ArrayList<>();

    SystemReader(XmlElement system, OvfContext context, EnvelopeReader.PackageParts parts) {
        this.system = system;
        this.context = context;
        this.parts = parts;
    }

    Machine read(List<Extra> inherited) throws DefinitionException {
        Optional<XmlElement> hardware = hardware();
        String type = hardware.flatMap(section -> section.at("System", "VirtualSystemType"))
                .map(element -> element.text().strip())
                .orElse("");
        Platform platform = platform(type, hardware);
        String name = name(hardware);
        Machine.Builder machine = Machine.builder(name, platform);
        keepIdentity(name, type, hardware);
        List<OvfItem> items =
                hardware.isEmpty() ? List.of() : new HardwareItems(context, parts.configuration()).of(hardware.get());
        devices(items, platform, machine);
        VmwareSettings settings = new VmwareSettings(hardware, context, parts);
        settings.apply(platform, machine);
        extras.addAll(settings.extras());
        new GuestSystem(system, parts, context)
                .apply(
                        type.isEmpty()
                                ? OvfWriter.usualType(platform, machine.build().securityChip())
                                : type,
                        machine,
                        extras);
        annotation().ifPresent(machine::description);
        sections();
        if (parts.ovirt()) {
            new OvirtSystem(system, context).apply(machine);
        }
        system.child("Machine")
                .filter(element -> element.namespace().equals(OvfNamespaces.VBOX))
                .ifPresent(element -> new VirtualBoxSystem(element).apply(machine));
        extras.addAll(inherited);
        Extra usual = new Extra(
                OvfDialect.ID,
                "VirtualSystemType",
                OvfWriter.usualType(platform, machine.build().securityChip()));
        extras.remove(usual);
        return machine.extras(extras).build();
    }

    private Optional<XmlElement> hardware() {
        List<XmlElement> sections = OvfSection.of(system, "VirtualHardwareSection")
                .map(OvfSection::element)
                .toList();
        if (sections.isEmpty()) {
            context.breach(system, "the virtual system has no VirtualHardwareSection");
        } else if (sections.size() > 1) {
            context.warn(sections.get(1), "there are several VirtualHardwareSections; the first is read");
        }
        return sections.stream().findFirst();
    }

    /** The types are alternatives, best first; those that no reader here knows say nothing. */
    private Platform platform(String types, Optional<XmlElement> hardware) {
        for (String type : types.toLowerCase(Locale.ROOT).split("[\\s,;]+")) {
            if (type.startsWith("vmx-")) {
                return Platform.VMWARE;
            } else if (type.startsWith("virtualbox")) {
                return Platform.VIRTUALBOX;
            } else if (type.startsWith("hvm-")) {
                return Platform.XEN_HVM;
            } else if (type.startsWith("xen")) {
                return Platform.XEN_PV;
            } else if (type.startsWith("kvm") || type.startsWith("qemu")) {
                return Platform.KVM;
            }
        }
        if (parts.ovirt()) {
            return Platform.KVM;
        }
        context.warn(
                hardware.orElse(system),
                (types.isEmpty()
                                ? "no VirtualSystemType is said"
                                : "the VirtualSystemType '" + types + "' is not known")
                        + "; the machine is read as one of VMware");
        return Platform.VMWARE;
    }

    private String name(Optional<XmlElement> hardware) {
        return system.textOf("Name")
                .or(() -> hardware.flatMap(section -> section.at("System", "VirtualSystemIdentifier"))
                        .map(element -> element.text().strip())
                        .filter(text -> !text.isEmpty() && parts.namespace().equals(OvfNamespaces.DRAFT)))
                .or(() -> system.attribute("id").filter(id -> !id.isBlank()))
                .orElse("machine");
    }

    private void keepIdentity(String name, String type, Optional<XmlElement> hardware) {
        system.attribute("id").filter(id -> !id.equals(name) && !parts.ovirt()).ifPresent(id -> keep("id", id));
        if (!type.isEmpty()) {
            keep("VirtualSystemType", type);
        }
        hardware.flatMap(section -> section.attribute("transport"))
                .ifPresent(transport -> keep("transport", transport));
    }

    private void keep(String key, String value) {
        extras.add(new Extra(OvfDialect.ID, key, value));
    }

    private void devices(List<OvfItem> items, Platform platform, Machine.Builder machine) throws DefinitionException {
        HardwareAmounts amounts = new HardwareAmounts(context, parts, extras);
        machine.processors(amounts.processors(items)).memory(amounts.memory(items, system));
        Map<OvfItem, Disk> disks = new DriveReader(context, parts, platform).read(items);
        Map<OvfItem, Nic> nics = new LinkedHashMap<>();
        List<Console> consoles = new ArrayList<>();
        List<HostDevice> hostDevices = new ArrayList<>();
        List<Extra> kept = new ArrayList<>();
        for (OvfItem item : items) {
            switch (item.type()) {
                case OvfItem.PROCESSOR, OvfItem.MEMORY -> {
                    // Read already.
                }
                case OvfItem.ETHERNET -> nics.put(item, new NicReader(context, parts, platform).read(item));
                case OvfItem.SERIAL -> consoles.add(serial(item));
                case OvfItem.GRAPHICS -> machine.display(display(item));
                default -> {
                    if (!item.isDrive() && !item.isController() && !chip(item, machine)) {
                        hostDevice(item, hostDevices);
                        kept.add(keptItem(item, items));
                    }
                }
            }
        }
        extras.addAll(kept);
        Map<OvfItem, Disk> booted = bootOrder(disks, machine);
        machine.disks(List.copyOf(booted.values()))
                .nics(List.copyOf(nics.values()))
                .consoles(consoles)
                .hostDevices(hostDevices);
    }

    private boolean chip(OvfItem item, Machine.Builder machine) {
        boolean chip = item.subTypes().contains("vmware.vtpm");
        if (chip) {
            machine.securityChip(Optional.of(SecurityChip.TPM_2_0));
        }
        return chip;
    }

    private Console serial(OvfItem item) {
        String type = item.subTypes().stream().findFirst().orElse("");
        Console.Connection connection = switch (type) {
            case "vmware.serialport.device" -> Console.Connection.DEVICE;
            case "vmware.serialport.file" -> Console.Connection.FILE;
            case "vmware.serialport.pipe" -> Console.Connection.PIPE;
            case "vmware.serialport.uri" -> Console.Connection.TCP;
            default -> Console.Connection.NULL;
        };
        return new Console(Console.Type.SERIAL, connection, Optional.empty());
    }

    private Display display(OvfItem item) throws DefinitionException {
        OptionalLong memory = OptionalLong.empty();
        for (Extra extra : new KeptProperties(context, parts).of(item, "display:")) {
            if (extra.key().equals("display:Config:videoRamSizeInKB")) {
                long kibibytes =
                        context.number(item.element(), "videoRamSizeInKB", extra.value(), MOST_VIDEO_KIBIBYTES);
                memory = kibibytes == 0 ? memory : OptionalLong.of(kibibytes << 10);
            } else {
                extras.add(extra);
            }
        }
        return new Display(Optional.empty(), memory, List.of(), Optional.empty());
    }

    private static void hostDevice(OvfItem item, List<HostDevice> devices) {
        String type = item.subTypes().stream().findFirst().orElse("");
        if (type.startsWith("vmware.pci.passthrough")) {
            devices.add(new HostDevice("pci", item.described()));
        }
    }

    /** A reference to a controller that is numbered anew when it is written would be wrong then. */
    private Extra keptItem(OvfItem item, List<OvfItem> items) {
        String parent = item.text("Parent").orElse("");
        boolean ours = items.stream()
                .anyMatch(other -> other.id().equals(parent) && (other.isController() || other.isDrive()));
        XmlElement plain = KeptXml.plain(item.element(), parts.namespace());
        List<XmlElement> children = plain.children().stream()
                .filter(child -> !ours || !child.name().equals("Parent"))
                .toList();
        List<XmlElement.Attribute> attributes = plain.attributes().stream()
                .filter(attribute -> !attribute.name().equals("configuration"))
                .toList();
        return new Extra(
                OvfDialect.ID,
                "HardwareItem:" + item.type(),
                KeptXml.text(new XmlElement(
                        plain.namespace(), plain.name(), attributes, KeptXml.inOrder(children), plain.text(), 0)));
    }

    private Map<OvfItem, Disk> bootOrder(Map<OvfItem, Disk> disks, Machine.Builder machine) {
        Optional<XmlElement> section = OvfSection.of(system, "BootOrderSection")
                .map(OvfSection::element)
                .findFirst();
        if (section.isEmpty()) {
            return disks;
        }
        List<BootDevice> order = new ArrayList<>();
        for (String type : section.get().attribute("type").orElse("").strip().split("[\\s,]+")) {
            switch (type.toLowerCase(Locale.ROOT)) {
                case "disk" -> order.add(BootDevice.DISK);
                case "cdrom" -> order.add(BootDevice.CDROM);
                case "net", "ethernet" -> order.add(BootDevice.NETWORK);
                case "floppy" -> order.add(BootDevice.FLOPPY);
                default -> context.warn(section.get(), "the boot device '" + type + "' is not known");
            }
        }
        machine.bootOrder(order.stream().distinct().toList());
        List<String> ids =
                List.of(section.get().attribute("instanceId").orElse("").strip().split("[\\s,]+"));
        boolean any = disks.keySet().stream().anyMatch(item -> ids.contains(item.id()));
        Map<OvfItem, Disk> marked = new LinkedHashMap<>();
        disks.forEach((item, disk) -> marked.put(
                item, any ? disk.toBuilder().boot(ids.contains(item.id())).build() : disk));
        return marked;
    }

    private Optional<String> annotation() {
        return OvfSection.of(system, "AnnotationSection")
                .flatMap(section -> section.element().textOf("Annotation").stream())
                .findFirst()
                .or(() -> parts.ovirt() ? system.textOf("Description") : Optional.empty());
    }

    private void sections() {
        SectionChecks checks = new SectionChecks(context);
        checks.products(system);
        for (OvfSection section : OvfSection.all(system)) {
            checks.check(section);
            if (section.kind().equals("DiskSection") || section.kind().equals("NetworkSection")) {
                context.breach(section.element(), "a " + section.kind() + " belongs into the envelope; it is not read");
            } else if (!READ_APART.contains(section.kind())) {
                extras.add(KeptXml.extra("Section:", section, parts.namespace()));
            }
        }
    }
}
