package dev.bothways.guest.linux.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sections and keys of a systemd or NetworkManager file, in order; keys and sections may come again. */
record IniFile(List<Entry> entries) {

    /**
     * A key.
     *
     * @param line where it begins, from 1
     * @param last its last line: systemd continues lines that end in a backslash
     */
    record Entry(String section, String key, String value, int line, int last) {}

    static IniFile parse(String text) {
        List<Entry> entries = new ArrayList<>();
        String section = "";
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            int first = i;
            while (line.endsWith("\\") && i + 1 < lines.size()) {
                String next = lines.get(++i).strip();
                boolean comment = next.startsWith("#") || next.startsWith(";");
                line = comment ? line : line.substring(0, line.length() - 1) + " " + next;
            }
            int equals = line.indexOf('=');
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1);
            } else if (equals > 0) {
                entries.add(new Entry(
                        section,
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip(),
                        first + 1,
                        i + 1));
            }
        }
        return new IniFile(List.copyOf(entries));
    }

    List<Entry> all(String section) {
        return entries.stream().filter(entry -> entry.section().equals(section)).toList();
    }

    Optional<String> last(String section, String key) {
        return all(section).stream()
                .filter(entry -> entry.key().equals(key))
                .map(Entry::value)
                .reduce((first, second) -> second);
    }

    /**
     * The text without the entries that begin on these lines.
     *
     * @param instead what stands where the first of them stood; nothing where it is empty
     */
    static String replace(String text, Set<Integer> begins, Optional<String> instead) {
        Set<Integer> gone = new HashSet<>();
        for (Entry entry : parse(text).entries()) {
            for (int line = entry.line(); begins.contains(entry.line()) && line <= entry.last(); line++) {
                gone.add(line);
            }
        }
        StringBuilder out = new StringBuilder();
        Optional<String> left = instead;
        int number = 0;
        for (String line : text.split("(?<=\n)", -1)) {
            number++;
            if (!gone.contains(number)) {
                out.append(line);
            } else if (left.isPresent()) {
                out.append(left.get()).append(line.endsWith("\n") ? "\n" : "");
                left = Optional.empty();
            }
        }
        return out.toString();
    }
}
