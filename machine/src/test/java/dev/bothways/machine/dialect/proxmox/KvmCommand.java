package dev.bothways.machine.dialect.proxmox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command line of QEMU as the corpus has it: an option a line, its value in quotes where the shell needs them. */
record KvmCommand(List<Option> options) {

    /** An option without its hyphen, and its value; empty text where it has none. */
    record Option(String name, String value) {
        /** The properties of a value, {@code a,b=c}; what has no {@code =} is true. */
        Map<String, String> properties() {
            Map<String, String> properties = new HashMap<>();
            for (String part : value.split(",")) {
                int equals = part.indexOf('=');
                properties.put(
                        equals < 0 ? part : part.substring(0, equals), equals < 0 ? "on" : part.substring(equals + 1));
            }
            return properties;
        }

        /** A property's value; empty text where there is none. */
        String property(String key) {
            return properties().getOrDefault(key, "");
        }

        /** What comes before the first comma. */
        String head() {
            return value.split(",", 2)[0];
        }
    }

    static KvmCommand read(Path file) throws IOException {
        List<Option> options = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String text = line.strip();
            String plain =
                    text.endsWith("\\") ? text.substring(0, text.length() - 1).strip() : text;
            if (plain.startsWith("-")) {
                String[] parts = plain.substring(1).split(" ", 2);
                String value = parts.length == 1 ? "" : parts[1];
                boolean quoted = value.startsWith("'") && value.endsWith("'");
                options.add(new Option(parts[0], quoted ? value.substring(1, value.length() - 1) : value));
            }
        }
        return new KvmCommand(options);
    }

    List<Option> all(String name) {
        return options.stream().filter(option -> option.name().equals(name)).toList();
    }

    Optional<Option> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The devices, by the id the command gives them; those without one are left out. */
    Map<String, Option> devices() {
        Map<String, Option> devices = new HashMap<>();
        for (Option device : all("device")) {
            if (!device.property("id").isEmpty()) {
                devices.put(device.property("id"), device);
            }
        }
        return devices;
    }
}
