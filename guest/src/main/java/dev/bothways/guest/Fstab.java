package dev.bothways.guest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code /etc/fstab}.
 *
 * @param lines every line in order, comments and blank ones too
 */
public record Fstab(List<TabLine> lines) {

    /**
     * One mount.
     *
     * @param line index in {@link Fstab#lines}
     * @param source what is mounted as written: {@code /dev/xvda1}, {@code UUID=...}, {@code LABEL=...}
     * @param mountPoint where; {@code none} or {@code swap} for swap
     */
    public record Entry(int line, String source, String mountPoint, String type, List<String> options, int pass) {

        /** Whether it is swap. */
        public boolean isSwap() {
            return type.equals("swap");
        }

        /** Whether {@code option} is among the options. */
        public boolean has(String option) {
            return options.contains(option);
        }
    }

    /** The table in {@code text}. */
    public static Fstab parse(String text) {
        return new Fstab(
                text.isEmpty()
                        ? List.of()
                        : Arrays.stream(text.split("\n", -1))
                                .map(TabLine::parse)
                                .toList());
    }

    /** The mounts; lines with fewer than the three fields that a mount needs are no mounts. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            TabLine line = lines.get(i);
            if (line.fields().size() >= 3) {
                String options = line.value(3).isEmpty() ? "defaults" : line.value(3);
                int pass = line.value(5).matches("[0-9]{1,4}") ? Integer.parseInt(line.value(5)) : 0;
                entries.add(
                        new Entry(i, line.value(0), line.value(1), line.value(2), List.of(options.split(",")), pass));
            }
        }
        return entries;
    }

    /** The table with {@code value} in place of a field of {@code entry}, which it must have; the rest of the line stays. */
    public Fstab with(Entry entry, int field, String value) {
        List<TabLine> changed = new ArrayList<>(lines);
        changed.set(entry.line(), lines.get(entry.line()).replacing(field, value));
        return new Fstab(List.copyOf(changed));
    }

    /** The file's text. */
    public String text() {
        return String.join("\n", lines.stream().map(TabLine::text).toList());
    }
}
