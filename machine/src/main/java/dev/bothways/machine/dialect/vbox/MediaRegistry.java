package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.DefinitionException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The media that a file knows: a tree, whose children hold the differences to their parents. */
final class MediaRegistry {
    private static final Map<String, String> FORMATS = Map.of(
            "VDI",
            "vdi",
            "VMDK",
            "vmdk",
            "VHD",
            "vhd",
            "VHDX",
            "vhdx",
            "RAW",
            "raw",
            "PARALLELS",
            "parallels",
            "QCOW",
            "qcow",
            "QED",
            "qed");

    /**
     * A medium.
     *
     * @param type how machines use it: of the root of its tree
     * @param encrypted whether VirtualBox encrypted it or a disk below it
     */
    record Medium(UUID uuid, String location, String format, String type, boolean encrypted) {}

    private final Map<UUID, Medium> media = new HashMap<>();
    private final Values values;
    private boolean plain = true;

    MediaRegistry(Optional<Node> registry, Values values) throws DefinitionException {
        this.values = values;
        for (String list : List.of("HardDisks", "DVDImages", "FloppyImages")) {
            Optional<Node> found = registry.flatMap(node -> node.child(list));
            if (found.isPresent()) {
                for (Node medium : found.get().children()) {
                    read(medium, "Normal", false);
                }
            }
        }
    }

    private void read(Node node, String type, boolean encrypted) throws DefinitionException {
        UUID uuid = values.uuid(copy(node), "uuid").orElseThrow(() -> values.error(node, "uuid", "is missing"));
        String location = node.attribute("location")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> values.error(node, "location", "is missing"));
        String own = node.attribute("type").orElse(type);
        boolean locked = encrypted
                || node.children("Property").stream()
                        .anyMatch(property ->
                                property.attribute("name").orElse("").startsWith("CRYPT/"));
        String format = node.attribute("format")
                .map(text -> text.toUpperCase(Locale.ROOT))
                .orElse(node.name().equals("Image") ? "RAW" : "VDI");
        plain &= node.children().isEmpty();
        if (media.put(uuid, new Medium(uuid, location, FORMATS.getOrDefault(format, ""), own, locked)) != null) {
            throw values.error(node, "uuid", "is that of another medium");
        }
        for (Node child : node.children("HardDisk")) {
            read(child, own, locked);
        }
    }

    private static Node copy(Node node) {
        Node copy = new Node(node.name());
        node.attributes().forEach(copy::set);
        return copy;
    }

    Optional<Medium> find(UUID uuid) {
        return Optional.ofNullable(media.get(uuid));
    }

    /** Whether all it says is said by the drives that are attached: {@code attached} of them have a medium from it. */
    boolean isPlain(long attached) {
        return plain && attached == media.size();
    }

    /** What the file calls a format of ours. */
    static String word(String format) {
        return FORMATS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(format))
                .map(Map.Entry::getKey)
                .findFirst()
                .map(word -> word.equals("PARALLELS") ? "Parallels" : word)
                .orElse("VDI");
    }
}
