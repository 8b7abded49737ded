package dev.bothways.machine.dialect.xml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes XML 1.0 for people to edit: an element a line, two blanks a step, the attributes in the order given, the namespaces
 * declared at the root. Any text can be written: what XML cannot hold (control characters, lone surrogates) becomes U+FFFD.
 */
public final class XmlWriter {
    private static final String XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

    private final StringBuilder out = new StringBuilder();
    private final Map<String, String> prefixes;

    private XmlWriter(Map<String, String> prefixes) {
        this.prefixes = prefixes;
    }

    /**
     * A whole file, with its declaration and a line end.
     *
     * @param prefixes of namespaces by URI; empty text makes one the default for elements. Others get {@code n1}, {@code n2}
     */
    public static String document(XmlElement root, Map<String, String> prefixes) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(root, prefixes);
    }

    /** As {@link #document}, without the declaration. */
    public static String element(XmlElement root, Map<String, String> prefixes) {
        Map<String, String> all = new LinkedHashMap<>(prefixes);
        Set<String> used = new TreeSet<>();
        namespaces(root, used);
        used.remove("");
        used.remove(XML_NAMESPACE);
        int next = 1;
        for (String namespace : used) {
            if (!all.containsKey(namespace)) {
                all.put(namespace, "n" + next++);
            }
        }
        XmlWriter writer = new XmlWriter(all);
        writer.write(root, 0);
        return writer.out.toString();
    }

    private static void namespaces(XmlElement element, Set<String> used) {
        used.add(element.namespace());
        element.attributes().forEach(attribute -> used.add(attribute.namespace()));
        element.children().forEach(child -> namespaces(child, used));
    }

    private void write(XmlElement element, int depth) {
        String tag = name(element.namespace(), element.name());
        indent(depth).append('<').append(tag);
        if (depth == 0) {
            prefixes.forEach(
                    (namespace, prefix) -> attribute(prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix, namespace));
        }
        for (XmlElement.Attribute attribute : element.attributes()) {
            attribute(name(attribute.namespace(), attribute.name()), attribute.value());
        }
        boolean mixed = !element.text().isBlank() && !element.children().isEmpty();
        if (element.children().isEmpty() && element.text().isEmpty()) {
            out.append("/>\n");
            return;
        }
        out.append('>');
        if (element.children().isEmpty() || mixed) {
            escape(element.text(), false);
        }
        if (!element.children().isEmpty()) {
            out.append('\n');
            element.children().forEach(child -> write(child, depth + 1));
            indent(depth);
        }
        out.append("</").append(tag).append(">\n");
    }

    private String name(String namespace, String local) {
        String prefix = namespace.equals(XML_NAMESPACE) ? "xml" : prefixes.getOrDefault(namespace, "");
        return prefix.isEmpty() ? local : prefix + ":" + local;
    }

    private StringBuilder indent(int depth) {
        return out.repeat("  ", depth);
    }

    private void attribute(String name, String value) {
        out.append(' ').append(name).append("=\"");
        escape(value, true);
        out.append('"');
    }

    private void escape(String text, boolean inAttribute) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append(inAttribute ? "&quot;" : "\"");
                case '\n' -> out.append(inAttribute ? "&#10;" : "\n");
                case '\t' -> out.append(inAttribute ? "&#9;" : "\t");
                case '\r' -> out.append("&#13;");
                default -> out.appendCodePoint(allowed(c) ? c : 0xFFFD);
            }
        });
    }

    /** XML 1.0, section 2.2; white space is dealt with above. */
    private static boolean allowed(int c) {
        return (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
    }
}
