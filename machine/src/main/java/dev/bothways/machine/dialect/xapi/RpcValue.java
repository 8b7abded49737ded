package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of XML-RPC, as XAPI writes its records: numbers, truths and times are texts that their reader understands. */
sealed interface RpcValue {

    /** Where its tag stands, from 1. */
    int line();

    /** A scalar of any type, as it stands. */
    record Text(String text, int line) implements RpcValue {}

    /** Members by name; the first of a name counts, as in XAPI. */
    record Struct(Map<String, RpcValue> members, int line) implements RpcValue {}

    /** The values of an array. */
    record Items(List<RpcValue> items, int line) implements RpcValue {}

    /**
     * Reads a {@code <value>}.
     *
     * @param file what to call it in messages
     */
    static RpcValue of(XmlElement value, String file) throws DefinitionException {
        if (value.children().isEmpty()) {
            return new Text(value.text(), value.line());
        }
        XmlElement typed = value.children().getFirst();
        return switch (typed.name()) {
            case "string", "int", "i4", "i8", "boolean", "double", "dateTime.iso8601", "base64" ->
                new Text(typed.text(), value.line());
            case "nil" -> new Text("", value.line());
            case "struct" -> struct(typed, file);
            case "array" -> array(typed, file);
            default ->
                throw DefinitionException.inKey(
                        file, typed.line(), "value", "has the type " + typed.name() + ", which XML-RPC does not have");
        };
    }

    private static RpcValue struct(XmlElement struct, String file) throws DefinitionException {
        Map<String, RpcValue> members = new LinkedHashMap<>();
        for (XmlElement member : struct.children()) {
            Optional<XmlElement> name = member.child("name");
            Optional<XmlElement> value = member.child("value");
            if (!member.name().equals("member") || name.isEmpty() || value.isEmpty()) {
                throw DefinitionException.inKey(
                        file, member.line(), "struct", "holds something else than members with a name and a value");
            }
            members.putIfAbsent(name.get().text().strip(), of(value.get(), file));
        }
        return new Struct(members, struct.line());
    }

    private static RpcValue array(XmlElement array, String file) throws DefinitionException {
        List<RpcValue> items = new ArrayList<>();
        Optional<XmlElement> data = array.child("data");
        if (data.isPresent()) {
            for (XmlElement value : data.get().children()) {
                if (!value.name().equals("value")) {
                    throw DefinitionException.inKey(
                            file, value.line(), "array", "holds the element " + value.name() + " instead of values");
                }
                items.add(of(value, file));
            }
        }
        return new Items(items, array.line());
    }
}
