package dev.bothways.machine.dialect.xml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An element with all that is in it, but for comments and processing instructions.
 *
 * @param namespace its namespace's URI; empty text without one
 * @param name its local name
 * @param attributes in the order of the file, without declarations of namespaces
 * @param children the elements in it, in order
 * @param text the character data directly in it, joined; as it stands, with its white space
 * @param line where its start tag ends, from 1; 0 for one that was not read
 */
public record XmlElement(
        String namespace, String name, List<Attribute> attributes, List<XmlElement> children, String text, int line) {

    /**
     * An attribute.
     *
     * @param namespace its namespace's URI; empty text without one
     * @param name its local name
     */
    public record Attribute(String namespace, String name, String value) {}

    public XmlElement {
        attributes = List.copyOf(attributes);
        children = List.copyOf(children);
    }

    /** A builder of an element without a namespace. */
    public static Builder builder(String name) {
        return new Builder("", name);
    }

    /** A builder of an element. */
    public static Builder builder(String namespace, String name) {
        return new Builder(namespace, name);
    }

    /** The value of an attribute: the one without a namespace if there are several of this name. */
    public Optional<String> attribute(String attribute) {
        Optional<String> found = Optional.empty();
        for (Attribute candidate : attributes) {
            if (candidate.name.equals(attribute)) {
                if (candidate.namespace.isEmpty()) {
                    return Optional.of(candidate.value);
                }
                found = found.isPresent() ? found : Optional.of(candidate.value);
            }
        }
        return found;
    }

    /** The first child of this local name. */
    public Optional<XmlElement> child(String child) {
        return children(child).findFirst();
    }

    /** All children of this local name, in order. */
    public Stream<XmlElement> children(String child) {
        return children.stream().filter(candidate -> candidate.name.equals(child));
    }

    /** The element at the end of a way of first children. */
    public Optional<XmlElement> at(String... path) {
        Optional<XmlElement> found = Optional.of(this);
        for (String step : path) {
            found = found.flatMap(element -> element.child(step));
        }
        return found;
    }

    /** The text of the first child of this name, without the white space around it; empty if there is none or no text. */
    public Optional<String> textOf(String child) {
        return child(child).map(element -> element.text.strip()).filter(found -> !found.isEmpty());
    }

    /** Collects the parts of an {@link XmlElement} to be written. */
    public static final class Builder {
        private final String namespace;
        private final String name;
        private final List<Attribute> attributes = new ArrayList<>();
        private final List<XmlElement> children = new ArrayList<>();
        private String text = "";

        private Builder(String namespace, String name) {
            this.namespace = namespace;
            this.name = name;
        }

        /** Adds an attribute without a namespace. */
        public Builder attribute(String attribute, Object value) {
            return attribute("", attribute, value);
        }

        /** Adds an attribute without a namespace if there is a value. */
        public Builder attribute(String attribute, Optional<?> value) {
            value.ifPresent(present -> attribute("", attribute, present));
            return this;
        }

        /** Adds an attribute. */
        public Builder attribute(String attributeNamespace, String attribute, Object value) {
            attributes.add(new Attribute(attributeNamespace, attribute, String.valueOf(value)));
            return this;
        }

        public Builder text(Object value) {
            text = String.valueOf(value);
            return this;
        }

        public Builder child(XmlElement child) {
            children.add(child);
            return this;
        }

        public Builder child(Builder child) {
            return child(child.build());
        }

        public Builder children(List<XmlElement> values) {
            children.addAll(values);
            return this;
        }

        /** Adds a child that only holds text, in this element's namespace. */
        public Builder child(String child, Object value) {
            return child(builder(namespace, child).text(value));
        }

        public XmlElement build() {
            return new XmlElement(namespace, name, attributes, children, text, 0);
        }
    }
}
