package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Extra;
import dev.bothways.machine.GuestOs;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the OperatingSystemSection: a number of CIM_OperatingSystem.OSType, and beside it VMware's or VirtualBox' own word. */
final class GuestSystem {
    static final String OS_TYPE = "osType";
    static final String NUMBER = "os.id";
    static final String VERSION = "os.version";
    static final String DESCRIPTION = "os.description";

    private final XmlElement system;
    private final EnvelopeReader.PackageParts parts;
    private final OvfContext context;

    GuestSystem(XmlElement system, EnvelopeReader.PackageParts parts, OvfContext context) {
        this.system = system;
        this.parts = parts;
        this.context = context;
    }

    /**
     * Reads it.
     *
     * @param types of virtual hardware, on which VMware's word depends
     */
    void apply(String types, Machine.Builder machine, List<Extra> extras) {
        Optional<XmlElement> found = OvfSection.of(system, "OperatingSystemSection")
                .map(OvfSection::element)
                .findFirst();
        if (found.isEmpty()) {
            return;
        }
        XmlElement section = found.get();
        if (parts.ovirt()) {
            section.attribute("id").flatMap(GuestSystem::uuid).ifPresent(machine::uuid);
            section.textOf("Description").ifPresent(text -> keep(extras, DESCRIPTION, text));
            return;
        }
        Optional<String> type = section.attribute("osType");
        Optional<String> box = section.textOf("OSType");
        Optional<String> number = section.attribute("id").map(String::strip);
        Optional<String> version = section.attribute("version");
        GuestOs guest = GuestOs.unknown();
        if (type.isPresent()) {
            guest = GuestOs.ofOvf(type.get());
        } else if (box.isPresent()) {
            guest = GuestOs.ofVirtualBox(box.get());
        } else if (number.filter(text -> text.matches("[0-9]{1,5}")).isPresent()) {
            guest = GuestOs.ofCim(Integer.parseInt(number.get()), version);
        } else {
            context.breach(section, "the OperatingSystemSection has no number of a system");
        }
        guest.text().ifPresent(machine::guestOs);
        boolean said = version.isPresent() || section.textOf("Description").isPresent();
        keepUnlessWritten(said, types, extras, guest, type, number);
        version.ifPresent(text -> keep(extras, VERSION, text));
        section.textOf("Description").ifPresent(text -> keep(extras, DESCRIPTION, text));
    }

    /** The words come back as they were where the table would write others. */
    private static void keepUnlessWritten(
            boolean said,
            String types,
            List<Extra> extras,
            GuestOs guest,
            Optional<String> type,
            Optional<String> number) {
        Optional<String> other = number.filter(word ->
                !guest.known() || !word.equals(String.valueOf(guest.words().cim())));
        type.filter(word -> !guest.known() || !word.equals(OvfWriter.osType(guest, types, said || other.isPresent())))
                .ifPresent(word -> keep(extras, OS_TYPE, word));
        other.ifPresent(word -> keep(extras, NUMBER, word));
    }

    private static void keep(List<Extra> extras, String key, String value) {
        extras.add(new Extra(OvfDialect.ID, key, value));
    }

    static Optional<UUID> uuid(String text) {
        String plain = text.replaceAll("[{}\\s]", "");
        return plain.matches("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
                ? Optional.of(UUID.fromString(plain))
                : Optional.empty();
    }
}
