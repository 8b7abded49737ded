package dev.bothways.machine.dialect;

import dev.bothways.machine.Machine;
import java.util.List;

/**
 * A machine as a definition gives it.
 *
 * @param machine the record, in its present state
 * @param snapshots its earlier states, as far as the definition holds them, older ones first
 * @param warnings what looked wrong but did not keep the machine from being understood; one sentence each, with its place
 */
public record Parsed(Machine machine, List<Snapshot> snapshots, List<String> warnings) {
    public Parsed {
        snapshots = List.copyOf(snapshots);
        warnings = List.copyOf(warnings);
    }

    /** A machine without snapshots. */
    public Parsed(Machine machine, List<String> warnings) {
        this(machine, List.of(), warnings);
    }
}
