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
import java.util.Optional;
import java.util.Set;

/** NetworkManager's profiles (nm-settings-keyfile(5)) and the lists of devices in its configuration (NetworkManager.conf(5)). */
final class NetworkManager {
    private static final List<String> PROFILES =
            List.of("/etc/NetworkManager/system-connections", "/usr/lib/NetworkManager/system-connections");
    private static final List<String> CONFIGURATION =
            List.of("/etc/NetworkManager/conf.d", "/usr/lib/NetworkManager/conf.d");
    private static final Set<String> LISTS =
            Set.of("no-auto-default", "unmanaged-devices", "match-device", "ignore-carrier", "assume-ipv6ll-only");
    private static final Set<String> WIRED = Set.of("ethernet", "802-3-ethernet");

    private NetworkManager() {}

    static List<InterfaceMatch> profiles(GuestFiles files) throws IOException {
        List<InterfaceMatch> matches = new ArrayList<>();
        for (String path : Layers.of(files, PROFILES, "").values()) {
            if (!path.endsWith("~") && !path.endsWith(".bak")) {
                files.text(path, Network.LARGEST_FILE)
                        .flatMap(text -> profile(IniFile.parse(text), path))
                        .ifPresent(matches::add);
            }
        }
        return matches;
    }

    private static Optional<InterfaceMatch> profile(IniFile file, String path) {
        if (!WIRED.contains(file.last("connection", "type").orElse(""))) {
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        for (IniFile.Entry entry : file.entries()) {
            matcher(entry)
                    .ifPresent(matcher -> parts.add(new Part(
                            matcher, entry.key() + "=" + entry.value(), List.of(new Place(path, entry.line())))));
        }
        int line = parts.isEmpty() ? 1 : parts.getFirst().places().getFirst().line();
        return Optional.of(new InterfaceMatch(
                Reader.NETWORK_MANAGER,
                path,
                line,
                parts,
                Optional.empty(),
                file.last("connection", "id").orElse(path)));
    }

    private static Optional<Matcher> matcher(IniFile.Entry entry) {
        String value = entry.value();
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (WIRED.contains(entry.section())) {
            return switch (entry.key()) {
                case "mac-address" -> Addresses.parse(value).map(text -> Matcher.is(Property.ADDRESS, text));
                case "mac-address-blacklist", "mac-address-denylist" ->
                    Optional.of(new Matcher.Not(new Matcher.Is(
                            Property.ADDRESS,
                            list(value).stream()
                                    .flatMap(text -> Addresses.parse(text).stream())
                                    .toList())));
                default -> Optional.empty();
            };
        }
        return switch (entry.section() + "." + entry.key()) {
            case "connection.interface-name" -> Optional.of(Matcher.is(Property.NAME, literal(value)));
            case "match.interface-name" -> Optional.of(words(Property.NAME, value));
            case "match.driver" -> Optional.of(words(Property.DRIVER, value));
            case "match.path" -> Optional.of(words(Property.PATH, value));
            case "match.kernel-command-line" -> Optional.of(Matcher.is(Property.MACHINE, value));
            default -> Optional.empty();
        };
    }

    private static String literal(String name) {
        return name.replaceAll("([*?\\[])", "[$1]");
    }

    /** One without a mark or with a bar must fit, and each with an ampersand; none with an exclamation mark may. */
    private static Matcher words(Property property, String value) {
        List<String> some = new ArrayList<>();
        List<Matcher> all = new ArrayList<>();
        for (String word : list(value)) {
            boolean must = word.startsWith("&");
            String plain = word.replaceFirst("^[|&]", "");
            if (plain.startsWith("!")) {
                all.add(new Matcher.Not(Matcher.is(property, plain.substring(1))));
            } else if (must) {
                all.add(Matcher.is(property, plain));
            } else {
                some.add(plain);
            }
        }
        if (!some.isEmpty()) {
            all.add(new Matcher.Is(property, some));
        }
        return all.size() == 1 ? all.getFirst() : new Matcher.All(all);
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.split("[;,\\s]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Each device of a list by itself: what chooses it must choose the same cards as before. */
    static List<InterfaceMatch> devices(GuestFiles files) throws IOException {
        List<String> paths = new ArrayList<>(List.of("/etc/NetworkManager/NetworkManager.conf"));
        paths.addAll(Layers.of(files, CONFIGURATION, ".conf").values());
        List<InterfaceMatch> matches = new ArrayList<>();
        for (String path : paths) {
            IniFile file = IniFile.parse(files.text(path, Network.LARGEST_FILE).orElse(""));
            for (IniFile.Entry entry : file.entries()) {
                if (LISTS.contains(entry.key().replaceFirst("[+-]$", ""))) {
                    for (String word : list(entry.value())) {
                        device(word)
                                .ifPresent(matcher -> matches.add(new InterfaceMatch(
                                        Reader.NETWORK_MANAGER_DEVICES,
                                        path,
                                        entry.line(),
                                        List.of(new Part(
                                                matcher,
                                                entry.key() + "=" + word,
                                                List.of(new Place(path, entry.line())))),
                                        Optional.empty(),
                                        word)));
                    }
                }
            }
        }
        return matches;
    }

    private static Optional<Matcher> device(String word) {
        String plain = word.startsWith("except:") ? word.substring("except:".length()) : word;
        Optional<String> address = Addresses.parse(plain);
        int colon = plain.indexOf(':');
        if (address.isPresent() || colon < 0) {
            Matcher matcher = address.map(text -> Matcher.is(Property.ADDRESS, text))
                    .orElseGet(() -> Matcher.is(Property.NAME, plain));
            return plain.equals("*") || plain.equals("no") || plain.equals("yes")
                    ? Optional.empty()
                    : Optional.of(matcher);
        }
        String value = plain.substring(colon + 1);
        return switch (plain.substring(0, colon)) {
            case "mac" -> Addresses.parse(value).map(text -> Matcher.is(Property.ADDRESS, text));
            case "interface-name" ->
                Optional.of(Matcher.is(
                        Property.NAME,
                        value.startsWith("=") ? literal(value.substring(1)) : value.replaceFirst("^~", "")));
            case "driver" -> Optional.of(Matcher.is(Property.DRIVER, value));
            // NetworkManager's own word for ether.
            case "type" -> Optional.of(Matcher.is(Property.TYPE, value.equals("ethernet") ? "ether" : value));
            default -> Optional.of(Matcher.is(Property.MACHINE, value));
        };
    }

    /** The text of a profile without the failing lines, and for the card with this address. */
    static String profileByAddress(String text, Set<Integer> failing, String address) {
        String line = "mac-address=" + address.toUpperCase(java.util.Locale.ROOT);
        String without = IniFile.replace(text, failing, Optional.empty());
        for (String section : WIRED.stream().sorted().toList()) {
            String header = "(?m)^\\s*\\[" + section + "\\][ \t]*\r?$";
            var found = java.util.regex.Pattern.compile(header).matcher(without);
            if (found.find()) {
                return without.substring(0, found.end()) + "\n" + line + without.substring(found.end());
            }
        }
        return without + (without.endsWith("\n") ? "" : "\n") + "\n[ethernet]\n" + line + "\n";
    }

    /** The text with one device of a list replaced by these addresses. */
    static Optional<String> deviceByAddress(String text, int line, String word, List<String> addresses) {
        String except = word.startsWith("except:") ? "except:" : "";
        String instead = String.join(
                ";", addresses.stream().map(mac -> except + "mac:" + mac).toList());
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("(?<=\n)", -1)));
        String exact = "(?<![^;,=\\s])" + java.util.regex.Pattern.quote(word) + "(?![^;,\\s])";
        String before = lines.get(line - 1);
        String after = before.replaceFirst(exact, java.util.regex.Matcher.quoteReplacement(instead));
        lines.set(line - 1, after);
        return before.equals(after) ? Optional.empty() : Optional.of(String.join("", lines));
    }
}
