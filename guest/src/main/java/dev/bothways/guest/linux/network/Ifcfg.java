package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.Manager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The {@code ifcfg-} files of Red Hat's and SUSE's distributions: assignments as a shell reads them. */
final class Ifcfg {
    private static final List<String> DIRECTORIES = List.of("/etc/sysconfig/network-scripts", "/etc/sysconfig/network");

    private Ifcfg() {}

    static List<Interface> read(GuestFiles files) throws IOException {
        List<Interface> interfaces = new ArrayList<>();
        for (String directory : DIRECTORIES) {
            for (String file : files.list(directory)) {
                boolean wanted = file.matches("ifcfg-[^~]+") && !file.matches(".*\\.(bak|orig|rpmnew|rpmsave|old)");
                String path = directory + "/" + file;
                Optional<String> text = wanted ? files.text(path, Network.LARGEST_FILE) : Optional.empty();
                text.flatMap(content -> of(assignments(content), file.substring(6), path))
                        .ifPresent(interfaces::add);
            }
        }
        return interfaces;
    }

    private static Optional<Interface> of(Map<String, String> values, String suffix, String path) {
        String name = values.getOrDefault("DEVICE", values.containsKey("HWADDR") ? "" : suffix);
        if (name.equals("lo") || suffix.equals("lo")) {
            return Optional.empty();
        }
        Draft draft = new Draft(name, Manager.IFCFG, path);
        draft.mac(values.getOrDefault("HWADDR", values.getOrDefault("LLADDR", "")));
        String protocol = values.getOrDefault("BOOTPROTO", "").toLowerCase(Locale.ROOT);
        draft.dhcp(protocol.startsWith("dhcp") || protocol.equals("bootp"));
        values.entrySet().stream()
                .filter(entry -> entry.getKey().matches("IPADDR(_?[0-9a-z]+)?|IPV6ADDR"))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    String prefix = values.getOrDefault(entry.getKey().replace("IPADDR", "PREFIX"), "");
                    boolean plain = prefix.isEmpty() || entry.getValue().contains("/");
                    draft.address(plain ? entry.getValue() : entry.getValue() + "/" + prefix);
                });
        String startMode = values.getOrDefault("STARTMODE", "");
        draft.atBoot(
                !startMode.isEmpty()
                        ? startMode.matches("auto|boot|onboot|hotplug|nfsroot|ifplugd")
                        : !values.getOrDefault("ONBOOT", "yes").equalsIgnoreCase("no"));
        return Optional.of(draft.done());
    }

    private static Map<String, String> assignments(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                String value = line.substring(equals + 1).strip();
                boolean quoted = value.length() > 1
                        && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                        && value.endsWith(value.substring(0, 1));
                values.put(line.substring(0, equals), quoted ? value.substring(1, value.length() - 1) : value);
            }
        });
        return values;
    }
}
