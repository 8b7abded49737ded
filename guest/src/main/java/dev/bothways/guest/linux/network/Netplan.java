package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.Manager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Netplan's YAML files in {@code /etc/netplan}. */
final class Netplan {
    private static final List<String> DIRECTORIES = List.of("/lib/netplan", "/etc/netplan");
    private static final List<String> KINDS = List.of("ethernets", "bonds", "bridges", "vlans");

    private Netplan() {}

    /** The interfaces; a file that is no YAML adds to {@code problems} and nothing else. */
    static List<Interface> read(GuestFiles files, List<String> problems) throws IOException {
        List<Interface> interfaces = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (String directory : DIRECTORIES) {
            files.list(directory).forEach(name -> paths.add(directory + "/" + name));
        }
        for (String path : paths) {
            Optional<String> text = path.endsWith(".yaml") ? files.text(path, Network.LARGEST_FILE) : Optional.empty();
            if (text.isPresent()) {
                try {
                    document(yaml().load(text.get()), path, interfaces);
                } catch (YAMLException e) {
                    problems.add(path + " is no valid YAML, so its interfaces are not known");
                }
            }
        }
        return interfaces;
    }

    /** Data only, and little of it: no tags, no towers of aliases. */
    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(50);
        options.setNestingDepthLimit(50);
        options.setCodePointLimit(Network.LARGEST_FILE);
        options.setAllowRecursiveKeys(false);
        return new Yaml(new SafeConstructor(options));
    }

    private static void document(@Nullable Object root, String path, List<Interface> interfaces) {
        Map<?, ?> network = map(map(root).get("network"));
        for (String kind : KINDS) {
            map(network.get(kind)).forEach((id, value) -> {
                if (id != null && value != null && !id.equals("renderer")) {
                    interfaces.add(device(id.toString(), map(value), path));
                }
            });
        }
    }

    private static Interface device(String id, Map<?, ?> device, String path) {
        Map<?, ?> match = map(device.get("match"));
        // With a match the id is a label alone, unless set-name gives the interface a name.
        String name = !match.isEmpty()
                ? text(device.get("set-name")).or(() -> text(match.get("name"))).orElse("")
                : id;
        Draft draft = new Draft(name, Manager.NETPLAN, path).atBoot(true);
        text(match.get("macaddress")).ifPresent(draft::mac);
        draft.dhcp(yes(device.get("dhcp4")) || yes(device.get("dhcp6")));
        if (device.get("addresses") instanceof List<?> addresses) {
            for (Object address : addresses) {
                // An address with options is a map of one key.
                Object plain = address instanceof Map<?, ?> options && !options.isEmpty()
                        ? options.keySet().iterator().next()
                        : address;
                text(plain).ifPresent(draft::address);
            }
        }
        return draft.done();
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Optional<String> text(@Nullable Object value) {
        return value == null || value instanceof Map || value instanceof List
                ? Optional.empty()
                : Optional.of(value.toString());
    }

    private static boolean yes(@Nullable Object value) {
        return Boolean.TRUE.equals(value) || "yes".equals(value) || "true".equals(value);
    }
}
