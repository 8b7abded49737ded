package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.Manager;
import dev.bothways.guest.linux.ShellPattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /etc/network/interfaces} and what it includes (Debian: interfaces(5)). Several stanzas of one interface become one. */
final class Ifupdown {
    private static final int MOST_FILES = 200;
    private static final int MOST_INTERFACES = 1_000;

    private final GuestFiles files;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();
    private final Set<String> atBoot = new HashSet<>();
    private Optional<Draft> current = Optional.empty();

    private Ifupdown(GuestFiles files) {
        this.files = files;
    }

    static List<Interface> read(GuestFiles files) throws IOException {
        Ifupdown reader = new Ifupdown(files);
        reader.file("/etc/network/interfaces");
        List<Interface> interfaces = new ArrayList<>();
        for (Draft draft : reader.drafts.values()) {
            boolean brought = reader.atBoot.stream().anyMatch(pattern -> new ShellPattern(pattern).matches(draft.name));
            interfaces.add(draft.atBoot(brought).done());
        }
        return interfaces;
    }

    private void file(String path) throws IOException {
        if (read.size() >= MOST_FILES || !read.add(path)) {
            return;
        }
        Optional<String> text = files.text(path, Network.LARGEST_FILE);
        if (text.isEmpty()) {
            return;
        }
        String joined = text.get().replaceAll("\\\\\r?\n", " ");
        for (String raw : joined.lines().toList()) {
            String line = raw.strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                line(path, line.split("[ \t]+"));
            }
        }
        current = Optional.empty();
    }

    private void line(String path, String[] words) throws IOException {
        switch (words[0]) {
            case "iface" -> current = stanza(path, words);
            case "auto", "allow-auto", "allow-hotplug" -> {
                current = Optional.empty();
                for (int i = 1; i < words.length; i++) {
                    // "/eth*" means every interface that fits; "name=logical" maps.
                    boot(words[i].replaceFirst("^/", "").replaceFirst("=.*", ""));
                }
            }
            case "source" -> {
                current = Optional.empty();
                for (int i = 1; i < words.length; i++) {
                    for (String found : Globs.expand(files, absolute(words[i]))) {
                        file(found);
                    }
                }
            }
            case "source-directory" -> {
                current = Optional.empty();
                String directory = words.length > 1 ? absolute(words[1]) : "";
                for (String name : files.list(directory)) {
                    if (name.matches("[A-Za-z0-9_-]+")) {
                        file(directory + "/" + name);
                    }
                }
            }
            case "mapping", "rename" -> current = Optional.empty();
            default -> {
                if (current.isPresent() && words.length > 1) {
                    option(current.get(), words);
                }
            }
        }
    }

    private void boot(String pattern) {
        if (atBoot.size() < MOST_INTERFACES) {
            atBoot.add(pattern);
        }
    }

    private static String absolute(String path) {
        return path.startsWith("/") ? path : "/etc/network/" + path;
    }

    private Optional<Draft> stanza(String path, String[] words) {
        String name = words.length > 1 ? words[1].replaceFirst("^/", "") : "";
        String method = words.length > 3 ? words[3] : words.length > 2 ? words[2] : "";
        if (name.isEmpty() || drafts.size() >= MOST_INTERFACES || name.equals("lo") || method.equals("loopback")) {
            return Optional.empty();
        }
        Draft draft = drafts.computeIfAbsent(name, key -> new Draft(key, Manager.IFUPDOWN, path));
        return Optional.of(draft.dhcp(method.equals("dhcp") || method.equals("auto")));
    }

    private static void option(Draft draft, String[] words) {
        switch (words[0]) {
            case "address" -> draft.address(words[1]);
            case "hwaddress" -> draft.mac(words[words.length - 1]);
            default -> {}
        }
    }
}
