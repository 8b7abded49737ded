package dev.bothways.machine.dialect.hyperv;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path by which WMI names an object: {@code \\HOST\root\virtualization:Class.Key="value",...}, with the backslashes of a
 * value doubled.
 */
final class CimPath {
    private static final Pattern KEY = Pattern.compile("\\b(\\w{1,64})\\s?=\\s?(?:\"([^\"]*+)\"|'([^']*+)')");
    private static final Pattern BACKSLASHES = Pattern.compile("\\\\++");

    private CimPath() {}

    /** Whether a text is such a path, and no plain name. */
    static boolean is(String text) {
        return KEY.matcher(text).find();
    }

    /** The value of a key. */
    static Optional<String> key(String path, String key) {
        Map<String, String> keys = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Matcher matcher = KEY.matcher(path);
        while (matcher.find()) {
            keys.putIfAbsent(matcher.group(1), matcher.group(2) == null ? matcher.group(3) : matcher.group(2));
        }
        return Optional.ofNullable(keys.get(key));
    }

    /** The key of the object that a reference names: by its path, or by the key alone. */
    static String instance(String reference) {
        return normal(key(reference, "InstanceID").orElse(reference));
    }

    /** A key as it can be compared: without the doubling that paths need, and in small letters. */
    static String normal(String key) {
        return BACKSLASHES.matcher(key.strip()).replaceAll("\\\\").toLowerCase(Locale.ROOT);
    }
}
