package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What reading and writing of drives have in common: formats, and sources of media. */
final class DriveForm {
    /** The key of the extra that keeps the source of a medium that is more than a path. */
    static final String SOURCE = "source";

    /** Elements that belong to the medium and not to the drive. */
    private static final List<String> OF_MEDIUM = List.of("source", "backingStore", "mirror", "encryption", "auth");

    /** libvirt's words for formats by the record's. */
    private static final Map<String, String> FORMATS = Map.ofEntries(
            Map.entry("raw", "raw"),
            Map.entry("qcow2", "qcow2"),
            Map.entry("qcow", "qcow"),
            Map.entry("qed", "qed"),
            Map.entry("vhd", "vpc"),
            Map.entry("vhdx", "vhdx"),
            Map.entry("vmdk", "vmdk"),
            Map.entry("vdi", "vdi"),
            Map.entry("parallels", "ploop"),
            Map.entry("dmg", "dmg"),
            Map.entry("bochs", "bochs"),
            Map.entry("cloop", "cloop"));

    private DriveForm() {}

    /** The record's word for a driver's type; nothing for one that names no image format. */
    static Optional<String> format(String type) {
        return FORMATS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(type))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** libvirt's word for a format, if QEMU opens it. */
    static Optional<String> type(String format) {
        return Optional.ofNullable(FORMATS.get(format));
    }

    /** The part of a {@code <disk>} that says what lies in it, taken out of it. */
    static XmlElement source(Remains disk) {
        XmlElement.Builder source = XmlElement.builder("disk");
        source.attribute("type", disk.take("type").orElse("file"));
        for (String name : OF_MEDIUM) {
            for (Optional<XmlElement> child = disk.remove(name); child.isPresent(); child = disk.remove(name)) {
                XmlElement element = Fragments.withoutAttributes(child.get(), Set.of("index"));
                if (!(name.equals("source") && Fragments.isEmpty(element))) {
                    source.child(element);
                }
            }
        }
        return source.build();
    }

    /** A path that stands for a source: the file's or device's own, else what it is and its name. */
    static Optional<String> path(XmlElement disk) {
        Optional<XmlElement> source = disk.child("source");
        if (source.isEmpty()) {
            return Optional.empty();
        }
        String type = disk.attribute("type").orElse("file");
        String path = switch (type) {
            case "file" -> attribute(source.get(), "file");
            case "block" -> attribute(source.get(), "dev");
            case "dir" -> attribute(source.get(), "dir");
            case "volume" -> attribute(source.get(), "pool") + "/" + attribute(source.get(), "volume");
            case "network" -> attribute(source.get(), "protocol") + ":" + attribute(source.get(), "name");
            default -> type + ":" + attribute(source.get(), "path") + attribute(source.get(), "dev");
        };
        return Optional.of(path).filter(text -> !text.isEmpty());
    }

    private static String attribute(XmlElement element, String name) {
        return element.attribute(name).orElse("");
    }

    /** The source that is nothing but a path. */
    static XmlElement plainSource(String path) {
        boolean device = path.startsWith("/dev/");
        return XmlElement.builder("disk")
                .attribute("type", device ? "block" : "file")
                .child(XmlElement.builder("source").attribute(device ? "dev" : "file", path))
                .build();
    }

    static XmlElement noSource() {
        return XmlElement.builder("disk").attribute("type", "file").build();
    }

    /** Keeps what remains of a device: an extra a child, and one for its own attributes. */
    static void rest(Remains device, String name, List<Extra> extras) {
        Optional<XmlElement> rest = device.rest();
        if (rest.isEmpty()) {
            return;
        }
        if (!rest.get().attributes().isEmpty()) {
            extras.add(Fragments.extra(name, Fragments.without(rest.get(), child -> true)));
        }
        for (XmlElement child : rest.get().children()) {
            extras.add(Fragments.extra(Fragments.qualifiedName(child), child));
        }
        // In libvirt's output their order depends on its version.
        extras.sort(Comparator.comparing(Extra::key));
    }
}
