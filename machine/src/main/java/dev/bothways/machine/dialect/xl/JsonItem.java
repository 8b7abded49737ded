package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** An object of libxl's JSON being read: what has been taken is understood, what is left is kept. */
final class JsonItem {
    private static final String UNSET = "<default>";
    private static final String UNKNOWN = "unknown";
    private static final Set<String> SAYS_NOTHING = Set.of("", "0", "-1", "False", "default", UNSET, UNKNOWN);

    private final String file;
    private final String path;
    private final int line;
    private final Map<String, JsonValue> left;

    private JsonItem(String file, String path, int line, Map<String, JsonValue> left) {
        this.file = file;
        this.path = path;
        this.line = line;
        this.left = left;
    }

    static JsonItem of(String file, String path, JsonValue value) throws DefinitionException {
        if (!(value instanceof JsonValue.Members object)) {
            throw DefinitionException.inKey(file, value.line(), path, "is no object");
        }
        return new JsonItem(file, path, object.line(), new LinkedHashMap<>(object.members()));
    }

    boolean isEmpty() {
        return left.isEmpty();
    }

    int line() {
        return line;
    }

    int line(String name) {
        JsonValue value = left.get(name);
        return value == null ? line : value.line();
    }

    DefinitionException error(int at, String name, String message) {
        return DefinitionException.inKey(file, at, path(name), message);
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    private Optional<JsonValue> take(String name) {
        return Optional.ofNullable(left.remove(name)).filter(value -> !(value instanceof JsonValue.Null));
    }

    void drop(List<String> names) {
        names.forEach(left::remove);
    }

    /** The object of this name; an empty one where there is none. Others say so for {@link #keep}. */
    JsonItem item(String name) throws DefinitionException {
        Optional<JsonValue> value = take(name);
        return value.isEmpty()
                ? new JsonItem(file, path(name), line, new LinkedHashMap<>())
                : of(file, path(name), value.get());
    }

    /** A text, if it is not empty and says something; numbers count as texts. */
    Optional<String> text(String name) throws DefinitionException {
        Optional<JsonValue> value = take(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String text = text(value.get(), name);
        return text.isEmpty() || text.equals(UNSET) || text.equals(UNKNOWN) ? Optional.empty() : Optional.of(text);
    }

    private String text(JsonValue value, String name) throws DefinitionException {
        return switch (value) {
            case JsonValue.Text text -> text.text();
            case JsonValue.Numeral number -> number.digits();
            case JsonValue.Truth truth -> truth.truth() ? "True" : "False";
            case JsonValue.Null ignored -> "";
            case JsonValue.Items items -> throw error(items.line(), name, "is a list but must be a single value");
            case JsonValue.Members object ->
                throw error(object.line(), name, "is an object but must be a single value");
        };
    }

    /** A whole number between two bounds. */
    OptionalLong number(String name, long least, long most) throws DefinitionException {
        int at = line(name);
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(text.get());
            if (number < least || number > most) {
                throw error(at, name, number + " is not between " + least + " and " + most);
            }
            return OptionalLong.of(number);
        } catch (NumberFormatException e) {
            throw error(at, name, "'" + text.get() + "' is not a whole number");
        }
    }

    /** A truth, which libxl writes as the text {@code True} or {@code False}, as a truth or as a number. */
    Optional<Boolean> truth(String name) throws DefinitionException {
        int at = line(name);
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (text.get()) {
                    case "True", "1" -> true;
                    case "False", "0" -> false;
                    default -> throw error(at, name, "'" + text.get() + "' is neither True nor False");
                });
    }

    /** The items of a list; none where there is none. */
    List<JsonValue> list(String name) throws DefinitionException {
        Optional<JsonValue> value = take(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof JsonValue.Items items)) {
            throw error(value.get().line(), name, "is no list");
        }
        return items.items();
    }

    /** The texts of a list. */
    List<String> texts(String name) throws DefinitionException {
        List<String> texts = new ArrayList<>();
        for (JsonValue value : list(name)) {
            texts.add(text(value, name));
        }
        return texts;
    }

    /** The objects of a list. */
    List<JsonItem> items(String name) throws DefinitionException {
        List<JsonItem> items = new ArrayList<>();
        for (JsonValue value : list(name)) {
            items.add(of(file, path(name) + "/" + items.size(), value));
        }
        return items;
    }

    /** What nobody has taken and says something, as items to be kept. */
    void keep(String within, List<Extra> extras) {
        left.forEach((name, value) -> {
            if (says(value)) {
                extras.add(new Extra(XlJsonDialect.ID, within + name, value.source()));
            }
        });
        left.clear();
    }

    private static boolean says(JsonValue value) {
        return switch (value) {
            case JsonValue.Null ignored -> false;
            case JsonValue.Text text -> !SAYS_NOTHING.contains(text.text());
            case JsonValue.Numeral number -> !SAYS_NOTHING.contains(number.digits());
            case JsonValue.Truth truth -> truth.truth();
            case JsonValue.Items items -> items.items().stream().anyMatch(JsonItem::says);
            case JsonValue.Members object -> object.members().values().stream().anyMatch(JsonItem::says);
        };
    }
}
