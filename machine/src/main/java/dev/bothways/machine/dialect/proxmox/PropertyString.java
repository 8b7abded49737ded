package dev.bothways.machine.dialect.proxmox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A value of several properties: {@code local:100/vm-100-disk-0.qcow2,discard=on,size=32G}. One of them may stand without its
 * name. There is no quoting: a comma ends a property wherever it stands.
 */
final class PropertyString {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][-A-Za-z0-9_]*");

    private final String defaultName;
    private final Map<String, String> values = new LinkedHashMap<>();

    /** One without any properties. */
    PropertyString(String defaultName) {
        this.defaultName = defaultName;
    }

    /**
     * Reads one.
     *
     * @param defaultName the property that may stand without its name
     */
    static PropertyString parse(String text, String defaultName) throws MalformedPropertyException {
        PropertyString properties = new PropertyString(defaultName);
        for (String part : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = equals < 0 ? defaultName : part.substring(0, equals);
            String value = part.substring(equals + 1);
            if (equals == 0 || (equals > 0 && value.isEmpty())) {
                throw new MalformedPropertyException("has '" + part + "' where NAME=VALUE should be");
            }
            if (equals < 0 && defaultName.isEmpty()) {
                throw new MalformedPropertyException("has '" + part + "' without a name");
            }
            if (!NAME.matcher(name).matches()) {
                throw new MalformedPropertyException("has the property '" + name + "', which is no name");
            }
            if (properties.values.putIfAbsent(name, value) != null) {
                throw new MalformedPropertyException("gives " + name + " twice");
            }
        }
        return properties;
    }

    /** Another name of a property. */
    PropertyString alias(String alias, String name) throws MalformedPropertyException {
        String value = values.remove(alias);
        if (value != null && values.putIfAbsent(name, value) != null) {
            throw new MalformedPropertyException("gives " + name + " twice");
        }
        return this;
    }

    /** A property's value. */
    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A property's value, which no longer is among the rest then. */
    Optional<String> take(String name) {
        return Optional.ofNullable(values.remove(name));
    }

    /** A property that is true or false, taken out. */
    boolean takeTruth(String name) throws MalformedPropertyException {
        Optional<String> value = take(name);
        if (value.isEmpty()) {
            return false;
        }
        return Truth.of(value.get())
                .orElseThrow(() -> new MalformedPropertyException(
                        "has " + name + "=" + value.get() + ", which is neither 0 nor 1"));
    }

    /** What has not been taken, in the order of the text. */
    Map<String, String> rest() {
        return values;
    }

    void put(String name, String value) {
        values.put(name, value);
    }

    /** Whether a value can be one property's. */
    static boolean expressible(String value) {
        return ProxmoxText.expressible(value) && value.indexOf(',') < 0;
    }

    /** Whether a text can be a property's name. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** As Proxmox writes it: the one without a name first, the others by name. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        value(defaultName).ifPresent(text::append);
        new TreeMap<>(values).forEach((name, value) -> {
            if (!name.equals(defaultName)) {
                text.append(text.isEmpty() ? "" : ",").append(name).append('=').append(value);
            }
        });
        return text.toString();
    }
}
