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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * systemd's files in {@code systemd/network}: {@code .network} and {@code .netdev} configure, {@code .link} names (systemd.network(5),
 * systemd.link(5)), with their drop-ins.
 */
final class Networkd {
    private static final List<String> DIRECTORIES =
            List.of("/etc/systemd/network", "/usr/lib/systemd/network", "/lib/systemd/network");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private Networkd() {}

    /** The files with this ending, as networkd or udev sees them. */
    static List<InterfaceMatch> read(GuestFiles files, String ending, Reader reader) throws IOException {
        List<InterfaceMatch> matches = new ArrayList<>();
        for (Map.Entry<String, String> file :
                Layers.of(files, DIRECTORIES, ending).entrySet()) {
            matches.add(file(files, file.getKey(), file.getValue(), reader));
        }
        return matches;
    }

    private static InterfaceMatch file(GuestFiles files, String file, String path, Reader reader) throws IOException {
        List<String> paths = new ArrayList<>(List.of(path));
        List<String> dropIns = DIRECTORIES.stream()
                .map(directory -> directory + "/" + file + ".d")
                .toList();
        paths.addAll(Layers.of(files, dropIns, ".conf").values());
        Map<String, List<Value>> keys = new LinkedHashMap<>();
        Optional<String> gives = Optional.empty();
        int line = 1;
        for (String one : paths) {
            IniFile ini = IniFile.parse(files.text(one, Network.LARGEST_FILE).orElse(""));
            for (IniFile.Entry entry : ini.all("Match")) {
                line = keys.isEmpty() && one.equals(path) ? entry.line() : line;
                List<Value> values = keys.computeIfAbsent(entry.key(), key -> new ArrayList<>());
                if (entry.value().isEmpty()) {
                    values.clear();
                } else {
                    values.add(new Value(entry.value(), new Place(one, entry.line())));
                }
            }
            Optional<String> name = ini.last("Link", "Name").filter(text -> !text.isEmpty());
            gives = name.isPresent() ? name : gives;
        }
        List<Part> parts = new ArrayList<>();
        keys.forEach((key, values) -> {
            if (!values.isEmpty()) {
                parts.add(part(key, values));
            }
        });
        return new InterfaceMatch(reader, path, line, parts, reader == Reader.LINK ? gives : Optional.empty(), file);
    }

    private record Value(String text, Place place) {}

    private static Part part(String key, List<Value> values) {
        String all = String.join(" ", values.stream().map(Value::text).toList());
        return new Part(
                matcher(key, all),
                key + "=" + all,
                values.stream().map(Value::place).toList());
    }

    private static Matcher matcher(String key, String value) {
        return switch (key) {
            case "MACAddress", "PermanentMACAddress" -> addresses(value);
            case "Name" -> patterns(Property.NAME, value);
            case "OriginalName" -> patterns(Property.KERNEL_NAME, value);
            case "Driver" -> patterns(Property.DRIVER, value);
            case "Path" -> patterns(Property.PATH, value);
            case "Type" -> patterns(Property.TYPE, value);
            case "Kind", "WLANInterfaceType", "SSID", "BSSID" -> patterns(Property.KIND, value);
            case "Property" ->
                new Matcher.All(words(value).stream().map(Networkd::property).toList());
            case "Virtualization" -> virtualization(value);
            case "Host", "KernelCommandLine", "KernelVersion", "Version", "Architecture", "Credential" ->
                Matcher.is(Property.MACHINE, value);
            default -> Matcher.is(Property.OTHER, value);
        };
    }

    private static Matcher addresses(String value) {
        List<String> addresses = new ArrayList<>();
        for (String word : words(value)) {
            Addresses.parse(word).ifPresent(addresses::add);
        }
        return new Matcher.Is(Property.ADDRESS, addresses);
    }

    /** An exclamation mark before the first pattern turns the whole list round. */
    private static Matcher patterns(Property property, String value) {
        List<String> words = words(value);
        if (!words.isEmpty() && words.getFirst().startsWith("!")) {
            List<String> plain = new ArrayList<>(words);
            plain.set(0, plain.getFirst().substring(1));
            return new Matcher.Not(new Matcher.Is(property, plain));
        }
        return new Matcher.Is(property, words);
    }

    /** A property of udev's. */
    static Matcher property(String assignment) {
        int equals = assignment.indexOf('=');
        String key = equals < 0 ? assignment : assignment.substring(0, equals);
        return new Matcher.Is(udevProperty(key), List.of(assignment.substring(equals + 1)));
    }

    static Property udevProperty(String key) {
        return switch (key) {
            case "ID_PATH" -> Property.PATH;
            case "ID_NET_DRIVER" -> Property.DRIVER;
            case "ID_NET_NAME_SLOT", "ID_NET_NAME_PATH", "ID_NET_NAME_ONBOARD" -> Property.PLACE_NAME;
            case "ID_NET_NAME_MAC" -> Property.ADDRESS_NAME;
            case "INTERFACE", "ID_NET_NAME" -> Property.NAME;
            default -> Property.OTHER;
        };
    }

    private static Matcher virtualization(String value) {
        boolean not = value.startsWith("!");
        String plain = value.substring(not ? 1 : 0).strip().toLowerCase(Locale.ROOT);
        String word = List.of("true", "on", "1").contains(plain) ? "yes" : plain;
        boolean none = List.of("no", "false", "off", "0", "none").contains(word);
        Matcher is = Matcher.is(Property.VIRTUALIZATION, none ? "yes" : word);
        return not != none ? new Matcher.Not(is) : is;
    }

    private static List<String> words(String value) {
        return WORD.matcher(value)
                .results()
                .map(word ->
                        word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3))
                .toList();
    }
}
