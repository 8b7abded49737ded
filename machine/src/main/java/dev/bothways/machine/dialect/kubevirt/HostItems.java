package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.dialect.HostPaths;
import dev.bothways.machine.dialect.json.JsonReader;
import dev.bothways.machine.dialect.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The fields of a VirtualMachine that reach into the node it runs on, wherever they stand in a kept value or its pointer. */
final class HostItems {
    private static final Set<String> NAMES = Set.of(
            "devicename",
            "downwardmetrics",
            "filesystems",
            "gpus",
            "hostdevices",
            "hostdisk",
            "hostpath",
            "macvtap",
            "nodename",
            "passt",
            "persistentreservation",
            "slirp",
            "sriov");

    /** What the guest gets, or is asked. */
    private static final Set<String> OF_GUEST =
            Set.of("metadata", "networkdata", "userdata", "livenessprobe", "readinessprobe");

    /** Programs that change the machine before it starts: the annotations of KubeVirt's hooks. */
    private static final String HOOKS = "hooks.kubevirt.io";

    private HostItems() {}

    static Optional<Extra> without(Extra extra) {
        return reaches(extra) ? Optional.empty() : Optional.of(extra);
    }

    private static boolean reaches(Extra extra) {
        List<String> way = List.of(extra.key().split("/", -1));
        boolean named = way.stream().anyMatch(HostItems::isNamed);
        if (!named && way.stream().anyMatch(HostItems::isOfGuest)) {
            return holdsHooks(extra);
        }
        try {
            byte[] value = extra.value().getBytes(StandardCharsets.UTF_8);
            return named || reaches(JsonReader.read(value, "extra"));
        } catch (DefinitionException noJson) {
            return named || HostPaths.in(extra.value());
        }
    }

    /** Annotations stand in one value where none of them is read. */
    private static boolean holdsHooks(Extra extra) {
        return extra.value().contains(HOOKS);
    }

    private static boolean isOfGuest(String name) {
        return OF_GUEST.contains(small(name));
    }

    private static String small(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static boolean isNamed(String name) {
        return name.startsWith(HOOKS) || NAMES.contains(small(name));
    }

    private static boolean reaches(JsonValue value) {
        return switch (value) {
            case JsonValue.Members object ->
                object.members().entrySet().stream()
                        .anyMatch(member -> isNamed(member.getKey())
                                || (!isOfGuest(member.getKey()) && reaches(member.getValue())));
            case JsonValue.Items items -> items.items().stream().anyMatch(HostItems::reaches);
            case JsonValue.Text text -> HostPaths.in(text.text());
            default -> false;
        };
    }
}
