package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.DefinitionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The settings of a file by key, and which of them have been understood. */
final class XlSettings {

    /** A setting as it stands after all assignments. */
    record Setting(String key, int line, XlValue value) {}

    private final String fileName;
    private final Map<String, Setting> left = new LinkedHashMap<>();

    XlSettings(String fileName) {
        this.fileName = fileName;
    }

    String fileName() {
        return fileName;
    }

    /** The keys not yet taken, in the order of the file. */
    List<String> keys() {
        return List.copyOf(left.keySet());
    }

    /** The last assignment counts. */
    void set(String key, int line, XlValue value) {
        left.remove(key);
        left.put(key, new Setting(key, line, value));
    }

    void remove(String key) {
        left.remove(key);
    }

    /** Appends to what was assigned before: text to text, items to items. */
    void add(String key, int line, XlValue value) throws DefinitionException {
        Setting before = left.get(key);
        if (before == null) {
            set(key, line, value);
        } else if (before.value() instanceof XlValue.Text first && value instanceof XlValue.Text second) {
            set(key, line, new XlValue.Text(first.text() + second.text()));
        } else if (before.value() instanceof XlValue.Items first && value instanceof XlValue.Items second) {
            List<XlValue> all = new ArrayList<>(first.items());
            all.addAll(second.items());
            set(key, line, new XlValue.Items(all));
        } else {
            throw DefinitionException.inKey(fileName, line, key, "+= adds a list to a text or a text to a list");
        }
    }

    /** A setting, left in place. */
    Optional<Setting> find(String key) {
        return Optional.ofNullable(left.get(key));
    }

    /** A setting, taken out: whatever is left at the end has not been understood. */
    Optional<Setting> take(String key) {
        return Optional.ofNullable(left.remove(key));
    }

    /** A text. */
    Optional<String> text(String key) throws DefinitionException {
        Optional<Setting> setting = take(key);
        return setting.isEmpty() ? Optional.empty() : Optional.of(text(setting.get()));
    }

    private String text(Setting setting) throws DefinitionException {
        return switch (setting.value()) {
            case XlValue.Text atom -> atom.text();
            case XlValue.Items ignored -> throw error(setting, "is a list but must be a single value");
        };
    }

    /** The texts of a list; nothing where the key is not set. */
    Optional<List<String>> list(String key) throws DefinitionException {
        Optional<Setting> setting = take(key);
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        return switch (setting.get().value()) {
            case XlValue.Items items -> Optional.of(items.texts());
            case XlValue.Text ignored ->
                throw error(setting.get(), "is a single value but must be a list: put it into [ ]");
        };
    }

    /** The texts of a list, or a single text as a list of one. */
    Optional<List<String>> listOrText(String key) throws DefinitionException {
        Optional<Setting> setting = find(key);
        boolean single = setting.isPresent() && setting.get().value() instanceof XlValue.Text;
        return single ? text(key).map(List::of) : list(key);
    }

    /** A whole number between two bounds, as {@code strtol} with base 0 reads it: decimal, {@code 0x}, or octal by a 0. */
    OptionalLong number(String key, long least, long most) throws DefinitionException {
        Optional<Setting> setting = take(key);
        if (setting.isEmpty()) {
            return OptionalLong.empty();
        }
        long number = number(setting.get());
        if (number < least || number > most) {
            throw error(setting.get(), number + " is not between " + least + " and " + most);
        }
        return OptionalLong.of(number);
    }

    private long number(Setting setting) throws DefinitionException {
        String text = text(setting).strip();
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        int base = 10;
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
            base = 16;
            digits = digits.substring(2);
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            base = 8;
            digits = digits.substring(1);
        }
        try {
            if (digits.isEmpty() || Character.digit(digits.charAt(0), base) < 0) {
                throw new NumberFormatException();
            }
            return Long.parseLong((negative ? "-" : "") + digits, base);
        } catch (NumberFormatException e) {
            throw error(setting, "'" + text + "' is not a number");
        }
    }

    /** A number as a truth: everything but 0. */
    Optional<Boolean> truth(String key) throws DefinitionException {
        OptionalLong number = number(key, Long.MIN_VALUE, Long.MAX_VALUE);
        return number.isEmpty() ? Optional.empty() : Optional.of(number.getAsLong() != 0);
    }

    /** The line of a key that is still there; for messages about it before it is taken. */
    int line(String key) {
        return find(key).map(Setting::line).orElse(1);
    }

    DefinitionException error(Setting setting, String message) {
        return DefinitionException.inKey(fileName, setting.line(), setting.key(), message);
    }
}
