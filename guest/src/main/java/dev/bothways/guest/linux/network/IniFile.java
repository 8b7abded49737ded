package dev.bothways.guest.linux.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sections and keys of a systemd or NetworkManager file, in order; keys and sections may come again. */
record IniFile(List<Entry> entries) {

    record Entry(String section, String key, String value) {}

    static IniFile parse(String text) {
        List<Entry> entries = new ArrayList<>();
        String section = "";
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            int equals = line.indexOf('=');
            if (line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1);
            } else if (equals > 0) {
                entries.add(new Entry(
                        section,
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip()));
            }
        }
        return new IniFile(List.copyOf(entries));
    }

    List<String> all(String section, String key) {
        return entries.stream()
                .filter(entry -> entry.section().equals(section) && entry.key().equals(key))
                .map(Entry::value)
                .toList();
    }

    Optional<String> last(String section, String key) {
        return all(section, key).stream().reduce((first, second) -> second);
    }
}
