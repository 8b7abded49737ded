package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlReader;
import dev.bothways.machine.dialect.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Elements of a domain by themselves: as text in extras, compared, and put together. */
final class Fragments {
    /** The namespaces that libvirt documents for domains, by the prefixes its own output has. */
    private static final Map<String, String> PREFIXES = Map.of(
            "http://libvirt.org/schemas/domain/qemu/1.0",
            "qemu",
            "http://libvirt.org/schemas/domain/xen/1.0",
            "xen",
            "http://libvirt.org/schemas/domain/vmware/1.0",
            "vmware",
            OsInfo.NAMESPACE,
            "libosinfo");

    private Fragments() {}

    /** The extra that keeps an element; it is called after {@code key}. */
    static Extra extra(String key, XmlElement element) {
        return new Extra(
                LibvirtDialect.ID,
                key,
                XmlWriter.element(element, prefixes(element)).stripTrailing());
    }

    /** The element that an extra keeps; nothing if it is none of the name that the end of the key says. */
    static Optional<XmlElement> element(Extra extra) {
        try {
            XmlElement element = XmlReader.read(extra.value().getBytes(StandardCharsets.UTF_8), "extra");
            return Optional.of(tidied(element));
        } catch (DefinitionException e) {
            return Optional.empty();
        }
    }

    /** The element without the layout's white space. */
    private static XmlElement tidied(XmlElement element) {
        return new XmlElement(
                element.namespace(),
                element.name(),
                element.attributes(),
                element.children().stream().map(Fragments::tidied).toList(),
                element.children().isEmpty() && !element.text().isBlank()
                        ? element.text()
                        : element.text().strip(),
                element.line());
    }

    /** The prefixes that an element needs, of those that libvirt uses. */
    static Map<String, String> prefixes(XmlElement element) {
        Set<String> used = new HashSet<>();
        namespaces(element, used);
        Map<String, String> prefixes = new LinkedHashMap<>();
        PREFIXES.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .filter(entry -> used.contains(entry.getKey()))
                .forEach(entry -> prefixes.put(entry.getKey(), entry.getValue()));
        return prefixes;
    }

    /** How a child is called in keys: with libvirt's prefix for its namespace. */
    static String qualifiedName(XmlElement element) {
        String prefix = PREFIXES.getOrDefault(element.namespace(), "");
        return prefix.isEmpty() ? element.name() : prefix + ":" + element.name();
    }

    private static void namespaces(XmlElement element, Set<String> used) {
        used.add(element.namespace());
        element.attributes().forEach(attribute -> used.add(attribute.namespace()));
        element.children().forEach(child -> namespaces(child, used));
    }

    /** Whether two elements say the same: but for the order of attributes and the layout. */
    static boolean same(XmlElement one, XmlElement other) {
        if (!one.name().equals(other.name())
                || !one.namespace().equals(other.namespace())
                || !one.text().strip().equals(other.text().strip())
                || one.children().size() != other.children().size()
                || !new HashSet<>(one.attributes()).equals(new HashSet<>(other.attributes()))) {
            return false;
        }
        for (int i = 0; i < one.children().size(); i++) {
            if (!same(one.children().get(i), other.children().get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The element with what the other one has beside it: where both say something, the first one is right. */
    static XmlElement merged(XmlElement element, XmlElement other) {
        List<XmlElement.Attribute> attributes = new ArrayList<>(element.attributes());
        for (XmlElement.Attribute attribute : other.attributes()) {
            if (attributes.stream()
                    .noneMatch(present -> present.name().equals(attribute.name())
                            && present.namespace().equals(attribute.namespace()))) {
                attributes.add(attribute);
            }
        }
        List<XmlElement> children = new ArrayList<>(element.children());
        Set<Integer> taken = new HashSet<>();
        for (XmlElement child : other.children()) {
            int at = indexOf(child, element.children(), taken);
            if (at < 0) {
                children.add(child);
            } else {
                taken.add(at);
                children.set(at, merged(children.get(at), child));
            }
        }
        return new XmlElement(
                element.namespace(),
                element.name(),
                attributes,
                children,
                element.text().isEmpty() ? other.text() : element.text(),
                element.line());
    }

    private static int indexOf(XmlElement child, List<XmlElement> among, Set<Integer> taken) {
        for (int i = 0; i < among.size(); i++) {
            if (!taken.contains(i)
                    && among.get(i).name().equals(child.name())
                    && among.get(i).namespace().equals(child.namespace())) {
                return i;
            }
        }
        return -1;
    }

    /** The element without some of its children. */
    static XmlElement without(XmlElement element, Predicate<XmlElement> unwanted) {
        return new XmlElement(
                element.namespace(),
                element.name(),
                element.attributes(),
                element.children().stream().filter(unwanted.negate()).toList(),
                element.text(),
                element.line());
    }

    /** The element without some of its attributes. */
    static XmlElement withoutAttributes(XmlElement element, Set<String> names) {
        return new XmlElement(
                element.namespace(),
                element.name(),
                element.attributes().stream()
                        .filter(attribute -> !names.contains(attribute.name()))
                        .toList(),
                element.children(),
                element.text(),
                element.line());
    }

    static boolean isEmpty(XmlElement element) {
        return element.attributes().isEmpty()
                && element.children().isEmpty()
                && element.text().isBlank();
    }
}
