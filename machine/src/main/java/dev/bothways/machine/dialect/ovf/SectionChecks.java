package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What the specification forbids in sections that are kept as they are. */
final class SectionChecks {
    private static final Set<String> TYPES = Set.of(
            "uint8",
            "sint8",
            "uint16",
            "sint16",
            "uint32",
            "sint32",
            "uint64",
            "sint64",
            "string",
            "boolean",
            "real32",
            "real64",
            "int",
            "password",
            "ip",
            "expression");
    private static final Set<String> KNOWN = Set.of(
            "AnnotationSection",
            "ProductSection",
            "EulaSection",
            "StartupSection",
            "InstallSection",
            "ResourceAllocationSection",
            "OperatingSystemSection",
            "VirtualHardwareSection",
            "DiskSection",
            "NetworkSection",
            "DeploymentOptionSection",
            "EnvironmentFilesSection",
            "BootDeviceSection",
            "SharedDiskSection",
            "ScaleOutSection",
            "PlacementGroupSection",
            "PlacementSection",
            "EncryptionSection",
            // VMware's
            "BootOrderSection",
            "IpAssignmentSection");

    private final OvfContext context;

    SectionChecks(OvfContext context) {
        this.context = context;
    }

    /** Checks one section, whichever it is. */
    void check(OvfSection section) {
        if (!KNOWN.contains(section.kind()) && section.required()) {
            context.warn(
                    section.element(), "the section " + section.kind() + " is not understood, though it is required");
        }
        boolean ovfs = section.element().name().equals("Section")
                || section.element().namespace().startsWith("http://schemas.dmtf");
        if (ovfs && section.element().child("Info").isEmpty()) {
            context.breachOfDraft(section.element(), "the " + section.kind() + " has no Info");
        }
    }

    /** Warns of elements that may not be left unread. */
    void children(OvfSection section, Set<String> known) {
        for (XmlElement child : section.element().children()) {
            boolean required =
                    child.attribute("required").filter("false"::equals).isEmpty();
            if (!known.contains(child.name()) && required) {
                context.breach(
                        child, "the " + section.kind() + " has an element " + child.name() + " that is not understood");
            }
        }
    }

    /** Checks the product sections of one machine. */
    void products(XmlElement system) {
        Set<String> seen = new HashSet<>();
        OvfSection.of(system, "ProductSection").forEach(section -> {
            XmlElement element = section.element();
            String name = element.attribute("class").orElse("") + "."
                    + element.attribute("instance").orElse("");
            if (!seen.add(name)) {
                context.breach(element, "there are two product sections of one class and instance");
            }
            Set<String> keys = new HashSet<>();
            element.children("Property").forEach(property -> property(property, keys));
        });
    }

    private void property(XmlElement property, Set<String> keys) {
        Optional<String> key = property.attribute("key");
        if (key.isEmpty()) {
            context.breach(property, "a property has no key");
        } else if (!keys.add(key.get())) {
            context.breach(property, "there are two properties with the key '" + key.get() + "'");
        }
        Optional<String> type = property.attribute("type");
        if (type.isEmpty()) {
            context.breach(property, "the property '" + key.orElse("") + "' has no type");
        } else if (!TYPES.contains(type.get().replaceFirst("[(:\\[].*", "").strip())) {
            context.breach(property, "the property '" + key.orElse("") + "' has the unknown type '" + type.get() + "'");
        }
    }
}
