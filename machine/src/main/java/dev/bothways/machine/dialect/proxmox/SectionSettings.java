package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.DefinitionException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Hands out a section's settings, each of the sort that is asked for, and knows which nobody has asked for. */
final class SectionSettings {
    private static final Pattern INTEGER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    private final String file;
    private final Map<String, ConfSection.Setting> all;
    private final Map<String, ConfSection.Setting> left;

    SectionSettings(String file, ConfSection section) {
        this.file = file;
        this.all = section.settings();
        this.left = new LinkedHashMap<>(all);
    }

    Optional<String> text(String key) {
        left.remove(key);
        return Optional.ofNullable(all.get(key)).map(ConfSection.Setting::value);
    }

    boolean has(String key) {
        return all.containsKey(key);
    }

    /** Those of the words that a key may have. */
    Optional<String> oneOf(String key, List<String> words) throws DefinitionException {
        Optional<String> value = text(key);
        if (value.isPresent() && !words.contains(value.get())) {
            throw wrong(key, "is none of " + String.join(", ", words));
        }
        return value;
    }

    OptionalLong number(String key, long least, long most) throws DefinitionException {
        Optional<String> value = text(key);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!INTEGER.matcher(value.get()).matches()) {
            throw wrong(key, "is not a number");
        }
        long number = Long.parseLong(value.get());
        if (number < least || number > most) {
            throw wrong(key, "is not between " + least + " and " + most);
        }
        return OptionalLong.of(number);
    }

    Optional<BigDecimal> decimal(String key, long most) throws DefinitionException {
        Optional<String> value = text(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!DECIMAL.matcher(value.get()).matches()) {
            throw wrong(key, "is not a number");
        }
        BigDecimal number = new BigDecimal(value.get());
        if (number.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw wrong(key, "is not between 0 and " + most);
        }
        return Optional.of(number);
    }

    Optional<Boolean> truth(String key) throws DefinitionException {
        Optional<String> value = text(key);
        Optional<Boolean> truth = value.flatMap(Truth::of);
        if (value.isPresent() && truth.isEmpty()) {
            throw wrong(key, "is neither 0 nor 1");
        }
        return truth;
    }

    /**
     * A value of several properties.
     *
     * @param defaultName the one that may stand without its name
     */
    Optional<PropertyString> properties(String key, String defaultName) throws DefinitionException {
        Optional<String> value = text(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PropertyString.parse(value.get(), defaultName));
        } catch (MalformedPropertyException e) {
            throw wrong(key, String.valueOf(e.getMessage()));
        }
    }

    /** The keys of a sort of devices that are set, by number. */
    List<String> keys(String prefix, int count) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (all.containsKey(prefix + i)) {
                keys.add(prefix + i);
            }
        }
        return keys;
    }

    /** What nobody has asked for. */
    Map<String, ConfSection.Setting> left() {
        return new LinkedHashMap<>(left);
    }

    /** That a key's value is wrong; {@code message} goes on from the value. */
    DefinitionException wrong(String key, String message) {
        ConfSection.Setting setting = all.getOrDefault(key, new ConfSection.Setting("", 1));
        return DefinitionException.inKey(
                file, setting.line(), key, "'" + ConfParser.shown(setting.value()) + "' " + message);
    }

    /** The beginning of a warning about a key. */
    String place(String key) {
        ConfSection.Setting setting = all.getOrDefault(key, new ConfSection.Setting("", 1));
        return file + ", line " + setting.line() + ", " + key + ": ";
    }
}
