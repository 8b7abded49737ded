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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code /etc/network/interfaces} and what it includes (Debian: interfaces(5), with the patterns that ifupdown 0.8 knows). */
final class Ifupdown {
    private static final int MOST_FILES = 200;
    private static final int MOST_INTERFACES = 1_000;

    private final GuestFiles files;
    private final Set<String> read = new HashSet<>();
    private final Set<String> logical = new HashSet<>(Set.of("lo"));
    private final List<InterfaceMatch> matches = new ArrayList<>();

    private Ifupdown(GuestFiles files) {
        this.files = files;
    }

    static List<InterfaceMatch> read(GuestFiles files) throws IOException {
        Ifupdown reader = new Ifupdown(files);
        reader.file("/etc/network/interfaces");
        return reader.matches.stream()
                .filter(match -> match.gives().isPresent()
                        || match.exactName().filter(reader.logical::contains).isEmpty())
                .toList();
    }

    private void file(String path) throws IOException {
        if (read.size() >= MOST_FILES || !read.add(path)) {
            return;
        }
        List<String> lines = files.text(path, Network.LARGEST_FILE)
                .map(text -> text.lines().toList())
                .orElse(List.of());
        for (int i = 0; i < lines.size(); i++) {
            int first = i + 1;
            String line = lines.get(i).strip();
            if (line.startsWith("#")) {
                continue;
            }
            StringBuilder joined = new StringBuilder(line);
            while (joined.toString().endsWith("\\") && i + 1 < lines.size()) {
                joined.setLength(joined.length() - 1);
                joined.append(' ').append(lines.get(++i).strip());
            }
            if (!joined.isEmpty()) {
                line(new Place(path, first), joined.toString().strip().split("[ \t]+"));
            }
        }
    }

    private void line(Place place, String[] words) throws IOException {
        String base = place.path().substring(0, place.path().lastIndexOf('/'));
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            if (words[0].equals("auto") || words[0].startsWith("allow-") || words[0].equals("no-auto-down")) {
                selected(place, word);
            } else if (words[0].equals("rename")) {
                renamed(place, word);
            } else if (words[0].equals("source")) {
                for (String found : Globs.expand(files, word.startsWith("/") ? word : base + "/" + word)) {
                    file(found);
                }
            }
        }
        if (words.length < 2) {
            return;
        }
        switch (words[0]) {
            case "source-directory" -> directory(words[1].startsWith("/") ? words[1] : base + "/" + words[1]);
            case "mapping" -> add(place, Matcher.is(Property.NAME, words[1]), words[1], Optional.empty());
            case "iface" -> {
                boolean loopback = List.of(words).subList(2, words.length).contains("loopback");
                if (!loopback) {
                    add(place, Matcher.is(Property.NAME, physical(words[1])), words[1], Optional.empty());
                }
            }
            default -> {
                // An option of the stanza; names in it are found with those of all other files.
            }
        }
    }

    private void directory(String pattern) throws IOException {
        for (String directory : Globs.expand(files, pattern)) {
            for (String name : files.list(directory)) {
                if (name.matches("[A-Za-z0-9_-]+")) {
                    file(directory + "/" + name);
                }
            }
        }
    }

    /** eth0:1 is a second address of eth0, and eth0.7 a VLAN on it. */
    private static String physical(String name) {
        return name.replaceFirst("[:.].*", "");
    }

    private void selected(Place place, String word) {
        int equals = word.lastIndexOf('=');
        if (equals > 0) {
            logical.add(word.substring(equals + 1));
        }
        String chosen = equals > 0 ? word.substring(0, equals) : word;
        add(place, pattern(chosen), word, Optional.empty());
    }

    private void renamed(Place place, String word) {
        int equals = word.lastIndexOf('=');
        if (equals > 0) {
            add(place, pattern(word.substring(0, equals)), word, Optional.of(word.substring(equals + 1)));
        }
    }

    /** {@code [VARIABLE]/VALUE[/[OPTIONS]]}, or a name. */
    private static Matcher pattern(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || text.startsWith("/dev/")) {
            return Matcher.is(Property.NAME, physical(text));
        }
        String variable = text.substring(0, slash);
        String[] rest = text.substring(slash + 1).split("/", 2);
        // Which interface is the second that fits, nobody knows before they are there.
        boolean counted = rest.length > 1 && !rest[1].isEmpty() && !rest[1].equals("1");
        Matcher matcher = switch (variable) {
            case "" -> Matcher.is(Property.NAME, rest[0]);
            case "mac", "address" -> Matcher.is(Property.ADDRESS, rest[0].toLowerCase(Locale.ROOT));
            default -> Matcher.is(Property.OTHER, rest[0]);
        };
        return counted ? new Matcher.All(List.of(matcher, Matcher.is(Property.OTHER, rest[1]))) : matcher;
    }

    private void add(Place place, Matcher matcher, String text, Optional<String> gives) {
        if (matches.size() < MOST_INTERFACES && !physical(text).equals("lo")) {
            matches.add(new InterfaceMatch(
                    Reader.IFUPDOWN,
                    place.path(),
                    place.line(),
                    List.of(new Part(matcher, text, List.of(place))),
                    gives,
                    text));
        }
    }
}
