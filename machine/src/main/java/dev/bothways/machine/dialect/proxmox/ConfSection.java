package dev.bothways.machine.dialect.proxmox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of a section of the file: of the machine itself, of a snapshot, or of changes yet to come. */
final class ConfSection {

    /** What a section is. */
    enum Kind {
        MACHINE(""),
        /** What gets into force when the machine starts next. */
        PENDING("[PENDING]"),
        /** What the cloud-init drive was made from. */
        CLOUDINIT("[special:cloudinit]"),
        SNAPSHOT("");

        private final String header;

        Kind(String header) {
            this.header = header;
        }

        /** The section's first line; a snapshot's is its name in brackets, the machine has none. */
        String header() {
            return header;
        }
    }

    /**
     * A setting.
     *
     * @param line where it stands, from 1
     */
    record Setting(String value, int line) {}

    private final Kind kind;
    private final String name;
    private final List<String> description = new ArrayList<>();
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    ConfSection(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    Kind kind() {
        return kind;
    }

    /** A snapshot's name; empty text for the others. */
    String name() {
        return name;
    }

    void describe(String line) {
        description.add(line);
    }

    /** What people wrote. */
    Optional<String> description() {
        String text = String.join("\n", description).stripTrailing();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** Adds a setting; answers whether there was none of its key before. */
    boolean put(String key, Setting setting) {
        return settings.put(key, setting) == null;
    }

    Map<String, Setting> settings() {
        return settings;
    }
}
