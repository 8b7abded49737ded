package dev.bothways.machine.dialect.xml;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.Limits;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads XML 1.0 from strangers: a document type declaration is refused, so there are no entities but XML's own five; nothing
 * is ever fetched; size, depth and number of elements are bounded. The encoding is found as XML says, UTF-16 included.
 */
public final class XmlReader {
    /** Below the JDK's own limit, whose message is for programmers. */
    private static final int DEEPEST = 90;

    private final XMLStreamReader in;
    private final String file;
    private int nodes;

    private XmlReader(XMLStreamReader in, String file) {
        this.in = in;
        this.file = file;
    }

    /**
     * The root element.
     *
     * @param fileName what to call the content in messages
     */
    public static XmlElement read(byte[] content, String fileName) throws DefinitionException {
        if (content.length > Limits.LARGEST) {
            throw DefinitionException.of(
                    fileName,
                    "has " + content.length + " bytes, and a definition in XML has at most " + Limits.LARGEST);
        }
        try {
            String text = XmlText.decode(content);
            Optional<String> excess = XmlTags.excess(text);
            if (excess.isPresent()) {
                throw DefinitionException.of(fileName, excess.get());
            }
            XMLStreamReader in = open(text);
            try {
                return new XmlReader(in, fileName).root();
            } finally {
                in.close();
            }
        } catch (XMLStreamException e) {
            throw malformed(fileName, e);
        } catch (CharacterCodingException e) {
            throw DefinitionException.of(fileName, "is not XML: " + e.getMessage());
        }
    }

    /** The root element's namespace and local name, {@code {namespace}name}, of what looks like XML; else empty. */
    public static Optional<String> rootOf(byte[] content) {
        int start = 0;
        while (start < Math.min(content.length, 64) && content[start] != '<') {
            // A byte order mark, white space, or the zero bytes of UTF-16.
            if (content[start] > ' ') {
                return Optional.empty();
            }
            start++;
        }
        if (content.length > Limits.LARGEST) {
            return Optional.empty();
        }
        try {
            String text = XmlText.decode(content);
            if (XmlTags.excess(text).isPresent()) {
                return Optional.empty();
            }
            XMLStreamReader in = open(text);
            try {
                while (in.hasNext()) {
                    if (in.next() == XMLStreamConstants.START_ELEMENT) {
                        String namespace = in.getNamespaceURI();
                        return Optional.of("{" + (namespace == null ? "" : namespace) + "}" + in.getLocalName());
                    }
                }
                return Optional.empty();
            } finally {
                in.close();
            }
        } catch (XMLStreamException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static XMLStreamReader open(String text) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        // Empty lines before the declaration are against XML 1.0, and common in files that people copied from a screen.
        return factory.createXMLStreamReader(new StringReader(text.stripLeading()));
    }

    private XmlElement root() throws XMLStreamException, DefinitionException {
        Deque<Open> open = new ArrayDeque<>();
        Optional<XmlElement> root = Optional.empty();
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> open.push(start(open.size()));
                case XMLStreamConstants.END_ELEMENT -> {
                    XmlElement ended = open.pop().end();
                    if (open.isEmpty()) {
                        root = Optional.of(ended);
                    } else {
                        open.peek().children.add(ended);
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!open.isEmpty()) {
                        open.peek().text.append(in.getText());
                    }
                }
                case XMLStreamConstants.DTD ->
                    throw here("has a document type declaration, which is never read; take it out");
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw here("uses the entity " + in.getLocalName() + ", which XML itself does not have");
                default -> {
                    // Comments and processing instructions mean nothing to any dialect.
                }
            }
        }
        return root.orElseThrow(() -> DefinitionException.of(file, "has no element"));
    }

    private Open start(int depth) throws DefinitionException {
        if (depth >= DEEPEST) {
            throw here("has elements more than " + DEEPEST + " deep");
        }
        List<XmlElement.Attribute> attributes = new ArrayList<>();
        for (int i = 0; i < in.getAttributeCount(); i++) {
            attributes.add(new XmlElement.Attribute(
                    orEmpty(in.getAttributeNamespace(i)), in.getAttributeLocalName(i), in.getAttributeValue(i)));
        }
        nodes += 1 + attributes.size();
        if (nodes > Limits.MOST_VALUES) {
            throw here("has more than " + Limits.MOST_VALUES + " elements and attributes");
        }
        return new Open(
                orEmpty(in.getNamespaceURI()),
                in.getLocalName(),
                attributes,
                new ArrayList<>(),
                new StringBuilder(),
                in.getLocation().getLineNumber());
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }

    private DefinitionException here(String message) {
        return DefinitionException.at(
                file,
                Math.max(1, in.getLocation().getLineNumber()),
                Math.max(1, in.getLocation().getColumnNumber()),
                message);
    }

    private static DefinitionException malformed(String file, XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        int at = message.indexOf("Message: ");
        String reason = (at < 0 ? message : message.substring(at + "Message: ".length()))
                .replaceAll("\\s+", " ")
                .strip();
        reason = "is not XML: " + (reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason);
        if (e.getLocation() == null || e.getLocation().getLineNumber() < 1) {
            return DefinitionException.of(file, reason);
        }
        return DefinitionException.at(
                file,
                e.getLocation().getLineNumber(),
                Math.max(1, e.getLocation().getColumnNumber()),
                reason);
    }

    private record Open(
            String namespace,
            String name,
            List<XmlElement.Attribute> attributes,
            List<XmlElement> children,
            StringBuilder text,
            int line) {
        XmlElement end() {
            return new XmlElement(namespace, name, attributes, children, text.toString(), line);
        }
    }
}
