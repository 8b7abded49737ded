package dev.bothways.guest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code /etc/crypttab}.
 *
 * @param lines every line in order, comments and blank ones too
 */
public record Crypttab(List<TabLine> lines) {

    /**
     * One encrypted volume.
     *
     * @param line index in {@link Crypttab#lines}
     * @param name of the mapping below {@code /dev/mapper}
     * @param source what holds the encrypted data, as written
     */
    public record Entry(int line, String name, String source) {}

    /** The table in {@code text}. */
    public static Crypttab parse(String text) {
        return new Crypttab(
                text.isEmpty()
                        ? List.of()
                        : Arrays.stream(text.split("\n", -1))
                                .map(TabLine::parse)
                                .toList());
    }

    /** The encrypted volumes; lines with fewer than two fields are none. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).fields().size() >= 2) {
                entries.add(new Entry(i, lines.get(i).value(0), lines.get(i).value(1)));
            }
        }
        return entries;
    }

    /** The table with {@code source} in place of what {@code entry} opens. */
    public Crypttab withSource(Entry entry, String source) {
        List<TabLine> changed = new ArrayList<>(lines);
        changed.set(entry.line(), TabLine.parse(lines.get(entry.line()).with(1, source)));
        return new Crypttab(List.copyOf(changed));
    }

    /** The file's text. */
    public String text() {
        return String.join("\n", lines.stream().map(TabLine::text).toList());
    }
}
