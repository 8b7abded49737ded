package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one machine of a source, in the one state of it, that is wanted.
 *
 * @param machine in that state
 * @param snapshot the state's name; without one it is the present
 * @param present the media of the present state: where the wanted one has the same, its state is kept inside the image
 * @param lost the states that stay behind
 * @param warnings of its definition
 */
record ChosenMachine(
        Machine machine, Optional<String> snapshot, Set<Medium> present, List<Lost> lost, List<String> warnings) {
    private static final int MOST_NAMED = 8;

    /**
     * Chooses by the options.
     *
     * @param source what to call the source in messages
     * @param machines all that it defines, at least one
     */
    static ChosenMachine of(Path source, List<Parsed> machines, SourceOptions options) throws ConversionException {
        Parsed chosen = machine(source, machines, options);
        Set<Medium> media = chosen.machine().disks().stream()
                .map(Disk::medium)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(HashSet::new));
        if (options.snapshot().isEmpty()) {
            return new ChosenMachine(
                    chosen.machine(),
                    Optional.empty(),
                    media,
                    chosen.snapshots().stream().map(ChosenMachine::leftBehind).toList(),
                    chosen.warnings());
        }
        String wanted = options.snapshot().get();
        List<Snapshot> matching = chosen.snapshots().stream()
                .filter(snapshot -> snapshot.id().equals(wanted))
                .toList();
        if (matching.isEmpty()) {
            matching = chosen.snapshots().stream()
                    .filter(snapshot -> snapshot.name().equals(wanted))
                    .toList();
        }
        if (matching.size() > 1) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    source + " keeps " + matching.size() + " snapshots named " + wanted + "; name one by its id: "
                            + listed(matching.stream().map(Snapshot::id).toList()));
        }
        if (matching.isEmpty() && !chosen.snapshots().isEmpty()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    source + " keeps no snapshot " + wanted + "; it keeps "
                            + listed(chosen.snapshots().stream()
                                    .map(Snapshot::name)
                                    .toList()));
        }
        // A definition that knows of none may still have images that keep one.
        Optional<Snapshot> found = matching.stream().findFirst();
        Lost now = new Lost("the present state", "stays behind, for the snapshot " + wanted + " was asked for");
        List<Lost> others = chosen.snapshots().stream()
                .filter(snapshot -> !found.equals(Optional.of(snapshot)))
                .map(ChosenMachine::leftBehind)
                .collect(Collectors.toCollection(java.util.ArrayList::new));
        others.add(now);
        return new ChosenMachine(
                found.map(Snapshot::machine).orElse(chosen.machine()),
                Optional.of(found.map(Snapshot::name).orElse(wanted)),
                media,
                others,
                chosen.warnings());
    }

    private static Parsed machine(Path source, List<Parsed> machines, SourceOptions options)
            throws ConversionException {
        List<String> names =
                machines.stream().map(parsed -> parsed.machine().name()).toList();
        if (options.machine().isEmpty()) {
            if (machines.size() == 1) {
                return machines.getFirst();
            }
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    source + " defines " + machines.size() + " machines; choose one with --machine: " + listed(names));
        }
        String wanted = options.machine().get();
        List<Parsed> matching = machines.stream()
                .filter(parsed -> parsed.machine().name().equals(wanted)
                        || parsed.machine()
                                .uuid()
                                .filter(uuid -> uuid.toString().equalsIgnoreCase(wanted))
                                .isPresent())
                .toList();
        if (matching.size() == 1) {
            return matching.getFirst();
        }
        throw new ConversionException(
                ConversionException.Kind.USAGE,
                matching.isEmpty()
                        ? source + " defines no machine " + wanted + "; it defines " + listed(names)
                        : source + " defines " + matching.size() + " machines " + wanted + "; choose by the UUID: "
                                + listed(matching.stream()
                                        .map(parsed -> parsed.machine()
                                                .uuid()
                                                .map(Objects::toString)
                                                .orElse("none"))
                                        .toList()));
    }

    private static Lost leftBehind(Snapshot snapshot) {
        return new Lost("snapshot " + snapshot.name(), "stays behind; --snapshot converts it instead of the present");
    }

    private static String listed(List<String> names) {
        return String.join(", ", names.stream().limit(MOST_NAMED).toList())
                + (names.size() > MOST_NAMED ? ", ..." : "");
    }

    /** The disks, opened at the wanted state where their images keep it inside. */
    List<SourceDisk> stateOf(List<SourceDisk> disks) {
        if (snapshot.isEmpty()) {
            return disks;
        }
        return disks.stream()
                .map(disk -> disk.disk().medium().filter(present::contains).isPresent()
                        ? disk.atSnapshot(snapshot.get())
                        : disk)
                .toList();
    }
}
