package dev.bothways.conversion.bundle;

import dev.bothways.machine.DefinitionException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** A JSON object being read: each item has one type, and what nobody asks for is an error. */
final class JsonItem {
    private final JsonNode node;
    private final String fileName;
    private final String pointer;
    private final Set<String> read = new HashSet<>();

    private JsonItem(JsonNode node, String fileName, String pointer) {
        this.node = node;
        this.fileName = fileName;
        this.pointer = pointer;
    }

    static JsonItem of(JsonNode node, String fileName) throws DefinitionException {
        return of(node, fileName, "");
    }

    private static JsonItem of(JsonNode node, String fileName, String pointer) throws DefinitionException {
        JsonItem item = new JsonItem(node, fileName, pointer);
        if (!node.isObject()) {
            throw DefinitionException.of(fileName, "the item " + pointer + " of the machine must be a JSON object");
        }
        return item;
    }

    DefinitionException error(String name, String message) {
        return DefinitionException.of(fileName, "the item " + pointer + "/" + name + " of the machine " + message);
    }

    boolean has(String name) {
        return node.has(name);
    }

    private JsonNode need(String name) throws DefinitionException {
        read.add(name);
        JsonNode value = node.path(name);
        if (value.isMissingNode()) {
            throw error(name, "is missing");
        }
        return value;
    }

    /** Refuses items that have not been asked for. */
    void end() throws DefinitionException {
        for (String name : node.propertyNames()) {
            if (!read.contains(name)) {
                throw error(name, "is not known: was it written by a newer version?");
            }
        }
    }

    String text(String name) throws DefinitionException {
        JsonNode value = need(name);
        if (!value.isString()) {
            throw error(name, "must be a text");
        }
        return value.stringValue();
    }

    Optional<String> optionalText(String name) throws DefinitionException {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    boolean truth(String name) throws DefinitionException {
        JsonNode value = need(name);
        if (!value.isBoolean()) {
            throw error(name, "must be true or false");
        }
        return value.booleanValue();
    }

    long longNumber(String name) throws DefinitionException {
        JsonNode value = need(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw error(name, "must be a whole number");
        }
        return value.longValue();
    }

    int number(String name) throws DefinitionException {
        long number = longNumber(name);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw error(name, "must be a whole number from 0 to " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    OptionalInt optionalNumber(String name) throws DefinitionException {
        return has(name) ? OptionalInt.of(number(name)) : OptionalInt.empty();
    }

    JsonItem object(String name) throws DefinitionException {
        return of(need(name), fileName, pointer + "/" + name);
    }

    /** A text out of a fixed set. */
    <T> T word(String name, T[] all, Function<T, String> id) throws DefinitionException {
        return word(name, text(name), all, id);
    }

    private <T> T word(String name, String text, T[] all, Function<T, String> id) throws DefinitionException {
        for (T each : all) {
            if (id.apply(each).equals(text)) {
                return each;
            }
        }
        throw error(name, "is not one of the words that may stand there");
    }

    <T> List<T> words(String name, T[] all, Function<T, String> id) throws DefinitionException {
        List<T> words = new ArrayList<>();
        for (String text : texts(name)) {
            words.add(word(name, text, all, id));
        }
        return words;
    }

    List<String> texts(String name) throws DefinitionException {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : array(name)) {
            if (!each.isString()) {
                throw error(name, "must be a list of texts");
            }
            texts.add(each.stringValue());
        }
        return texts;
    }

    private JsonNode array(String name) throws DefinitionException {
        JsonNode value = need(name);
        if (!value.isArray()) {
            throw error(name, "must be a list");
        }
        return value;
    }

    /** How one object of a list is read. */
    interface Reader<T> {
        T read(JsonItem item) throws DefinitionException;
    }

    /** The objects of a list, each read to its last item. */
    <T> List<T> objects(String name, Reader<T> reader) throws DefinitionException {
        List<T> all = new ArrayList<>();
        for (JsonNode each : array(name)) {
            JsonItem item = of(each, fileName, pointer + "/" + name + "/" + all.size());
            all.add(reader.read(item));
            item.end();
        }
        return all;
    }
}
