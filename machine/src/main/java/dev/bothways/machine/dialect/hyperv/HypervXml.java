package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import dev.bothways.machine.dialect.xml.XmlReader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The XML of Windows Server 2008 to 2012 R2: an element a key; those with values say by {@code type} of what kind. The bytes of
 * a {@code .vmcx} are in Base64 here.
 */
final class HypervXml {
    private static final String ROOT = "{}configuration";

    private final String file;

    private HypervXml(String file) {
        this.file = file;
    }

    static boolean recognizes(byte[] content) {
        return XmlReader.rootOf(content).filter(ROOT::equals).isPresent();
    }

    /** The root of the tree. */
    static HypervNode read(byte[] content, String fileName) throws DefinitionException {
        return new HypervXml(fileName).node(XmlReader.read(content, fileName));
    }

    private HypervNode node(XmlElement element) throws DefinitionException {
        List<HypervNode> children = new ArrayList<>();
        for (XmlElement child : element.children()) {
            children.add(node(child));
        }
        Optional<String> type = element.attribute("type");
        Optional<HypervValue> value = Optional.empty();
        if (type.isPresent() && children.isEmpty()) {
            value = Optional.of(value(element, type.get()));
        }
        return new HypervNode(element.name(), value, children, element.line());
    }

    private HypervValue value(XmlElement element, String type) throws DefinitionException {
        String text = element.text().strip();
        try {
            return switch (type) {
                case "integer" -> new HypervValue.Whole(Long.parseLong(text));
                case "bool", "boolean" -> truth(element, text);
                case "bytes" ->
                    new HypervValue.Bytes(
                            HexFormat.of().formatHex(Base64.getMimeDecoder().decode(text)));
                case "string" -> new HypervValue.Text(element.text());
                default ->
                    throw DefinitionException.inKey(
                            file, element.line(), element.name(), "is of the unknown type '" + type + "'");
            };
        } catch (NumberFormatException e) {
            throw DefinitionException.inKey(
                    file, element.line(), element.name(), "'" + text + "' is no whole number of 64 bits");
        } catch (IllegalArgumentException e) {
            throw DefinitionException.inKey(file, element.line(), element.name(), "is not in Base64");
        }
    }

    private HypervValue truth(XmlElement element, String text) throws DefinitionException {
        if (text.equalsIgnoreCase("true") || text.equals("1")) {
            return new HypervValue.Truth(true);
        }
        if (text.equalsIgnoreCase("false") || text.equals("0")) {
            return new HypervValue.Truth(false);
        }
        throw DefinitionException.inKey(
                file, element.line(), element.name(), "'" + text + "' is neither True nor False");
    }
}
