package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * The folders that a definition may name files in: its own, and those the user allowed. A definition comes from strangers; it
 * must not make us read a file that the user did not mean, be it by an absolute path, by {@code ..} or by a link.
 */
final class AllowedFolders {
    private final Path definition;
    private final Path home;
    private final List<Path> roots = new ArrayList<>();
    /** Files that were found by their names, and the path that each stands for. */
    private final Map<Path, String> byName = new HashMap<>();

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
            named = ofItsName(what, path);
            warnings.add(what + " is " + path + ", which does not exist; the file of that name in " + parent(named)
                    + " is used");
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

    /** The file of that name beside the definition, else the one in the allowed folders. */
    private Path ofItsName(String what, String path) throws IOException {
        SequencedSet<Path> found = new LinkedHashSet<>();
        for (Path root : roots) {
            OtherHostsPath.beside(root, path).ifPresent(found::add);
            if (root.equals(home) && !found.isEmpty()) {
                break;
            }
        }
        if (found.isEmpty()) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    definition + ": " + what + " is " + path + ", and there is no such file"
                            + (roots.size() > 1 || !OtherHostsPath.isPlain(path)
                                    ? ", nor one of that name in "
                                            + roots.stream().map(Path::toString).collect(Collectors.joining(" or "))
                                    : "")
                            + "; put it there, or name its folder with --allow");
        }
        if (found.size() > 1) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    definition + ": " + what + " is " + path
                            + ", which does not exist, and several allowed folders have"
                            + " a file of that name: "
                            + found.stream().map(Path::toString).collect(Collectors.joining(", "))
                            + "; allow one of them");
        }
        String other = byName.putIfAbsent(found.getFirst(), path);
        if (other != null && !other.equals(path)) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    definition + ": " + what + " is " + path
                            + ", which does not exist, and the only file of that name, "
                            + found.getFirst() + ", already stands for " + other
                            + "; put the disks where the definition says, or change its paths");
        }
        return found.getFirst();
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
