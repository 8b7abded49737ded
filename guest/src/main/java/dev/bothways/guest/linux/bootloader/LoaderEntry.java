package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A boot entry of the Boot Loader Specification, type 1: a file of lines "key value".
 *
 * @param id the file's name without {@code .conf}
 */
record LoaderEntry(String id, List<Line> lines) {
    private static final int LARGEST = 64 << 10;
    private static final int MOST = 512;

    record Line(String key, String value) {}

    /** The entries in a directory, last name first: newest kernel first, as distributions name them. */
    static List<LoaderEntry> list(GuestFiles files, String directory) throws IOException {
        List<LoaderEntry> entries = new ArrayList<>();
        for (String name : files.list(directory)) {
            if (name.endsWith(".conf") && entries.size() < MOST) {
                Optional<String> text = files.text(directory + "/" + name, LARGEST);
                text.ifPresent(content -> entries.add(parse(name.substring(0, name.length() - 5), content)));
            }
        }
        entries.sort(Comparator.comparing(LoaderEntry::id).reversed());
        return entries;
    }

    static LoaderEntry parse(String id, String text) {
        List<Line> lines = text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> line.split("[ \t]+", 2))
                .map(parts -> new Line(parts[0], parts.length > 1 ? parts[1] : ""))
                .toList();
        return new LoaderEntry(id, lines);
    }

    List<String> all(String key) {
        return lines.stream()
                .filter(line -> line.key().equals(key))
                .map(Line::value)
                .toList();
    }

    Optional<String> first(String key) {
        return all(key).stream().findFirst();
    }
}
