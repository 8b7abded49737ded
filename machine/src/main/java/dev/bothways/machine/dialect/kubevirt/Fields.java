package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** An object of a definition that is being read: what is taken is understood, and the rest is kept. */
final class Fields {
    private final JsonValue.Members object;
    private final String pointer;
    private final String file;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Fields> children = new LinkedHashMap<>();

    /**
     * An object.
     *
     * @param pointer where it is in a VirtualMachine (RFC 6901); empty text for the whole
     */
    Fields(JsonValue.Members object, String pointer, String file) {
        this.object = object;
        this.pointer = pointer;
        this.file = file;
    }

    /** The value of a name, which counts as understood. */
    Optional<JsonValue> take(String key) {
        taken.add(key);
        return object.member(key).filter(value -> !(value instanceof JsonValue.Null));
    }

    /** Takes a value that need not be kept, for it would be written anyway. */
    void takeUsual(String key, long usual) {
        if (object.member(key).orElse(object) instanceof JsonValue.Numeral number
                && number.digits().equals(Long.toString(usual))) {
            taken.add(key);
        }
    }

    boolean has(String key) {
        return object.member(key)
                .filter(value -> !(value instanceof JsonValue.Null))
                .isPresent();
    }

    Optional<String> text(String key) throws DefinitionException {
        Optional<JsonValue> value = take(key);
        return switch (value.orElse(object)) {
            case JsonValue.Text text -> Optional.of(text.text());
            case JsonValue.Numeral number -> Optional.of(number.digits());
            case JsonValue.Members absent when value.isEmpty() -> Optional.empty();
            default -> throw wrong(key, "should be a text");
        };
    }

    Optional<Boolean> truth(String key) throws DefinitionException {
        Optional<JsonValue> value = take(key);
        return switch (value.orElse(object)) {
            case JsonValue.Truth truth -> Optional.of(truth.truth());
            case JsonValue.Members absent when value.isEmpty() -> Optional.empty();
            default -> throw wrong(key, "should be true or false");
        };
    }

    /** A whole number from {@code least} on. */
    OptionalInt whole(String key, int least) throws DefinitionException {
        Optional<String> digits = text(key);
        if (digits.isEmpty()) {
            return OptionalInt.empty();
        }
        if (digits.get().matches("-?[0-9]{1,9}")) {
            int number = Integer.parseInt(digits.get());
            if (number >= least) {
                return OptionalInt.of(number);
            }
        }
        throw wrong(key, "should be a whole number from " + least + " on, and is " + digits.get());
    }

    /** An object below; what is not taken of it is kept with the rest of this one. */
    Optional<Fields> object(String key) throws DefinitionException {
        if (children.containsKey(key)) {
            return Optional.ofNullable(children.get(key));
        }
        Optional<JsonValue> value = take(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof JsonValue.Members members) {
            Fields child = new Fields(members, pointer + "/" + escaped(key), file);
            children.put(key, child);
            return Optional.of(child);
        }
        throw wrong(key, "should be an object");
    }

    /** An object below, empty if there is none. */
    Fields below(String... keys) throws DefinitionException {
        Fields at = this;
        for (String key : keys) {
            Optional<Fields> next = at.object(key);
            if (next.isEmpty()) {
                return new Fields(new JsonValue.Members(Map.of(), object.line()), at.pointer, file);
            }
            at = next.get();
        }
        return at;
    }

    /** The objects of a list, each to be kept for itself: its pointers begin with it. */
    List<Fields> items(String key) throws DefinitionException {
        Optional<JsonValue> value = take(key);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof JsonValue.Items items)) {
            throw wrong(key, "should be a list");
        }
        List<Fields> found = new ArrayList<>();
        for (JsonValue item : items.items()) {
            if (!(item instanceof JsonValue.Members members)) {
                throw wrong(key, "should be a list of objects");
            }
            found.add(new Fields(members, "", file));
        }
        return found;
    }

    /** All of it, as it was read. */
    JsonValue.Members source() {
        return object;
    }

    /** What was not taken, of this object and all below, each under its pointer. */
    List<Extra> rest() {
        List<Extra> rest = new ArrayList<>();
        object.members().forEach((key, value) -> {
            if (!taken.contains(key) && !(value instanceof JsonValue.Null)) {
                JsonValue said = withoutNulls(value);
                rest.add(new Extra(KubevirtDialect.ID, pointer + "/" + escaped(key), said.source()));
            }
        });
        children.values().forEach(child -> rest.addAll(child.rest()));
        return rest;
    }

    /** A member that is null is one that is not there: clusters drop them. */
    private static JsonValue withoutNulls(JsonValue value) {
        return switch (value) {
            case JsonValue.Members object -> {
                Map<String, JsonValue> said = new LinkedHashMap<>();
                object.members().forEach((key, member) -> {
                    if (!(member instanceof JsonValue.Null)) {
                        said.put(key, withoutNulls(member));
                    }
                });
                yield new JsonValue.Members(said, object.line());
            }
            case JsonValue.Items items ->
                new JsonValue.Items(
                        items.items().stream().map(Fields::withoutNulls).toList(), items.line());
            default -> value;
        };
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    DefinitionException wrong(String key, String message) {
        int line = object.member(key).map(JsonValue::line).orElseGet(object::line);
        return DefinitionException.inKey(file, line, key, message);
    }
}
