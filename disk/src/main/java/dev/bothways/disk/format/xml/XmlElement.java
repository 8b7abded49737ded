package dev.bothways.disk.format.xml;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of an XML document from outside: names without prefixes, the text within, stripped, and the elements within. No entities
 * but XML's own five, so nothing outside is fetched and nothing grows.
 */
public record XmlElement(String name, Map<String, String> attributes, String text, List<XmlElement> children) {

    public XmlElement {
        attributes = Map.copyOf(attributes);
        children = List.copyOf(children);
    }

    /**
     * What a document may have.
     *
     * @param deepest how deep elements may lie in each other
     * @param most how many elements there may be
     * @param typed whether it may have a document type, which is passed over
     */
    public record Bounds(int deepest, int most, boolean typed) {}

    /** Reads a document. The caller bounds its length. */
    public static XmlElement parse(InputStream in, Bounds bounds) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("it names something outside of it, " + systemId);
        });
        XMLStreamReader reader = factory.createXMLStreamReader(in);
        try {
            return new Parser(reader, bounds).document();
        } finally {
            reader.close();
        }
    }

    /** The elements within that have this name. */
    public List<XmlElement> all(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).toList();
    }

    /** The first element within that has this name. */
    public Optional<XmlElement> first(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).findFirst();
    }

    /** The text of the first element within that has this name; empty where there is none. */
    public String textOf(String wanted) {
        return first(wanted).map(XmlElement::text).orElse("");
    }

    private static final class Parser {
        private final XMLStreamReader reader;
        private final Bounds bounds;
        private int elements;

        Parser(XMLStreamReader reader, Bounds bounds) {
            this.reader = reader;
            this.bounds = bounds;
        }

        XmlElement document() throws XMLStreamException {
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD && !bounds.typed()) {
                    throw new XMLStreamException("it has a document type, which none of these has");
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    return element(0);
                }
            }
            throw new XMLStreamException("it is empty");
        }

        private XmlElement element(int depth) throws XMLStreamException {
            if (depth > bounds.deepest() || ++elements > bounds.most()) {
                throw new XMLStreamException("it has more than %d elements, or deeper ones than %d"
                        .formatted(bounds.most(), bounds.deepest()));
            }
            String name = reader.getLocalName();
            Map<String, String> attributes = new HashMap<>();
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
            }
            StringBuilder text = new StringBuilder();
            List<XmlElement> children = new ArrayList<>();
            while (true) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> children.add(element(depth + 1));
                    case XMLStreamConstants.END_ELEMENT -> {
                        return new XmlElement(name, attributes, text.toString().strip(), children);
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                    case XMLStreamConstants.ENTITY_REFERENCE ->
                        throw new XMLStreamException("it has an entity, " + reader.getLocalName());
                    default -> {} // Comments, processing instructions and space say nothing.
                }
            }
        }
    }
}
