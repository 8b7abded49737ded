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
     * @param key the file with its key; empty or {@code none} where someone types it
     * @param options parted by commas; empty for none
     */
    public record Entry(int line, String name, String source, String key, String options) {

        /** Whether {@code option} is among the options. */
        public boolean has(String option) {
            return Arrays.asList(options.split(",")).contains(option);
        }
    }

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
                TabLine line = lines.get(i);
                entries.add(new Entry(i, line.value(0), line.value(1), line.value(2), line.value(3)));
            }
        }
        return entries;
    }

    /** The table with {@code value} in place of a field of {@code entry}, which it must have; the rest of the line stays. */
    public Crypttab with(Entry entry, int field, String value) {
        List<TabLine> changed = new ArrayList<>(lines);
        changed.set(entry.line(), lines.get(entry.line()).replacing(field, value));
        return new Crypttab(List.copyOf(changed));
    }

    /** The file's text. */
    public String text() {
        return String.join("\n", lines.stream().map(TabLine::text).toList());
    }
}
