package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** A device of a VirtualHardwareSection: {@code Item}, and {@code StorageItem} and {@code EthernetPortItem} of OVF 2.x. */
record OvfItem(XmlElement element, int type, String id) {
    static final int OTHER = 1;
    static final int PROCESSOR = 3;
    static final int MEMORY = 4;
    static final int IDE = 5;
    static final int SCSI = 6;
    static final int ETHERNET = 10;
    static final int FLOPPY = 14;
    static final int CD = 15;
    static final int DVD = 16;
    static final int DISK = 17;
    static final int STORAGE_EXTENT = 19;
    static final int OTHER_STORAGE = 20;
    static final int SERIAL = 21;
    static final int USB = 23;
    static final int GRAPHICS = 24;
    static final int LOGICAL_DISK = 31;
    static final int SOUND = 35;

    private static final int MOST = 65_535;

    static OvfItem of(XmlElement element, OvfContext context) throws DefinitionException {
        String type = element.textOf("ResourceType").orElse("");
        int number = type.isEmpty() ? 0 : (int) context.number(element, "ResourceType", type, MOST);
        return new OvfItem(
                element,
                number,
                element.textOf("InstanceID")
                        .or(() -> element.textOf("InstanceId"))
                        .orElse(""));
    }

    static boolean isItem(XmlElement element) {
        return element.name().equals("Item")
                || element.name().equals("StorageItem")
                || element.name().equals("EthernetPortItem");
    }

    /** The text of a property; empty where there is none. */
    Optional<String> text(String property) {
        return element.textOf(property);
    }

    /** A property that is a number of a device: its place, its controller's place. */
    OptionalInt place(String property) {
        String text = text(property).orElse("");
        return text.matches("[0-9]{1,4}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    /** What the device may be, the best first: alternatives have blanks, commas or semicolons between. In small letters. */
    List<String> subTypes() {
        return Arrays.stream(text("ResourceSubType").orElse("").split("[\\s,;]+"))
                .map(type -> type.toLowerCase(Locale.ROOT))
                .filter(type -> !type.isEmpty())
                .toList();
    }

    boolean isDrive() {
        return switch (type) {
            case FLOPPY, CD, DVD, DISK, STORAGE_EXTENT, LOGICAL_DISK -> true;
            default -> false;
        };
    }

    boolean isController() {
        return type == IDE
                || type == SCSI
                || (type == OTHER_STORAGE && !subTypes().toString().contains("nvdimm"));
    }

    /** How messages call it. */
    String described() {
        return text("ElementName")
                .or(() -> text("Caption"))
                .map(name -> "'" + name + "'")
                .orElse("item " + id);
    }

    /** The bound of a range that it is, {@code min}, {@code max} or {@code normal}. */
    String bound() {
        return element.attribute("bound").orElse("normal");
    }

    /** VMware's settings of the device, as extras. */
    List<Extra> settings(String prefix) {
        List<Extra> settings = new ArrayList<>();
        element.children("Config").forEach(config -> {
            Optional<String> key = config.attribute("key");
            if (key.isPresent() && config.namespace().equals(OvfNamespaces.VMW)) {
                settings.add(new Extra(
                        OvfDialect.ID,
                        prefix + key.get(),
                        config.attribute("value").orElse("")));
            }
        });
        return settings;
    }

    /** What VMware's setting of the device says. */
    Optional<String> setting(String key) {
        return element.children("Config")
                .filter(config -> config.attribute("key").equals(Optional.of(key)))
                .findFirst()
                .flatMap(config -> config.attribute("value"));
    }
}
