package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlReader;
import dev.bothways.machine.dialect.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** An element whose parts are taken out as they are understood, or put in as they are written. Namespaces are left aside. */
final class Node {
    private static final List<String> IDENTITIES = List.of("name", "slot", "id", "position", "uuid");

    private final String name;
    private final int line;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Node> children = new ArrayList<>();
    private String text = "";

    Node(String name) {
        this(name, 0);
    }

    private Node(String name, int line) {
        this.name = name;
        this.line = line;
    }

    static Node of(XmlElement element) {
        Node node = new Node(element.name(), element.line());
        element.attributes().forEach(attribute -> node.attributes.put(attribute.name(), attribute.value()));
        element.children().forEach(child -> node.children.add(of(child)));
        node.text = element.children().isEmpty() && !element.text().isBlank() ? element.text() : "";
        return node;
    }

    /** An element that was kept as text; empty if it is none of this name. */
    static Optional<Node> parse(String xml, String name) {
        return parse(xml).filter(node -> node.name.equals(name));
    }

    /** An element that was kept as text; empty if it is none. */
    static Optional<Node> parse(String xml) {
        try {
            return Optional.of(of(XmlReader.read(xml.getBytes(StandardCharsets.UTF_8), "extra")));
        } catch (DefinitionException e) {
            return Optional.empty();
        }
    }

    XmlElement element(String namespace) {
        XmlElement.Builder builder = XmlElement.builder(namespace, name);
        attributes.forEach(builder::attribute);
        children.forEach(child -> builder.child(child.element(namespace)));
        return builder.text(text).build();
    }

    /** The element as text, to be kept. */
    String xml() {
        return XmlWriter.element(element(""), Map.of()).strip();
    }

    String name() {
        return name;
    }

    int line() {
        return line;
    }

    String text() {
        return text;
    }

    Node text(String value) {
        text = value;
        return this;
    }

    Node set(String attribute, Object value) {
        attributes.put(attribute, String.valueOf(value));
        return this;
    }

    Node add(Node child) {
        children.add(child);
        return this;
    }

    /** Adds an element and gives it back. */
    Node addNew(String child) {
        Node node = new Node(child);
        children.add(node);
        return node;
    }

    List<Node> children() {
        return List.copyOf(children);
    }

    List<Node> children(String child) {
        return children.stream().filter(node -> node.name.equals(child)).toList();
    }

    Optional<Node> child(String child) {
        return children.stream().filter(node -> node.name.equals(child)).findFirst();
    }

    /** The first child of this name, made if there is none. */
    Node childOrNew(String child) {
        return child(child).orElseGet(() -> addNew(child));
    }

    Optional<Node> takeChild(String child) {
        Optional<Node> found = child(child);
        found.ifPresent(children::remove);
        return found;
    }

    void remove(Node child) {
        children.remove(child);
    }

    Map<String, String> attributes() {
        return Map.copyOf(attributes);
    }

    Optional<String> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    Optional<String> take(String attribute) {
        return Optional.ofNullable(attributes.remove(attribute));
    }

    /** Takes an attribute out if it has its usual value. */
    void drop(String attribute, String usual) {
        attributes.remove(attribute, usual);
    }

    /** Whether nothing is left. Elements in it that are empty do not count. */
    boolean isEmpty() {
        children.removeIf(Node::isEmpty);
        return attributes.isEmpty() && children.isEmpty() && text.isEmpty();
    }

    /** Adds what another element of the name has and this one has not. */
    void merge(Node other) {
        other.attributes.forEach(attributes::putIfAbsent);
        if (text.isEmpty()) {
            text = other.text;
        }
        List<Node> own = List.copyOf(children);
        for (Node child : other.children) {
            Optional<Node> same = own.stream().filter(child::isAbout).findFirst();
            same.ifPresentOrElse(node -> node.merge(child), () -> children.add(child));
        }
    }

    /** Whether two elements are about one thing: those of a list are told apart by what names them. */
    private boolean isAbout(Node other) {
        return name.equals(other.name)
                && IDENTITIES.stream().allMatch(key -> Objects.equals(attributes.get(key), other.attributes.get(key)));
    }

    /** Sorts the elements in this one as {@code order} has them; others come last, by name. */
    void sort(List<String> order) {
        children.sort((a, b) -> {
            int first = order.contains(a.name) ? order.indexOf(a.name) : order.size();
            int second = order.contains(b.name) ? order.indexOf(b.name) : order.size();
            return first != second ? Integer.compare(first, second) : a.name.compareTo(b.name);
        });
    }
}
