package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Lost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A section being written, and what did not get into it. */
final class ConfOutput {
    private final List<Lost> lost;
    private final Map<String, String> settings = new TreeMap<>();
    private String description = "";

    ConfOutput(List<Lost> lost) {
        this.lost = lost;
    }

    ConfOutput() {
        this(new ArrayList<>());
    }

    List<Lost> lost() {
        return lost;
    }

    void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }

    boolean has(String key) {
        return settings.containsKey(key);
    }

    /** Sets a key to what the caller has made sure to be one line. */
    void put(String key, String value) {
        settings.put(key, value);
    }

    void put(String key, long value) {
        put(key, Long.toString(value));
    }

    /** A text of strangers; reported where it cannot stand in a line. */
    void text(String key, String value) {
        if (ProxmoxText.expressible(value)) {
            put(key, value);
        } else {
            lose(key, "holds line breaks, control characters or blanks that cannot stand in a definition of Proxmox");
        }
    }

    /** The text above the settings; ends of lines are kept, blanks after the last one are not. */
    void describe(String text) {
        StringBuilder lines = new StringBuilder();
        for (String line : text.stripTrailing().split("\n", -1)) {
            lines.append('#').append(ProxmoxText.encodedLine(line)).append('\n');
        }
        description = lines.toString();
    }

    /** The section in Proxmox's order: the description, then the keys by name. */
    String content() {
        StringBuilder content = new StringBuilder(description);
        settings.forEach(
                (key, value) -> content.append(key).append(": ").append(value).append('\n'));
        return content.toString();
    }
}
