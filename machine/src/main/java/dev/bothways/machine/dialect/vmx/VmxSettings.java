package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.Limits;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a file, {@code key = "value"} a line, and which of them have been understood. Keys are told apart without
 * regard to case. As VMware does, a key that is set twice is refused, but for the same value twice.
 */
final class VmxSettings {
    private static final Pattern LINE = Pattern.compile(
            "[ \\t]*([^\\s=\"#][^\\s=\"]*)[ \\t]*=[ \\t]*(?:\"([^\"]*)\"|([^\"#\\s][^\"#]*?)?)[ \\t]*(#.*)?");

    /** A setting. */
    record Setting(String key, int line, String value) {}

    private final String file;
    private final Map<String, Setting> left = new LinkedHashMap<>();

    private VmxSettings(String file) {
        this.file = file;
    }

    /** Reads a file. */
    static VmxSettings parse(byte[] content, String file, List<String> warnings) throws DefinitionException {
        if (content.length > Limits.LARGEST) {
            throw DefinitionException.of(
                    file,
                    "has " + content.length + " bytes, and a configuration of VMware has at most " + Limits.LARGEST);
        }
        VmxText.Decoded decoded = VmxText.decode(content, file);
        VmxSettings settings = new VmxSettings(file);
        int number = 0;
        int count = 0;
        for (String line : decoded.text().split("\n", -1)) {
            number++;
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#") && !stripped.equals("\0")) {
                if (++count > Limits.MOST_SETTINGS) {
                    throw DefinitionException.at(
                            file, number, 1, "there are more than " + Limits.MOST_SETTINGS + " settings");
                }
                settings.add(stripped, number, decoded.charset(), warnings);
            }
        }
        return settings;
    }

    private void add(String line, int number, Charset charset, List<String> warnings) throws DefinitionException {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw DefinitionException.at(file, number, 1, "is not of the form key = \"value\"");
        }
        String key = matcher.group(1);
        String raw = Optional.ofNullable(matcher.group(2))
                .or(() -> Optional.ofNullable(matcher.group(3)))
                .orElse("");
        String value = VmxText.unescaped(raw, charset)
                .orElseThrow(() -> DefinitionException.inKey(
                        file,
                        number,
                        key,
                        "has a | that is not followed by two hexadecimal digits of a byte of " + charset.name()));
        Setting before = left.putIfAbsent(small(key), new Setting(key, number, value));
        if (before != null && !before.value.equals(value)) {
            throw DefinitionException.inKey(
                    file,
                    number,
                    key,
                    "is set already in line " + before.line + ", to another value; remove one of them");
        }
        if (before != null) {
            warnings.add(file + ", line " + number + ": " + key + " is set twice, to the same value");
        }
    }

    String file() {
        return file;
    }

    /** The settings not yet taken, in the order of the file. */
    List<Setting> rest() {
        return new ArrayList<>(left.values());
    }

    /** A setting, left in place. */
    Optional<Setting> find(String key) {
        return Optional.ofNullable(left.get(small(key)));
    }

    /** A setting, taken out: what is left at the end has not been understood. */
    Optional<Setting> take(String key) {
        return Optional.ofNullable(left.remove(small(key)));
    }

    /** Puts back a setting that turned out not to be understood. */
    void putBack(Setting setting) {
        left.put(small(setting.key), setting);
    }

    /** All settings whose keys begin so, taken out. */
    List<Setting> takeAll(String prefix) {
        String wanted = small(prefix);
        List<Setting> taken = new ArrayList<>();
        left.forEach((key, setting) -> {
            if (key.startsWith(wanted)) {
                taken.add(setting);
            }
        });
        taken.forEach(setting -> left.remove(small(setting.key)));
        return taken;
    }

    /** The text of a key. */
    Optional<String> text(String key) {
        return take(key).map(Setting::value);
    }

    /** The text of a key that is not empty. */
    Optional<String> word(String key) {
        return text(key).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** A truth; VMware writes TRUE and FALSE. */
    boolean truth(String key, boolean otherwise) throws DefinitionException {
        Optional<Setting> setting = take(key);
        return setting.isEmpty() ? otherwise : truth(setting.get(), otherwise);
    }

    /** A truth that is left in place. */
    boolean isTrue(String key) throws DefinitionException {
        Optional<Setting> setting = find(key);
        return setting.isPresent() && truth(setting.get(), false);
    }

    private boolean truth(Setting setting, boolean otherwise) throws DefinitionException {
        return switch (setting.value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "on", "1" -> true;
            case "false", "f", "no", "n", "off", "0" -> false;
            case "" -> otherwise;
            default -> throw error(setting, "'" + setting.value + "' is neither TRUE nor FALSE");
        };
    }

    /** A whole number between two bounds. */
    OptionalLong number(String key, long least, long most) throws DefinitionException {
        Optional<Setting> setting = take(key).filter(found -> !found.value.isBlank());
        return setting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(setting.get(), least, most));
    }

    private long number(Setting setting, long least, long most) throws DefinitionException {
        String text = setting.value.strip();
        if (!text.matches("[-+]?[0-9]{1,18}")) {
            throw error(setting, "'" + text + "' is not a number");
        }
        long number = Long.parseLong(text);
        if (number < least || number > most) {
            throw error(setting, number + " is not between " + least + " and " + most);
        }
        return number;
    }

    DefinitionException error(Setting setting, String message) {
        return DefinitionException.inKey(file, setting.line, setting.key, message);
    }

    static String small(String key) {
        return key.toLowerCase(Locale.ROOT);
    }
}
