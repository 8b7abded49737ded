package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A section, or a virtual system, in either syntax: {@code <DiskSection>}, or {@code <Section xsi:type="ovf:DiskSection_Type">} as
 * in OVF 0.9.
 *
 * @param kind its name in OVF 1.x: {@code DiskSection}, {@code VirtualSystem}
 */
record OvfSection(String kind, XmlElement element) {
    private static final String TYPE_ENDING = "_Type";

    /** What an element holds of this kind. */
    static Stream<OvfSection> of(XmlElement parent, String kind) {
        return all(parent).stream().filter(section -> section.kind.equals(kind));
    }

    /** All sections and virtual systems in an element, in order. */
    static List<OvfSection> all(XmlElement parent) {
        List<OvfSection> found = new ArrayList<>();
        for (XmlElement child : parent.children()) {
            kindOf(child).ifPresent(kind -> found.add(new OvfSection(kind, child)));
        }
        return found;
    }

    private static Optional<String> kindOf(XmlElement element) {
        if (element.name().equals("Section") || element.name().equals("Content")) {
            return typeOf(element);
        }
        boolean system = element.name().startsWith("VirtualSystem");
        return system || element.name().endsWith("Section") ? Optional.of(element.name()) : Optional.empty();
    }

    private static Optional<String> typeOf(XmlElement element) {
        return element.attributes().stream()
                .filter(attribute -> attribute.namespace().equals(OvfNamespaces.XSI)
                        && attribute.name().equals("type"))
                .map(XmlElement.Attribute::value)
                .map(value -> value.substring(value.indexOf(':') + 1))
                .filter(value -> value.endsWith(TYPE_ENDING))
                .map(value -> value.substring(0, value.length() - TYPE_ENDING.length()))
                .findFirst();
    }

    /** Whether whoever does not understand it must not go on; so it is if nothing else is said. */
    boolean required() {
        return element.attribute("required").filter("false"::equals).isEmpty();
    }
}
