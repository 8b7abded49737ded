package dev.bothways.disk.archive.xva;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.xml.XmlElement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import javax.xml.stream.XMLStreamException;

/**
 * What the definition of an XVA tells of the archive: an XML-RPC value with XAPI's objects, of which only those are looked at that
 * say which disks there are. (All of the machine itself is read elsewhere, by the dialect.)
 *
 * @param version of the program that wrote it, field by field, in its order
 * @param machines the names of the machines in it, templates and snapshots left out
 * @param disks in the order in which the archive has them
 */
public record XvaDefinition(SequencedMap<String, String> version, List<String> machines, List<Disk> disks) {
    private static final XmlElement.Bounds BOUNDS = new XmlElement.Bounds(32, 400_000, false);

    /**
     * A disk.
     *
     * @param folder where its chunks are: {@code Ref:4}
     * @param name what XAPI calls it; may be empty
     * @param size what the guest sees, in bytes
     */
    public record Disk(String folder, String name, long size) {}

    public XvaDefinition {
        version = new LinkedHashMap<>(version);
        machines = List.copyOf(machines);
        disks = List.copyOf(disks);
    }

    /**
     * Reads the definition of an archive, compressed or not.
     *
     * @throws DiskImageException where it is malformed
     */
    public static XvaDefinition of(Path archive) throws IOException {
        byte[] content = XvaArchive.definition(archive);
        try {
            XmlElement root = XmlElement.parse(new ByteArrayInputStream(content), BOUNDS);
            return new Objects(archive, root).definition();
        } catch (XMLStreamException e) {
            throw malformed(
                    archive,
                    "is no sound XML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** The disk whose chunks are in this folder. */
    public Optional<Disk> disk(String folder) {
        return disks.stream().filter(disk -> disk.folder().equals(folder)).findFirst();
    }

    private static DiskImageException malformed(Path archive, String message) {
        return new DiskImageException(
                Kind.MALFORMED, archive, "the definition in it (" + XvaArchive.DEFINITION + ") " + message);
    }

    /** The fields of a structure, in order. */
    private static SequencedMap<String, XmlElement> fields(XmlElement value) {
        SequencedMap<String, XmlElement> fields = new LinkedHashMap<>();
        value.first("struct")
                .ifPresent(struct -> struct.all("member")
                        .forEach(member ->
                                member.first("value").ifPresent(field -> fields.put(member.textOf("name"), field))));
        return fields;
    }

    private static String text(Map<String, XmlElement> fields, String name) {
        XmlElement value = fields.get(name);
        if (value == null) {
            return "";
        }
        return value.children().isEmpty()
                ? value.text()
                : value.children().getFirst().text();
    }

    /** The objects, by their classes. */
    private static final class Objects {
        private final Path archive;
        private final SequencedMap<String, XmlElement> root;
        private final Map<String, SequencedMap<String, SequencedMap<String, XmlElement>>> byClass = new HashMap<>();

        Objects(Path archive, XmlElement root) {
            this.archive = archive;
            this.root = fields(root);
            Optional<XmlElement> data = Optional.ofNullable(this.root.get("objects"))
                    .flatMap(value -> value.first("array"))
                    .flatMap(array -> array.first("data"));
            for (XmlElement value : data.map(XmlElement::children).orElse(List.of())) {
                SequencedMap<String, XmlElement> object = fields(value);
                if (object.containsKey("snapshot")) {
                    byClass.computeIfAbsent(text(object, "class"), any -> new LinkedHashMap<>())
                            .put(text(object, "id"), fields(object.get("snapshot")));
                }
            }
        }

        private SequencedMap<String, SequencedMap<String, XmlElement>> all(String type) {
            return byClass.getOrDefault(type, new LinkedHashMap<>());
        }

        XvaDefinition definition() throws DiskImageException {
            SequencedMap<String, String> version = new LinkedHashMap<>();
            SequencedMap<String, XmlElement> told =
                    root.containsKey("version") ? fields(root.get("version")) : new LinkedHashMap<>();
            told.sequencedKeySet().forEach(name -> version.put(name, text(told, name)));
            List<String> machines = new ArrayList<>();
            all("VM").forEach((id, vm) -> {
                if (!text(vm, "is_a_template").equals("1")
                        && !text(vm, "is_a_snapshot").equals("1")) {
                    machines.add(text(vm, "name_label"));
                }
            });
            return new XvaDefinition(version, machines, disks());
        }

        /** After XAPI's import: what is in drives that are no CDs, and memory images. */
        private List<Disk> disks() throws DiskImageException {
            Set<String> inDrives = new HashSet<>();
            all("VBD").forEach((id, vbd) -> {
                if (!text(vbd, "type").equals("CD")) {
                    inDrives.add(text(vbd, "VDI"));
                }
            });
            List<Disk> disks = new ArrayList<>();
            for (Map.Entry<String, SequencedMap<String, XmlElement>> entry :
                    all("VDI").entrySet()) {
                SequencedMap<String, XmlElement> vdi = entry.getValue();
                SequencedMap<String, XmlElement> repository =
                        all("SR").getOrDefault(text(vdi, "SR"), new LinkedHashMap<>());
                boolean inLibrary = text(repository, "content_type").equals("iso");
                if (text(vdi, "type").equals("suspend") || (inDrives.contains(entry.getKey()) && !inLibrary)) {
                    String size = text(vdi, "virtual_size");
                    if (!size.matches("[0-9]{1,18}")) {
                        throw malformed(archive, "gives the disk " + XvaText.shown(entry.getKey()) + " no size");
                    }
                    disks.add(new Disk(entry.getKey(), text(vdi, "name_label"), Long.parseLong(size)));
                }
            }
            disks.sort(Comparator.comparing(Disk::folder));
            return disks;
        }
    }
}
