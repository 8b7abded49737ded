package dev.bothways.machine.dialect.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A value of JSON (RFC 8259), and the line where it begins, from 1. */
public sealed interface JsonValue {
    /** Where it begins. */
    int line();

    record Text(String text, int line) implements JsonValue {}

    /** A number as it is written, of some 30 characters at most. */
    record Numeral(String digits, int line) implements JsonValue {}

    record Truth(boolean truth, int line) implements JsonValue {}

    record Null(int line) implements JsonValue {}

    record Items(List<JsonValue> items, int line) implements JsonValue {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** An object; its members keep their order. */
    record Members(Map<String, JsonValue> members, int line) implements JsonValue {
        public Members {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /** The member of a name. */
        public Optional<JsonValue> member(String name) {
            return Optional.ofNullable(members.get(name));
        }
    }

    /** The value as JSON, on one line. */
    default String source() {
        return switch (this) {
            case Text text -> quoted(text.text());
            case Numeral number -> number.digits();
            case Truth truth -> Boolean.toString(truth.truth());
            case Null ignored -> "null";
            case Items items ->
                items.items().stream().map(JsonValue::source).collect(Collectors.joining(",", "[", "]"));
            case Members object ->
                object.members().entrySet().stream()
                        .map(member -> quoted(member.getKey()) + ":"
                                + member.getValue().source())
                        .collect(Collectors.joining(",", "{", "}"));
        };
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f || Character.isSurrogate((char) c)) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.append((char) c);
            }
        });
        return out.append('"').toString();
    }
}
