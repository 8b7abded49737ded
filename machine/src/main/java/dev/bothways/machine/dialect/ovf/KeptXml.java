package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlReader;
import dev.bothways.machine.dialect.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Sections and items that the record has no word for, kept as XML in the syntax of OVF 1.x. */
final class KeptXml {
    private KeptXml() {}

    /** A section as an extra. */
    static Extra extra(String prefix, OvfSection section, String envelope) {
        XmlElement plain = plain(section.element(), envelope);
        // In 0.9 a type of one's own need not be called a section; in 1.x only so it is known for one.
        String name = section.kind().endsWith("Section") ? section.kind() : section.kind() + "Section";
        XmlElement named =
                new XmlElement(plain.namespace(), name, plain.attributes(), plain.children(), plain.text(), 0);
        return new Extra(OvfDialect.ID, prefix + name, text(named));
    }

    /** The XML of an element that is plain. */
    static String text(XmlElement plain) {
        return XmlWriter.element(plain, OvfNamespaces.prefixes());
    }

    /**
     * An element in the namespace of OVF 1.x, without what the two syntaxes differ in and without white space between elements, so
     * that reading what was written of it gives the same again.
     *
     * @param envelope the namespace of the envelope that it is from
     */
    static XmlElement plain(XmlElement element, String envelope) {
        List<XmlElement.Attribute> attributes = new ArrayList<>();
        for (XmlElement.Attribute attribute : element.attributes()) {
            if (!attribute.namespace().equals(OvfNamespaces.XSI)) {
                attributes.add(new XmlElement.Attribute(
                        inOvf(attribute.namespace(), envelope), attribute.name(), attribute.value()));
            }
        }
        List<XmlElement> children = new ArrayList<>();
        element.children().forEach(child -> children.add(plain(child, envelope)));
        return new XmlElement(
                inOvf(element.namespace(), envelope),
                element.name(),
                attributes,
                children,
                children.isEmpty()
                        ? lines(element.text())
                        : lines(element.text().strip()),
                0);
    }

    /** The properties of an item as OVF 1.x has them: by the alphabet, other elements behind, and with no names of 0.9. */
    static List<XmlElement> inOrder(List<XmlElement> properties) {
        Set<String> names = properties.stream().map(XmlElement::name).collect(Collectors.toSet());
        boolean named = names.contains("ElementName");
        return properties.stream()
                .filter(property -> !property.name().equals("BusNumber") || !names.contains("Address"))
                .map(property -> switch (property.name()) {
                    case "InstanceId" -> renamed(property, "InstanceID");
                    case "BusNumber" -> renamed(property, "Address");
                    case "Caption" -> named ? property : renamed(property, "ElementName");

                    default -> property;
                })
                .sorted(Comparator.comparing(
                                (XmlElement property) -> !property.namespace().equals(OvfNamespaces.RASD))
                        .thenComparing(
                                property -> property.namespace().equals(OvfNamespaces.RASD) ? property.name() : ""))
                .toList();
    }

    private static XmlElement renamed(XmlElement element, String name) {
        return new XmlElement(
                element.namespace(), name, element.attributes(), element.children(), element.text(), element.line());
    }

    private static String lines(String text) {
        return text.isBlank() ? "" : text;
    }

    /** In 0.9 elements of sections stand in no namespace, too. */
    private static String inOvf(String namespace, String envelope) {
        boolean draft = envelope.equals(OvfNamespaces.DRAFT) || envelope.equals(OvfNamespaces.OVIRT);
        return namespace.equals(envelope) || (draft && namespace.isEmpty()) ? OvfNamespaces.OVF : namespace;
    }

    /** The element that an extra's value is, if it is one that {@code allowed} knows. */
    static Optional<XmlElement> element(Extra extra, Predicate<XmlElement> allowed) {
        try {
            XmlElement element = plain(
                    XmlReader.read(extra.value().getBytes(StandardCharsets.UTF_8), extra.key()), OvfNamespaces.OVF);
            return Optional.of(element).filter(allowed);
        } catch (DefinitionException e) {
            return Optional.empty();
        }
    }
}
