package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.conversion.bundle.ovf.OvfPackage;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.HostFile;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Processors;
import dev.bothways.machine.dialect.Dialect;
import dev.bothways.machine.dialect.Dialects;
import dev.bothways.machine.dialect.hyperv.HypervDialect;
import dev.bothways.machine.dialect.ovf.OvfDialect;
import dev.bothways.machine.dialect.xl.XlDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds what machine lies in a place: a definition file, a folder with one, a folder that this program wrote, or a bare disk
 * image. What a file is, its content tells; in folders only the files are looked at whose names end as definitions' do.
 */
public final class SourceMachines {
    private static final int LARGEST_DEFINITION = 4 << 20;
    private static final int MOST_NAMED = 5;
    private static final Set<String> ENDINGS =
            Set.of(".cfg", ".xml", ".vmx", ".ovf", ".vbox", ".conf", ".yaml", ".yml", ".vmcx", ".exp", ".json");

    private static final Set<String> ARCHIVES =
            Set.of(".ova", ".xva", ".xva.gz", ".xva.zst", ".vma", ".vma.gz", ".vma.zst", ".vma.lzo");

    private SourceMachines() {}

    /**
     * The machine.
     *
     * @throws ConversionException where there is none, or it names files it may not
     * @throws dev.bothways.machine.DefinitionException where the definition is malformed
     * @throws dev.bothways.disk.DiskImageException where the file is an image of a kind that is not read
     */
    public static SourceMachine find(Path source, SourceOptions options) throws IOException {
        if (source.toString().isEmpty()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE, "the source's name is empty; for this folder say .");
        }
        if (!Files.exists(source)) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE, source + ": there is no such file or folder");
        }
        SourceMachine found = Files.isDirectory(source) ? inFolder(source, options) : ofFile(source, options);
        if (!found.dialect().equals(OvfDialect.ID)) {
            refuseOptionsOfOvf(source, options);
        }
        return overruled(found, options);
    }

    private static void refuseOptionsOfOvf(Path source, SourceOptions options) throws ConversionException {
        if (options.configuration().isPresent()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    source + " is no OVF package, which alone offers configurations; leave out --configuration");
        }
        if (options.lax()) {
            throw new ConversionException(
                    ConversionException.Kind.USAGE,
                    source + " is no OVF package, which alone is held to a specification; leave out --lax");
        }
    }

    /** A definition that people can edit goes before our own record beside it. */
    private static SourceMachine inFolder(Path folder, SourceOptions options) throws IOException {
        List<Definition> definitions = definitions(folder);
        if (definitions.size() == 1) {
            return definitions.getFirst().read(options);
        }
        if (definitions.size() > 1) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    folder + " holds " + definitions.size() + " definitions ("
                            + String.join(
                                    ", ",
                                    definitions.stream()
                                            .limit(MOST_NAMED)
                                            .map(each -> String.valueOf(each.file.getFileName()))
                                            .toList())
                            + (definitions.size() > MOST_NAMED ? ", ..." : "") + "); name one of them");
        }
        if (Files.exists(folder.resolve(ConvertedFolder.MANIFEST))) {
            return ConvertedFolder.read(folder, options);
        }
        List<Path> archives = files(folder, ARCHIVES);
        if (archives.size() == 1) {
            return ofFile(archives.getFirst(), options);
        }
        Optional<HypervExport> export = HypervExport.in(folder);
        if (export.isPresent()) {
            return export.get().read(options);
        }
        throw new ConversionException(
                ConversionException.Kind.SOURCE,
                folder + " holds no definition of a machine ("
                        + String.join(
                                ", ",
                                Dialects.all().stream().map(Dialect::described).toList())
                        + " or " + ConvertedFolder.MANIFEST
                        + "); name a disk image in it if there is one");
    }

    /** A definition file, with its content and what it is. */
    private static final class Definition {
        private final Path file;
        private final Dialect dialect;
        private final byte[] content;

        Definition(Path file, Dialect dialect, byte[] content) {
            this.file = file;
            this.dialect = dialect;
            this.content = content;
        }

        SourceMachine read(SourceOptions options) throws IOException {
            if (dialect instanceof OvfDialect) {
                return OvfSource.read(file, options);
            }
            if (dialect instanceof HypervDialect) {
                // In an export the images lie in other folders than the definition.
                Optional<HypervExport> export = HypervExport.around(file);
                if (export.isPresent()) {
                    return export.get().read(options);
                }
            }
            return DefinitionSource.read(file, dialect, content, options);
        }
    }

    private static List<Definition> definitions(Path folder) throws IOException {
        List<Definition> found = new ArrayList<>();
        for (Path file : files(folder, ENDINGS)) {
            // Files of xl have no mark in them, so among others their name must tell.
            definition(file)
                    .filter(definition -> !isListOfExport(definition))
                    .filter(definition -> !definition.dialect.id().equals(XlDialect.ID)
                            || String.valueOf(file.getFileName()).endsWith(".cfg"))
                    .ifPresent(found::add);
        }
        return found;
    }

    /** Exports of Windows Server 2008 have, beside the folders, what Hyper-V needs to know for an import: no definition. */
    private static boolean isListOfExport(Definition definition) {
        return definition.dialect instanceof HypervDialect
                && String.valueOf(definition.file.getFileName()).equalsIgnoreCase("config.xml");
    }

    /** The files of a folder whose names end so, sorted. */
    private static List<Path> files(Path folder, Set<String> endings) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> endsInOneOf(file, endings))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private static boolean endsInOneOf(Path file, Set<String> endings) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return !name.equals(ConvertedFolder.MANIFEST) && endings.stream().anyMatch(name::endsWith);
    }

    private static SourceMachine ofFile(Path file, SourceOptions options) throws IOException {
        boolean own = String.valueOf(file.getFileName()).equals(ConvertedFolder.MANIFEST);
        Path folder = file.toAbsolutePath().getParent();
        if (own && folder != null) {
            return ConvertedFolder.read(folder, options);
        }
        if (Files.isRegularFile(file) && Files.size(file) == 0) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE, file + " is empty; copy it again from where it came from");
        }
        Optional<SourceMachine> archived = inArchive(file, options);
        if (archived.isPresent()) {
            return archived.get();
        }
        PackedFile.refuse(file);
        Optional<Definition> definition = definition(file);
        if (definition.isPresent()) {
            return definition.get().read(options);
        }
        DiskFormat format = DiskImages.formatOf(file);
        if (format == DiskFormat.RAW) {
            OtherText.refuse(file, LARGEST_DEFINITION);
        }
        return BareImage.read(file, format, options);
    }

    /** The machine in an archive that holds it whole, if the file is one. */
    private static Optional<SourceMachine> inArchive(Path file, SourceOptions options) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        if (XvaSource.isXva(file)) {
            return Optional.of(XvaSource.read(file, options));
        }
        if (OvfPackage.isArchive(file)) {
            return Optional.of(OvfSource.read(file, options));
        }
        return VmaSource.isVma(file) ? Optional.of(VmaSource.read(file, options)) : Optional.empty();
    }

    /** The file as a definition, if it looks like one: images go first, for some of them are text or XML too. */
    private static Optional<Definition> definition(Path file) throws IOException {
        if (!Files.isRegularFile(file)
                || Files.size(file) > LARGEST_DEFINITION
                || DiskImages.formatOf(file) != DiskFormat.RAW) {
            return Optional.empty();
        }
        byte[] content = HostFile.readAll(file, LARGEST_DEFINITION);
        return Dialects.of(content).map(dialect -> new Definition(file, dialect, content));
    }

    private static SourceMachine overruled(SourceMachine found, SourceOptions options) {
        Machine.Builder machine = found.machine().toBuilder();
        options.name().ifPresent(machine::name);
        options.memory().ifPresent(bytes -> machine.memory(Memory.fixed(bytes)));
        options.processors().ifPresent(count -> machine.processors(Processors.of(count)));
        return new SourceMachine(
                found.definition(),
                found.dialect(),
                machine.build(),
                found.disks(),
                found.hostBoot(),
                found.folder(),
                found.lost(),
                found.warnings());
    }
}
