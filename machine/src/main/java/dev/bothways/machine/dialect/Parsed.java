package dev.bothways.machine.dialect;

import dev.bothways.machine.Machine;
import java.util.List;

/**
 * A definition as read.
 *
 * @param machine the record
 * @param warnings what looked wrong but did not keep the machine from being understood; one sentence each, with its place
 */
public record Parsed(Machine machine, List<String> warnings) {
    public Parsed {
        warnings = List.copyOf(warnings);
    }
}
