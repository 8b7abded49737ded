package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Processors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Finds what machine lies in a place: a definition file, a folder with one, a folder that this program wrote, or a bare disk
 * image. What a file is, its content tells; of its name only {@code .cfg} in folders is looked at.
 */
public final class SourceMachines {
    private static final long LARGEST_DEFINITION = 1 << 20;
    private static final int MOST_NAMED = 5;

    private SourceMachines() {}

    /**
     * The machine.
     *
     * @throws ConversionException where there is none, it names files it may not, or a bare image lacks what it needs
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
        return overruled(found, options);
    }

    /** A definition that people can edit goes before our own record beside it. */
    private static SourceMachine inFolder(Path folder, SourceOptions options) throws IOException {
        List<Path> definitions = filesEndingIn(folder, ".cfg");
        if (definitions.size() == 1) {
            return XlSource.read(definitions.getFirst(), options);
        }
        if (definitions.size() > 1) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    folder + " holds " + definitions.size() + " definitions ("
                            + String.join(
                                    ", ",
                                    definitions.stream()
                                            .limit(MOST_NAMED)
                                            .map(file -> String.valueOf(file.getFileName()))
                                            .toList())
                            + (definitions.size() > MOST_NAMED ? ", ..." : "") + "); name one of them");
        }
        if (Files.exists(folder.resolve(ConvertedFolder.MANIFEST))) {
            return ConvertedFolder.read(folder, options);
        }
        boolean export = Files.isDirectory(folder.resolve("Virtual Machines"));
        throw new ConversionException(
                ConversionException.Kind.SOURCE,
                folder
                        + (export
                                ? " is an export of Hyper-V, whose definition is not read; name its disk image"
                                        + " with --memory, --cpus and --firmware"
                                : " holds no definition of a machine: neither a .cfg of xl nor "
                                        + ConvertedFolder.MANIFEST
                                        + "; name a disk image with --memory, --cpus and --firmware if there is one"));
    }

    private static List<Path> filesEndingIn(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName())
                            .toLowerCase(Locale.ROOT)
                            .endsWith(ending))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
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
        if (!isText(file)) {
            return BareImage.read(file, DiskImages.formatOf(file), options);
        }
        String text = Files.readString(file, StandardCharsets.UTF_8).stripLeading();
        if (text.startsWith("<") || text.startsWith("\ufeff<")) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    file + " holds XML; of definitions only the .cfg files of xl are read as yet");
        }
        return XlSource.read(file, options);
    }

    /** Whether the file is small, and UTF-8 without NULs, as no disk is. */
    private static boolean isText(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_DEFINITION) {
            return false;
        }
        byte[] content = Files.readAllBytes(file);
        for (byte b : content) {
            if (b == 0) {
                return false;
            }
        }
        if (DiskImages.formatOf(file) != DiskFormat.RAW) {
            return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return true;
        } catch (CharacterCodingException e) {
            // A definition in another encoding is refused by its parser, with the byte; no disk is that small and full.
            return String.valueOf(file.getFileName()).endsWith(".cfg");
        }
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
                found.warnings());
    }
}
