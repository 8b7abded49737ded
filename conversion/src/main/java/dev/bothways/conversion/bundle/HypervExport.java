package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.SourceMachine.SourceDisk;
import dev.bothways.disk.HostFile;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import dev.bothways.machine.dialect.hyperv.HypervDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An export of Hyper-V, which is also the form of a folder that a machine lives in: definitions in {@code Virtual Machines},
 * those of checkpoints in {@code Snapshots}, images mostly in {@code Virtual Hard Disks}. Definitions name their images by
 * absolute paths of the host they come from; what counts is the file of that name in the export.
 */
final class HypervExport {
    private static final String MACHINES = "Virtual Machines";
    private static final String CHECKPOINTS = "Snapshots";
    private static final int DEEPEST = 6;
    private static final int MOST_FILES = 20_000;
    private static final int LARGEST_DEFINITION = 4 << 20;

    private final Path folder;
    private final Path machines;
    private final Optional<Path> only;

    private HypervExport(Path folder, Path machines, Optional<Path> only) {
        this.folder = folder;
        this.machines = machines;
        this.only = only;
    }

    /** The export that a folder is, if it has the folder for definitions. */
    static Optional<HypervExport> in(Path folder) throws IOException {
        Optional<Path> machines = child(folder, MACHINES);
        return machines.map(found -> new HypervExport(folder, found, Optional.empty()));
    }

    /** The export that a definition lies in; only this definition is read then. */
    static Optional<HypervExport> around(Path definition) {
        Path machines = definition.toAbsolutePath().normalize().getParent();
        Path folder = machines == null ? null : machines.getParent();
        if (machines == null
                || folder == null
                || !String.valueOf(machines.getFileName()).equalsIgnoreCase(MACHINES)) {
            return Optional.empty();
        }
        return Optional.of(new HypervExport(folder, machines, Optional.of(definition)));
    }

    private static Optional<Path> child(Path folder, String name) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> String.valueOf(child.getFileName()).equalsIgnoreCase(name))
                    .filter(Files::isDirectory)
                    .min(Comparator.naturalOrder());
        }
    }

    /** The machine that the options choose, with its images. */
    SourceMachine read(SourceOptions options) throws IOException {
        AllowedFolders folders = new AllowedFolders(folder, options);
        List<Path> files = files();
        List<Definition> definitions =
                only.isPresent() ? List.of(definition(only.get(), folders)) : definitions(folders);
        Optional<Path> checkpoints = child(folder, CHECKPOINTS);
        // Of several machines nothing tells whose a checkpoint is.
        List<Snapshot> snapshots =
                definitions.size() == 1 && checkpoints.isPresent() ? snapshots(checkpoints.get(), folders) : List.of();
        List<Parsed> parsed = definitions.stream()
                .map(definition -> new Parsed(
                        definition.parsed.machine(),
                        joined(definition.parsed.snapshots(), snapshots),
                        definition.parsed.warnings()))
                .toList();
        ChosenMachine chosen = ChosenMachine.of(folder, parsed, options);
        List<String> warnings = new ArrayList<>(chosen.warnings());
        warnSavedStates(files, warnings);
        Machine machine = chosen.machine();
        List<SourceDisk> found = SourceDisks.find(
                folder, inExport(machine, files, folders), folders, warnings, (definition, disk) -> {});
        return new SourceMachine(
                definitions.stream()
                        .filter(definition -> definition.parsed.machine().equals(machine))
                        .findFirst()
                        .orElse(definitions.getFirst())
                        .file,
                new HypervDialect().id(),
                machine,
                chosen.stateOf(asDefined(machine, found)),
                Optional.empty(),
                folders.home(),
                chosen.lost(),
                warnings);
    }

    /** The snapshots of the definition itself, which those of 2008 may hold, and the others in files of their own. */
    private static List<Snapshot> joined(List<Snapshot> within, List<Snapshot> beside) {
        List<Snapshot> all = new ArrayList<>(beside);
        within.stream()
                .filter(snapshot ->
                        beside.stream().noneMatch(other -> other.id().equalsIgnoreCase(snapshot.id())))
                .forEach(all::add);
        return all;
    }

    /** A definition with what it says, and when it was made, as Windows counts. */
    private record Definition(Path file, Parsed parsed, long created) {}

    private List<Definition> definitions(AllowedFolders folders) throws IOException {
        List<Definition> found = new ArrayList<>();
        for (Path file : candidates(machines)) {
            found.add(definition(file, folders));
        }
        if (found.isEmpty()) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    folder + " is an export of Hyper-V without a definition in " + MACHINES
                            + "; name its disk image with --memory, --cpus and --firmware");
        }
        return found;
    }

    private Definition definition(Path file, AllowedFolders folders) throws IOException {
        Path real = folders.file("the definition", file.toAbsolutePath().toString(), new ArrayList<>());
        byte[] content = HostFile.readAll(real, LARGEST_DEFINITION);
        return new Definition(
                file,
                new HypervDialect().parse(content, file.toString()).getFirst(),
                HypervDialect.created(content, file.toString()).orElse(Long.MAX_VALUE));
    }

    /** Checkpoints have definitions of the machine as it was, called like the checkpoint; older ones first. */
    private List<Snapshot> snapshots(Path checkpoints, AllowedFolders folders) throws IOException {
        List<Definition> definitions = new ArrayList<>();
        for (Path file : candidates(checkpoints)) {
            definitions.add(definition(file, folders));
        }
        definitions.sort(Comparator.comparingLong(Definition::created));
        List<Snapshot> found = new ArrayList<>();
        for (Definition definition : definitions) {
            String name = String.valueOf(definition.file.getFileName());
            found.add(new Snapshot(
                    name.substring(0, name.lastIndexOf('.')),
                    definition.parsed.machine().name(),
                    definition.parsed.machine()));
        }
        return found;
    }

    /** An import in place leaves the export's own definition beside the one that it makes, and only that is kept up. */
    private static List<Path> candidates(Path folder) throws IOException {
        List<Path> found = new ArrayList<>(ending(folder, ".vmcx"));
        found.addAll(ending(folder, ".xml"));
        Set<String> names = found.stream().map(HypervExport::baseName).collect(Collectors.toSet());
        ending(folder, ".exp").stream()
                .filter(file -> !names.contains(baseName(file)))
                .forEach(found::add);
        return found;
    }

    private static String baseName(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.lastIndexOf('.')).toLowerCase(Locale.ROOT);
    }

    private static List<Path> ending(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName())
                            .toLowerCase(Locale.ROOT)
                            .endsWith(ending))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /** All files of the export; links are no part of it, though a definition's own folder may be one. */
    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
            List<Path> found = files.filter(Files::isRegularFile)
                    .limit(MOST_FILES + 1L)
                    .sorted()
                    .toList();
            if (found.size() > MOST_FILES) {
                throw new ConversionException(
                        ConversionException.Kind.SOURCE,
                        folder + " holds more than " + MOST_FILES
                                + " files, too many for an export of Hyper-V; name the folder of the one machine");
            }
            return found;
        }
    }

    private static void warnSavedStates(List<Path> files, List<String> warnings) {
        files.stream()
                .map(file -> String.valueOf(file.getFileName()))
                .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(".vsv"))
                .findFirst()
                .ifPresent(name -> warnings.add("the export holds a saved state (" + name
                        + "), which stays behind: if the machine was saved, its disks are as after a power cut"));
    }

    /** The machine with the paths of its hard disks as they are in the export. */
    private Machine inExport(Machine machine, List<Path> files, AllowedFolders folders) throws IOException {
        List<Disk> disks = new ArrayList<>();
        for (Disk disk : machine.disks()) {
            Optional<Path> file =
                    disk.kind() == Disk.Kind.DISK && disk.medium().isPresent() ? image(disk, files) : Optional.empty();
            disks.add(
                    file.isEmpty()
                            ? disk
                            : disk.toBuilder()
                                    .medium(Optional.of(new Medium(
                                            folders.home()
                                                    .resolve(folder.relativize(file.get()))
                                                    .toString(),
                                            disk.medium().get().format())))
                                    .build());
        }
        return machine.toBuilder().disks(disks).build();
    }

    /** The one file of the image's name; of several, the one whose folders are called most as in the definition. */
    private Optional<Path> image(Disk disk, List<Path> files) throws ConversionException {
        String[] wanted = disk.medium().orElseThrow().path().split("[\\\\/]");
        List<Path> alike = files.stream()
                .filter(file -> String.valueOf(file.getFileName()).equalsIgnoreCase(wanted[wanted.length - 1]))
                .toList();
        int best =
                alike.stream().mapToInt(file -> agreement(file, wanted)).max().orElse(0);
        List<Path> nearest =
                alike.stream().filter(file -> agreement(file, wanted) == best).toList();
        if (nearest.size() > 1) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    folder + ": the disk " + disk.slot().deviceName() + " may be " + nearest.get(0) + " or "
                            + nearest.get(1) + "; move one of them out of the export");
        }
        return nearest.stream().findFirst();
    }

    private static int agreement(Path file, String[] wanted) {
        int agreed = 0;
        while (agreed < Math.min(file.getNameCount(), wanted.length)
                && file.getName(file.getNameCount() - 1 - agreed)
                        .toString()
                        .equalsIgnoreCase(wanted[wanted.length - 1 - agreed])) {
            agreed++;
        }
        return agreed;
    }

    /** The found files with the disks as the definition has them. */
    private static List<SourceDisk> asDefined(Machine machine, List<SourceDisk> found) {
        List<SourceDisk> disks = new ArrayList<>();
        for (Disk disk : machine.disks()) {
            if (disk.kind() == Disk.Kind.DISK) {
                disks.add(new SourceDisk(disk, found.get(disks.size()).file()));
            }
        }
        return disks;
    }
}
