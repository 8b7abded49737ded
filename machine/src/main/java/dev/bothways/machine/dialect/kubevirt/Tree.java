package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.json.JsonReader;
import dev.bothways.machine.dialect.json.JsonValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An object of a definition that is being written. */
final class Tree {
    private final Map<String, Object> members;

    Tree() {
        this(new LinkedHashMap<>());
    }

    private Tree(Map<String, Object> members) {
        this.members = members;
    }

    Map<String, Object> members() {
        return members;
    }

    /** A text, number, truth, or a list of objects. */
    void put(String key, Object value) {
        members.put(key, value);
    }

    void putIfAbsent(String key, Object value) {
        members.putIfAbsent(key, value);
    }

    /** The object of this name, made if it is not there. */
    @SuppressWarnings("unchecked") // Only trees put maps in.
    Tree below(String key) {
        return new Tree((Map<String, Object>) members.computeIfAbsent(key, absent -> new LinkedHashMap<>()));
    }

    /**
     * Puts a value that was read from another definition where it was.
     *
     * @param pointer as RFC 6901 has it
     * @param json the value; a text that is no JSON is not taken
     * @return whether there was room
     */
    boolean merge(String pointer, String json) {
        JsonValue value;
        try {
            value = JsonReader.read(json.getBytes(StandardCharsets.UTF_8), pointer);
        } catch (DefinitionException e) {
            return false; // Nobody's value that was read from a VirtualMachine.
        }
        String[] names = pointer.split("/", -1);
        Map<String, Object> at = members;
        for (int i = 1; i < names.length; i++) {
            String name = names[i].replace("~1", "/").replace("~0", "~");
            if (i == names.length - 1) {
                return at.putIfAbsent(name, plain(value)) == null;
            }
            Object next = at.computeIfAbsent(name, absent -> new LinkedHashMap<String, Object>());
            if (!(next instanceof Map<?, ?>)) {
                return false;
            }
            at = asMembers(next);
        }
        return false;
    }

    @SuppressWarnings("unchecked") // Only this class makes maps.
    private static Map<String, Object> asMembers(Object map) {
        return (Map<String, Object>) map;
    }

    /** A value of JSON as it is put into a tree. */
    static Object plain(JsonValue value) {
        return switch (value) {
            case JsonValue.Text text -> text.text();
            case JsonValue.Numeral number -> new BigDecimal(number.digits());
            case JsonValue.Truth truth -> truth.truth();
            case JsonValue.Null nothing -> "";
            case JsonValue.Items items ->
                (Object) items.items().stream().map(Tree::plain).toList();
            case JsonValue.Members object -> {
                Map<String, Object> members = new LinkedHashMap<>();
                object.members().forEach((key, member) -> members.put(key, plain(member)));
                yield members;
            }
        };
    }

    /** The object that a text of JSON is; empty if it is none. */
    static Tree of(String json) {
        try {
            JsonValue value = JsonReader.read(json.getBytes(StandardCharsets.UTF_8), "");
            return value instanceof JsonValue.Members ? new Tree(asMembers(plain(value))) : new Tree();
        } catch (DefinitionException e) {
            return new Tree();
        }
    }

    /** Objects as a list. */
    static List<Map<String, Object>> list(List<Tree> trees) {
        return trees.stream().map(Tree::members).toList();
    }
}
