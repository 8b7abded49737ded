package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.DiskEntry;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.FileReference;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the files of a package, and the disks that lie in them. */
final class ReferenceReader {
    private final OvfContext context;

    ReferenceReader(OvfContext context) {
        this.context = context;
    }

    List<FileReference> files(XmlElement root) throws DefinitionException {
        Optional<XmlElement> references = root.child("References");
        if (references.isEmpty()) {
            context.breach(root, "has no References");
            return List.of();
        }
        List<FileReference> files = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Set<String> places = new HashSet<>();
        for (XmlElement element : references.get().children("File").toList()) {
            FileReference file = file(element);
            if (!ids.add(file.id())) {
                throw context.error(element, "File", "there are two files with the id '" + file.id() + "'");
            }
            if (!places.add(file.href())) {
                context.breach(element, "the file '" + file.href() + "' is listed twice");
            }
            files.add(file);
        }
        return files;
    }

    private FileReference file(XmlElement element) throws DefinitionException {
        String href = context.need(element, "href");
        String compression = element.attribute("compression").orElse("");
        if (compression.equals("identity")) {
            compression = "";
        } else if (!compression.isEmpty() && !compression.equals(OvfEnvelope.GZIP)) {
            throw context.error(
                    element, "compression", "'" + compression + "' is not known; gzip is, and no compression");
        }
        OptionalLong chunk = context.attribute(element, "chunkSize");
        if (chunk.isPresent() && chunk.getAsLong() == 0) {
            throw context.error(element, "chunkSize", "is 0");
        }
        OptionalLong size = size(element);
        if (size.isPresent() && size.getAsLong() == 0) {
            context.warn(element, "the file '" + href + "' is said to be empty");
        }
        if (href.contains("://")) {
            context.warn(element, "the file '" + href + "' lies on another host and is not fetched");
        }
        return new FileReference(context.need(element, "id"), href, size, compression, chunk);
    }

    /** The file itself tells its size. The schemas allow what fits into a long (0.9) or an unsignedLong (1.x). */
    private OptionalLong size(XmlElement element) {
        String text = element.attribute("size").orElse("").strip();
        if (text.matches("[0-9]{1,18}")) {
            return OptionalLong.of(Long.parseLong(text));
        }
        String message = "the size '" + text + "' is none that a file can have";
        if (fitsIntoLongs(text)) {
            context.warn(element, message);
        } else if (!text.isEmpty()) {
            context.breach(element, message);
        }
        return OptionalLong.empty();
    }

    private static boolean fitsIntoLongs(String text) {
        if (!text.matches("-?[0-9]{1,20}")) {
            return false;
        }
        BigInteger number = new BigInteger(text);
        return number.bitLength() <= (number.signum() < 0 ? Long.SIZE - 1 : Long.SIZE);
    }

    private static boolean offersChoice(XmlElement root) {
        return OvfSection.of(root, "DeploymentOptionSection").findAny().isPresent();
    }

    List<DiskEntry> disks(XmlElement root, List<FileReference> files) throws DefinitionException {
        List<DiskEntry> disks = new ArrayList<>();
        Map<String, String> users = new HashMap<>();
        for (OvfSection section : OvfSection.of(root, "DiskSection").toList()) {
            new SectionChecks(context).children(section, Set.of("Info", "Disk"));
            for (XmlElement element : section.element().children("Disk").toList()) {
                DiskEntry disk = disk(element, files);
                if (disks.stream().anyMatch(other -> other.id().equals(disk.id()))) {
                    throw context.error(element, "Disk", "there are two disks with the id '" + disk.id() + "'");
                }
                String file = disk.file().orElse("");
                String other = file.isEmpty() ? null : users.putIfAbsent(file, disk.id());
                if (other != null) {
                    String message = "the disks '" + other + "' and '" + disk.id() + "' lie in one file";
                    if (offersChoice(root)) { // The disks of different configurations may well do so.
                        context.warn(element, message);
                    } else {
                        context.breach(element, message);
                    }
                }
                Optional<String> parent = disk.parent();
                if (parent.isPresent()
                        && disks.stream().noneMatch(before -> before.id().equals(parent.get()))) {
                    context.breach(
                            element,
                            "the disk '" + disk.id() + "' comes before the disk '" + parent.get()
                                    + "' that it holds the differences to, or there is none");
                }
                disks.add(disk);
            }
        }
        return disks;
    }

    private DiskEntry disk(XmlElement element, List<FileReference> files) throws DefinitionException {
        String id = context.need(element, "diskId");
        OptionalLong capacity = capacity(element);
        String named = element.attribute("fileRef").orElse("");
        Optional<String> file = Optional.empty();
        if (!named.isEmpty()) {
            file = Optional.of(files.stream()
                    .filter(candidate ->
                            candidate.id().equals(named) || candidate.href().equals(named))
                    .map(FileReference::id)
                    .findFirst()
                    .orElseThrow(() -> context.error(
                            element, "fileRef", "there is no file with the id '" + named + "' among the References")));
        }
        OptionalLong populated = populated(element);
        if (populated.isPresent() && capacity.isPresent() && populated.getAsLong() > capacity.getAsLong()) {
            context.breach(
                    element,
                    "the disk '" + id + "' holds " + populated.getAsLong() + " bytes, and has room for "
                            + capacity.getAsLong());
        }
        if (element.attribute("format").isEmpty()) {
            context.breachOfDraft(element, "the disk '" + id + "' says no format");
        }
        Optional<String> parent = element.attribute("parentRef").filter(text -> !text.isBlank());
        return new DiskEntry(id, file, capacity, parent, format(element));
    }

    /** oVirt writes what is no size there; nothing depends on it. */
    private static OptionalLong populated(XmlElement element) {
        String text = element.attribute("populatedSize").orElse("");
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private OptionalLong capacity(XmlElement element) throws DefinitionException {
        String text = context.need(element, "capacity").strip();
        if (text.startsWith("${")) {
            return OptionalLong.empty(); // DSP0243, 9.1: the value of a property of the product.
        }
        long quantity = context.number(element, "capacity", text, Long.MAX_VALUE);
        String unit = element.attribute("capacityAllocationUnits").orElse("byte");
        OptionalLong bytes = OvfUnits.bytes(unit);
        if (bytes.isEmpty()) {
            throw context.error(element, "capacityAllocationUnits", "'" + unit + "' is no unit of bytes");
        }
        OptionalLong amount = OvfUnits.amount(quantity, bytes.getAsLong());
        if (amount.isEmpty() || quantity == 0) {
            throw context.error(element, "capacity", "no disk has " + text + " " + unit);
        }
        return amount;
    }

    /** Formats are URIs, which every product made up its own of. */
    private static String format(XmlElement element) {
        String volume = element.attribute("volume-format").orElse("");
        if (!volume.isEmpty()) {
            return volume.equals("COW") ? "qcow2" : "raw";
        }
        String uri = element.attribute("format").orElse("").toLowerCase(Locale.ROOT);
        for (String format : List.of("vmdk", "vhdx", "vhd", "qcow2", "vdi")) {
            if (uri.contains(format)) {
                return format;
            }
        }
        return uri.endsWith("wiki/byte") || uri.contains("raw") ? "raw" : "";
    }
}
