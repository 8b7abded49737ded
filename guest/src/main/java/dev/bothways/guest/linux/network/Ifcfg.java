package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Part;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Matcher;
import dev.bothways.guest.network.Property;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code ifcfg-} files of Red Hat's and SUSE's distributions (the latter are wicked's too): assignments as a shell reads them. The
 * file's name ends in the interface's name; SUSE once had addresses and places there.
 */
final class Ifcfg {
    private static final List<String> DIRECTORIES = List.of("/etc/sysconfig/network-scripts", "/etc/sysconfig/network");
    private static final String SUSE_ADDRESS = "(eth|wlan)-id-";
    private static final String SUSE_PLACE = "(eth|wlan)-bus-pci-";

    private Ifcfg() {}

    static List<InterfaceMatch> read(GuestFiles files) throws IOException {
        List<InterfaceMatch> interfaces = new ArrayList<>();
        for (String directory : DIRECTORIES) {
            for (String file : files.list(directory)) {
                boolean wanted = file.matches("ifcfg-[^~]+")
                        && !file.matches(".*\\.(bak|orig|rpmnew|rpmsave|old|template)")
                        && !file.equals("ifcfg-lo");
                String path = directory + "/" + file;
                Optional<String> text = wanted ? files.text(path, Network.LARGEST_FILE) : Optional.empty();
                text.flatMap(content -> of(assignments(content), file.substring("ifcfg-".length()), path))
                        .ifPresent(interfaces::add);
            }
        }
        return interfaces;
    }

    private record Value(String text, int line) {}

    private static Optional<InterfaceMatch> of(Map<String, Value> values, String suffix, String path) {
        List<Part> parts = new ArrayList<>();
        Value address = values.getOrDefault("HWADDR", new Value("", 0));
        Optional<String> mac = Addresses.parse(address.text());
        mac.ifPresent(
                text -> parts.add(part(Matcher.is(Property.ADDRESS, text), "HWADDR=" + text, path, address.line())));
        Value name = values.getOrDefault("DEVICE", new Value(mac.isPresent() ? "" : suffix, 0));
        if (name.text().equals("lo")) {
            return Optional.empty();
        }
        if (suffix.matches(SUSE_ADDRESS + ".*")) {
            Addresses.parse(suffix.replaceFirst(SUSE_ADDRESS, ""))
                    .ifPresent(text -> parts.add(part(Matcher.is(Property.ADDRESS, text), suffix, path, 0)));
        } else if (suffix.matches(SUSE_PLACE + ".*")) {
            parts.add(part(Matcher.is(Property.PARENTS, suffix.replaceFirst(SUSE_PLACE, "")), suffix, path, 0));
        } else if (!name.text().isEmpty()) {
            // eth0:1 is a second address of eth0, and eth0.7 a VLAN on it.
            String physical = name.text().replaceFirst("[:.].*", "");
            String text = name.line() == 0 ? "ifcfg-" + suffix : "DEVICE=" + name.text();
            parts.add(part(Matcher.is(Property.NAME, physical), text, path, name.line()));
        }
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        int line = parts.getLast().places().getFirst().line();
        return Optional.of(new InterfaceMatch(Reader.IFCFG, path, line, parts, Optional.empty(), suffix));
    }

    private static Part part(Matcher matcher, String text, String path, int line) {
        return new Part(matcher, text, List.of(new Place(path, line)));
    }

    private static Map<String, Value> assignments(String text) {
        Map<String, Value> values = new HashMap<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                String value = line.substring(equals + 1).strip();
                boolean quoted = value.length() > 1
                        && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                        && value.endsWith(value.substring(0, 1));
                String plain = quoted ? value.substring(1, value.length() - 1) : value;
                values.put(line.substring(0, equals), new Value(plain, i + 1));
            }
        }
        return values;
    }
}
