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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The administrator's rules of udev for network interfaces (udev(7)): {@code 70-persistent-net.rules} and its like. The packages' own
 * rules name by what the kernel tells, and are left out.
 */
final class UdevRules {
    private static final java.util.regex.Pattern TOKEN =
            java.util.regex.Pattern.compile("([A-Z]+)(?:\\{([^}]*)\\})?\\s*(==|!=|:=|\\+=|-=|=)\\s*\"([^\"]*)\"");

    private UdevRules() {}

    static List<InterfaceMatch> read(GuestFiles files) throws IOException {
        List<InterfaceMatch> matches = new ArrayList<>();
        for (String path :
                Layers.of(files, List.of("/etc/udev/rules.d"), ".rules").values()) {
            String text = files.text(path, Network.LARGEST_FILE).orElse("");
            for (Rule rule : rules(text)) {
                rule(path, rule).ifPresent(matches::add);
            }
        }
        return matches;
    }

    /** A rule with its first line, from 1. */
    private record Rule(String text, int line) {}

    private static List<Rule> rules(String text) {
        List<Rule> rules = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            int first = i;
            String line = lines.get(i).strip();
            if (line.startsWith("#")) {
                continue;
            }
            while (line.endsWith("\\") && i + 1 < lines.size()) {
                line = line.substring(0, line.length() - 1) + lines.get(++i).strip();
            }
            rules.add(new Rule(line, first + 1));
        }
        return rules;
    }

    private static Optional<InterfaceMatch> rule(String path, Rule rule) {
        List<Part> parts = new ArrayList<>();
        Optional<String> gives = Optional.empty();
        boolean network = false;
        boolean otherSubsystem = false;
        var token = TOKEN.matcher(rule.text());
        while (token.find()) {
            String key = token.group(1);
            String value = token.group(4);
            boolean compares = token.group(3).endsWith("==") || token.group(3).equals("!=");
            network |= compares && key.equals("SUBSYSTEM") && value.equals("net");
            otherSubsystem |= compares && key.equals("SUBSYSTEM") && !value.equals("net");
            if (!compares && key.equals("NAME")) {
                gives = Optional.of(value).filter(name -> name.matches("[^$%/]{1,15}"));
            } else if (compares) {
                parts.add(new Part(
                        matcher(key, Optional.ofNullable(token.group(2)), token.group(3), value),
                        token.group(),
                        List.of(new Place(path, rule.line()))));
            }
        }
        // Rules of before 2007 name by the address alone.
        boolean byAddress =
                parts.stream().anyMatch(part -> part.matcher().properties().contains(Property.ADDRESS));
        if (otherSubsystem || !(network || (gives.isPresent() && byAddress))) {
            return Optional.empty();
        }
        return Optional.of(new InterfaceMatch(Reader.UDEV, path, rule.line(), parts, gives, rule.text()));
    }

    private static Matcher matcher(String key, Optional<String> attribute, String operator, String value) {
        boolean usb = key.equals("SUBSYSTEMS") && value.equals("usb");
        Property property = usb ? Property.KIND : property(key, attribute.orElse(""));
        List<String> patterns = Arrays.stream(value.split("\\|", -1))
                .map(pattern -> property == Property.ADDRESS ? pattern.toLowerCase(Locale.ROOT) : pattern)
                .toList();
        Matcher is = new Matcher.Is(property, patterns);
        return operator.equals("!=") ? new Matcher.Not(is) : is;
    }

    private static Property property(String key, String attribute) {
        return switch (key) {
            case "KERNEL" -> Property.KERNEL_NAME;
            case "KERNELS", "ID" -> Property.PARENTS;
            case "DRIVERS", "DRIVER" -> Property.DRIVERS;
            case "ENV" -> Networkd.udevProperty(attribute);
            case "ATTR", "ATTRS", "SYSFS" ->
                switch (attribute) {
                    case "address" -> Property.ADDRESS;
                    case "type", "dev_id", "dev_port" -> Property.MACHINE;
                    // Of devices of USB, which a machine's own cards are not.
                    case "idVendor", "idProduct", "bInterfaceNumber" -> Property.KIND;
                    default -> Property.OTHER;
                };
            case "SUBSYSTEM", "ACTION", "NAME" -> Property.MACHINE;
            default -> Property.OTHER;
        };
    }

    /** The text with the parts of the rule that begins on {@code line} replaced by one for these addresses. */
    static Optional<String> byAddress(String text, int line, Set<String> failing, List<String> addresses) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("(?<=\n)", -1)));
        String address = "ATTR{address}==\"" + String.join("|", addresses) + "\"";
        boolean placed = false;
        for (int i = line - 1; i < lines.size(); i++) {
            StringBuilder changed = new StringBuilder();
            var token = java.util.regex.Pattern.compile(TOKEN.pattern() + "\\s*,?\\s*")
                    .matcher(lines.get(i));
            while (token.find()) {
                String whole = token.group();
                String bare = whole.replaceFirst("\\s*,?\\s*$", "");
                boolean goes = failing.contains(bare);
                String end = whole.endsWith("\n") ? "\n" : "";
                String stays = goes && placed ? end : goes ? address + whole.substring(bare.length()) : whole;
                placed |= goes;
                token.appendReplacement(changed, java.util.regex.Matcher.quoteReplacement(stays));
            }
            token.appendTail(changed);
            lines.set(i, changed.toString());
            if (!lines.get(i).stripTrailing().endsWith("\\")) {
                break;
            }
        }
        return placed ? Optional.of(lines.stream().collect(Collectors.joining())) : Optional.empty();
    }
}
