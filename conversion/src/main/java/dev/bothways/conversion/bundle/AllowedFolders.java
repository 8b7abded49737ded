package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folders that a definition may name files in: its own, and those the user allowed. A definition comes from strangers; it
 * must not make us read a file that the user did not mean, be it by an absolute path, by {@code ..} or by a link.
 */
final class AllowedFolders {
    private final Path definition;
    private final Path home;
    private final List<Path> roots = new ArrayList<>();

    /** The folders for a definition. */
    AllowedFolders(Path definition, SourceOptions options) throws IOException {
        this.definition = definition;
        Path real = definition.toRealPath();
        this.home = Files.isDirectory(real) ? real : parent(real);
        roots.add(home);
        for (Path folder : options.allowed()) {
            if (!Files.isDirectory(folder)) {
                throw new ConversionException(
                        ConversionException.Kind.USAGE, folder + " is allowed to be read from, but is no folder");
            }
            roots.add(folder.toRealPath());
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    /** The definition's own folder, links resolved. */
    Path home() {
        return home;
    }

    /**
     * The file that the definition means, links resolved.
     *
     * @param what names the item for messages: {@code the disk xvda}
     * @param path as the definition writes it; relative to its folder
     * @param warnings gets a sentence where another file than the one named is taken
     */
    Path file(String what, String path, List<String> warnings) throws IOException {
        Path named = resolve(what, path);
        if (!Files.exists(named)) {
            Optional<Path> beside = OtherHostsPath.beside(home, path);
            if (beside.isEmpty()) {
                throw new ConversionException(
                        ConversionException.Kind.SOURCE,
                        definition + ": " + what + " is " + path + ", and there is no such file"
                                + (OtherHostsPath.isPlain(path) ? "" : ", nor one of that name beside it"));
            }
            warnings.add(what + " is " + path
                    + ", which is not there; taken is the file of that name beside the definition");
            named = beside.get();
        }
        Path real = named.toRealPath();
        if (roots.stream().noneMatch(real::startsWith)) {
            Path folder = parent(real);
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    definition + ": " + what + " is " + path
                            + (real.equals(named.normalize()) ? "" : " (in truth " + real + ")")
                            + ", which lies outside " + home + "; if it is the machine's, add --allow " + folder);
        }
        if (Files.isDirectory(real)) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE, definition + ": " + what + " is " + path + ", which is a folder");
        }
        return real;
    }

    private Path resolve(String what, String path) throws ConversionException {
        try {
            return home.resolve(path);
        } catch (InvalidPathException e) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    definition + ": " + what + " has a path that this host cannot have: " + e.getReason(),
                    e);
        }
    }
}
