package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is kept of another product's envelope. An importer refuses a package that requires what it does not understand (DSP0243 1.1.1,
 * 8.1 and 9.1), so what the importer of the machine's platform does not know becomes optional.
 */
final class Foreign {
    private static final Set<String> STANDARD = Set.of(
            "ProductSection",
            "EulaSection",
            "AnnotationSection",
            "StartupSection",
            "InstallSection",
            "ResourceAllocationSection");

    /** Resource types of CIM that importers know; VirtualBox' reader skips others only where they are optional. */
    private static final Set<String> OF_VIRTUALBOX =
            Set.of("3", "4", "5", "6", "10", "14", "15", "17", "20", "23", "35");

    private static final Set<String> OF_VMWARE =
            Set.of("1", "3", "4", "5", "6", "10", "14", "15", "16", "17", "20", "21", "22", "23", "24", "35");

    private static final String OTHER_STORAGE = String.valueOf(OvfItem.OTHER_STORAGE);

    private final boolean vmware;

    private Foreign(Platform platform) {
        this.vmware = platform == Platform.VMWARE;
    }

    /** The machine as the importer of its platform can take it. */
    static Machine optional(Machine machine) {
        return new Foreign(machine.platform()).in(machine);
    }

    private Machine in(Machine machine) {
        List<Disk> drives = machine.disks().stream()
                .map(drive -> drive.toBuilder().extras(in(drive.extras())).build())
                .toList();
        List<Nic> nics = machine.nics().stream()
                .map(nic -> nic.toBuilder().extras(in(nic.extras())).build())
                .toList();
        return machine.toBuilder()
                .disks(drives)
                .nics(nics)
                .extras(in(machine.extras()))
                .build();
    }

    private List<Extra> in(List<Extra> extras) {
        List<Extra> changed = new ArrayList<>();
        for (Extra extra : extras) {
            if (!extra.dialect().equals(OvfDialect.ID)) {
                changed.add(extra);
            } else if (!staysBehind(extra)) {
                changed.add(in(extra));
            }
        }
        return changed;
    }

    /**
     * VirtualBox calls a machine by its id in the envelope, which then is the name; storage devices of other kinds (NVDIMMs) it refuses
     * even where they are optional.
     */
    private boolean staysBehind(Extra extra) {
        boolean storage = extra.key().startsWith("HardwareItem:")
                && KeptXml.element(extra, any -> true)
                        .flatMap(item -> item.textOf("ResourceType"))
                        .filter(OTHER_STORAGE::equals)
                        .isPresent();
        return !vmware && (extra.key().equals("id") || storage);
    }

    private Extra in(Extra extra) {
        boolean section = extra.key().matches("(Envelope)?Section:.*");
        boolean item = extra.key().startsWith("HardwareItem:");
        boolean property = extra.key().matches("(.*:)?Property:.*");
        if (!section && !item && !property) {
            return extra;
        }
        Optional<XmlElement> element = KeptXml.element(extra, any -> true);
        return element.map(is -> section ? section(is) : item ? item(is) : property(is))
                .map(is -> new Extra(extra.dialect(), extra.key(), KeptXml.text(is)))
                .orElse(extra);
    }

    private XmlElement section(XmlElement section) {
        boolean standard = section.namespace().equals(OvfNamespaces.OVF) && STANDARD.contains(section.name());
        boolean known = standard || (vmware && section.namespace().equals(OvfNamespaces.VMW));
        return known ? section : optional(section);
    }

    private XmlElement item(XmlElement item) {
        List<XmlElement> properties =
                item.children().stream().map(Foreign::property).toList();
        XmlElement plain =
                new XmlElement(item.namespace(), item.name(), item.attributes(), properties, item.text(), item.line());
        boolean known = (vmware ? OF_VMWARE : OF_VIRTUALBOX)
                .contains(item.textOf("ResourceType").orElse(""));
        return known ? plain : optional(plain);
    }

    /** The properties of CIM and of OVF itself are everybody's. */
    private static XmlElement property(XmlElement property) {
        return property.namespace().startsWith("http://schemas.dmtf.org/") ? property : optional(property);
    }

    private static XmlElement optional(XmlElement element) {
        List<XmlElement.Attribute> attributes = new ArrayList<>(element.attributes());
        attributes.removeIf(attribute -> attribute.namespace().equals(OvfNamespaces.OVF)
                && attribute.name().equals("required"));
        attributes.add(new XmlElement.Attribute(OvfNamespaces.OVF, "required", "false"));
        return new XmlElement(
                element.namespace(), element.name(), attributes, element.children(), element.text(), element.line());
    }
}
