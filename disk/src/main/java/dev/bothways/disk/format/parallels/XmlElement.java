package dev.bothways.disk.format.parallels;

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
 * An element of an XML document from outside: names without prefixes, the text within, stripped, and the elements within. No document types
 * and no entities but XML's own five, so nothing outside is fetched and nothing grows.
 */
record XmlElement(String name, Map<String, String> attributes, String text, List<XmlElement> children) {
    private static final int DEEPEST = 16;
    private static final int MOST_ELEMENTS = 50_000;

    /** Reads a document. The caller bounds its length. */
    static XmlElement parse(InputStream in) throws XMLStreamException {
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
            return new Parser(reader).document();
        } finally {
            reader.close();
        }
    }

    /** The elements within that have this name. */
    List<XmlElement> all(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).toList();
    }

    /** The first element within that has this name. */
    Optional<XmlElement> first(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).findFirst();
    }

    /** The text of the first element within that has this name; empty where there is none. */
    String textOf(String wanted) {
        return first(wanted).map(XmlElement::text).orElse("");
    }

    private static final class Parser {
        private final XMLStreamReader reader;
        private int elements;

        Parser(XMLStreamReader reader) {
            this.reader = reader;
        }

        XmlElement document() throws XMLStreamException {
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD) {
                    throw new XMLStreamException("it has a document type, which none of these has");
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    return element(0);
                }
            }
            throw new XMLStreamException("it is empty");
        }

        private XmlElement element(int depth) throws XMLStreamException {
            if (depth > DEEPEST || ++elements > MOST_ELEMENTS) {
                throw new XMLStreamException(
                        "it has more than %d elements, or deeper ones than %d".formatted(MOST_ELEMENTS, DEEPEST));
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
                        return new XmlElement(
                                name, Map.copyOf(attributes), text.toString().strip(), List.copyOf(children));
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
