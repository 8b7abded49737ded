package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.GuestOs;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Optional;

/** The operating system in a domain's metadata, by its id in libosinfo: {@code http://debian.org/debian/12}. */
final class OsInfo {
    static final String NAMESPACE = "http://libosinfo.org/xmlns/libvirt/domain/1.0";

    private OsInfo() {}

    /** The id that stands for the record's word, if libosinfo has one. */
    static Optional<String> id(String guestOs) {
        GuestOs known = GuestOs.of(guestOs);
        return known.known() ? known.words().uri() : Optional.empty();
    }

    /** The record's word for what a domain's metadata hold. */
    static Optional<String> ofMetadata(XmlElement metadata) {
        return metadata.children().stream()
                .filter(child -> child.name().equals("libosinfo"))
                .flatMap(child -> child.children("os"))
                .flatMap(os -> os.attribute("id").stream())
                .findFirst()
                .flatMap(id -> GuestOs.ofUri(id.strip()).text());
    }

    /** What goes into a domain's metadata. */
    static XmlElement element(String id) {
        return XmlElement.builder(NAMESPACE, "libosinfo")
                .child(XmlElement.builder(NAMESPACE, "os").attribute("id", id))
                .build();
    }
}
