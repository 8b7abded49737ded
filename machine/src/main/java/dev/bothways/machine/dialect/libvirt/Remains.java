package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An element out of which words are taken one by one; what remains has no word in the record. An element that was opened and
 * has nothing left is gone; one that nobody opened remains whole. Names are those of libvirt itself, without a namespace.
 */
final class Remains {
    private final XmlElement element;
    private final List<XmlElement.Attribute> attributes;
    private final List<Remains> children = new ArrayList<>();
    private String text;
    private boolean opened;

    private Remains(XmlElement element) {
        this.element = element;
        this.attributes = new ArrayList<>(element.attributes());
        for (XmlElement child : element.children()) {
            if (!isGeneratedAlias(child)) {
                children.add(new Remains(child));
            }
        }
        this.text =
                element.children().isEmpty() ? element.text() : element.text().strip();
    }

    /** An element that counts as opened. */
    static Remains of(XmlElement element) {
        Remains remains = new Remains(element);
        remains.opened = true;
        return remains;
    }

    /** libvirt numbers the devices of a running machine by itself; only names that begin with {@code ua-} are people's. */
    private static boolean isGeneratedAlias(XmlElement element) {
        return element.name().equals("alias")
                && element.namespace().isEmpty()
                && !element.attribute("name").orElse("").startsWith("ua-");
    }

    /** The element as it was read. */
    XmlElement element() {
        return element;
    }

    String name() {
        return element.name();
    }

    /** The value of an attribute that stays where it is. */
    Optional<String> peek(String attribute) {
        return attributes.stream()
                .filter(candidate ->
                        candidate.namespace().isEmpty() && candidate.name().equals(attribute))
                .map(XmlElement.Attribute::value)
                .findFirst();
    }

    /** The value of an attribute, which is gone then. */
    Optional<String> take(String attribute) {
        Optional<String> value = peek(attribute);
        attributes.removeIf(
                candidate -> candidate.namespace().isEmpty() && candidate.name().equals(attribute));
        return value;
    }

    /** Takes an attribute away if it has this value. */
    void drop(String attribute, String value) {
        if (peek(attribute).filter(value::equals).isPresent()) {
            take(attribute);
        }
    }

    /** The children of this name, opened. */
    List<Remains> open(String child) {
        List<Remains> found = children.stream()
                .filter(candidate -> candidate.name().equals(child)
                        && candidate.element.namespace().isEmpty())
                .toList();
        found.forEach(candidate -> candidate.opened = true);
        return found;
    }

    /** The first child of this name, opened. */
    Optional<Remains> first(String child) {
        Optional<Remains> found = children.stream()
                .filter(candidate -> candidate.name().equals(child)
                        && candidate.element.namespace().isEmpty())
                .findFirst();
        found.ifPresent(candidate -> candidate.opened = true);
        return found;
    }

    /** The first child of this name, with all that is in it; gone then. */
    Optional<XmlElement> remove(String child) {
        Optional<Remains> found = first(child);
        found.ifPresent(children::remove);
        return found.map(Remains::whole);
    }

    /** Takes away the child that says this. */
    void removeSame(XmlElement child) {
        children.removeIf(candidate -> Fragments.same(candidate.element, child));
    }

    /** The element without the names that libvirt generates, if nothing was taken out of it. */
    XmlElement whole() {
        List<XmlElement> all = children.stream().map(Remains::whole).toList();
        return new XmlElement(
                element.namespace(), element.name(), attributes, all, text.isBlank() ? "" : text, element.line());
    }

    /** The text in the first child of this name, as it stands; empty if there is none or only white space. */
    Optional<String> textOf(String child) {
        return first(child).map(Remains::takeText).filter(found -> !found.isBlank());
    }

    /** The text, which is gone then. */
    String takeText() {
        String taken = text;
        text = "";
        return taken;
    }

    /** The children, in order, that are still there. */
    List<Remains> children() {
        return List.copyOf(children);
    }

    /** What is left, or nothing. */
    Optional<XmlElement> rest() {
        List<XmlElement> left =
                children.stream().map(Remains::rest).flatMap(Optional::stream).toList();
        if (!opened) {
            return Optional.of(whole());
        }
        if (attributes.isEmpty() && left.isEmpty() && text.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(new XmlElement(
                element.namespace(), element.name(), attributes, left, text.isBlank() ? "" : text, element.line()));
    }
}
