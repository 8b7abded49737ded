package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.Extra;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Puts a machine's extras back into the fields they came from, after a look at what they hold. */
final class KeptExtras {
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final Pattern FRACTION = Pattern.compile("[0-9]{1,6}(\\.[0-9]{0,6})?");
    private static final Set<String> NUMBERS = Set.of(
            "user_version", "memory_static_min", "start_delay", "shutdown_delay", "order", "hardware_platform_version");
    private static final Set<String> EXIT = Set.of("destroy", "restart");
    private static final Set<String> CRASH =
            Set.of("destroy", "coredump_and_destroy", "restart", "coredump_and_restart", "preserve", "rename_restart");
    private static final Set<String> SOFT_REBOOT = Set.of("soft_reboot", "destroy", "restart", "preserve");

    private final XapiWriter writer;
    private final Map<String, String> fields;
    private final Map<String, Map<String, String>> maps;
    private final List<String> tags;

    KeptExtras(
            XapiWriter writer, Map<String, String> fields, Map<String, Map<String, String>> maps, List<String> tags) {
        this.writer = writer;
        this.fields = fields;
        this.maps = maps;
        this.tags = tags;
    }

    void apply(Extra extra) {
        String key = extra.key();
        int colon = key.indexOf(':');
        Map<String, String> map = colon < 0 ? null : maps.get(key.substring(0, colon));
        if (!extra.dialect().equals(XapiDialect.ID)) {
            writer.lose(key, "is an item of " + extra.dialect() + " without a counterpart in XAPI");
        } else if (map != null && colon < key.length() - 1) {
            entry(map, key, key.substring(colon + 1), extra.value());
        } else if (key.equals(KeptFields.TAGS)) {
            tags.add(writer.expressible("tag", extra.value()));
        } else if (key.equals("reference_label")) {
            fields.put(key, writer.expressible(key, extra.value()));
        } else if (!fields.containsKey(key) || !wellFormed(key, extra.value())) {
            writer.lose("item " + key, "is not one that XAPI has");
        } else if (isSet(key)) {
            writer.lose(key, "is set already by what the record says");
        } else {
            fields.put(key, writer.expressible(key, extra.value()));
        }
    }

    /** Secure boot by the host's choice is more than the record has a word for; the usual settings give way too. */
    private void entry(Map<String, String> map, String name, String key, String value) {
        boolean secureBoot = name.equals("platform:secureboot") && value.equals("auto") && map.containsKey(key);
        boolean usual = name.startsWith("platform:") && KeptFields.PLATFORM.containsKey(key);
        if (map.containsKey(key) && !secureBoot && !usual) {
            writer.lose(name, "is set already by what the record says");
        } else {
            map.put(writer.expressible(name, key), writer.expressible(name, value));
        }
    }

    private boolean isSet(String field) {
        String now = fields.getOrDefault(field, "");
        return switch (field) {
            // What the record gives is no more than a guess or a family.
            case "memory_static_min" -> false;
            case "domain_type" -> !now.equals("pv");
            default -> !KeptFields.isDefault(field, now) && !now.isEmpty();
        };
    }

    private boolean wellFormed(String field, String value) {
        if (NUMBERS.contains(field)) {
            boolean number = NUMBER.matcher(value).matches();
            return number
                    && (!field.equals("memory_static_min")
                            || Long.parseLong(value) <= Long.parseLong(fields.getOrDefault(field, "0")));
        }
        return switch (field) {
            case "actions_after_shutdown", "actions_after_reboot" -> EXIT.contains(value);
            case "actions_after_crash" -> CRASH.contains(value);
            case "actions_after_softreboot" -> SOFT_REBOOT.contains(value);
            case "HVM_shadow_multiplier" -> FRACTION.matcher(value).matches();
            case "domain_type" -> value.equals("pv_in_pvh");
            default -> true;
        };
    }
}
