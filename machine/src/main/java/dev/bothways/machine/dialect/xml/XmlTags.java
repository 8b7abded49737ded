package dev.bothways.machine.dialect.xml;

import java.util.Optional;

/**
 * Looks over the start tags of XML before the JDK's parser does, whose time grows with the square of a tag's declarations of namespaces, and
 * which has no limit for them.
 */
final class XmlTags {
    /** Below the JDK's own limit, 200, whose message is for programmers. */
    private static final int MOST_ATTRIBUTES = 190;

    private static final int MOST_NAMESPACES = 1000;
    private static final String NAMESPACE = "xmlns";

    private final String text;
    private int at;
    private int namespaces;

    private XmlTags(String text) {
        this.text = text;
    }

    /** What there is too much of, in words; empty where all is modest. What is no XML is the parser's to tell. */
    static Optional<String> excess(String text) {
        return new XmlTags(text).excess();
    }

    private Optional<String> excess() {
        for (at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
            if (text.startsWith("<!--", at)) {
                skip("-->");
            } else if (text.startsWith("<![CDATA[", at)) {
                skip("]]>");
            } else if (text.startsWith("<?", at)) {
                skip("?>");
            } else if (text.startsWith("<!", at)) {
                return Optional.empty(); // A document type: refused by the parser as soon as it comes to it.
            } else if (attributes() > MOST_ATTRIBUTES) {
                return Optional.of("an element has more than " + MOST_ATTRIBUTES + " attributes");
            } else if (namespaces > MOST_NAMESPACES) {
                return Optional.of("there are more than " + MOST_NAMESPACES + " declarations of namespaces");
            }
        }
        return Optional.empty();
    }

    private void skip(String end) {
        int found = text.indexOf(end, at);
        at = found < 0 ? text.length() : found + end.length();
    }

    /** Goes to the end of the tag and counts its attributes, declarations of namespaces among them; not many more than too many. */
    private int attributes() {
        int found = 0;
        while (++at < text.length() && text.charAt(at) != '>' && found <= MOST_ATTRIBUTES) {
            char c = text.charAt(at);
            if (c == '"' || c == '\'') {
                int end = text.indexOf(c, at + 1);
                at = end < 0 ? text.length() : end;
            } else if (c == '=') {
                found++;
            } else if (c == 'x' && text.startsWith(NAMESPACE, at)) {
                namespaces++;
                at += NAMESPACE.length() - 1;
            }
        }
        return found;
    }
}
