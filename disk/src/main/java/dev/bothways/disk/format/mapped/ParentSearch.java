package dev.bothways.disk.format.mapped;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.archive.ArchivePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * The way up a chain of differencing disks: a parent is looked for by the names that its child remembers, opened, and must
 * have the id that the child remembers.
 *
 * @param <T> what a format knows of a file when it has read its metadata
 */
public final class ParentSearch<T> {
    private static final int LONGEST_CHAIN = 64;

    /** Reads a file's metadata. */
    @FunctionalInterface
    public interface Reader<T> {
        /** The metadata, or what {@code open} would raise. */
        T read(HostFile file) throws IOException;
    }

    /** A parent, opened; the caller closes the file. */
    public record Found<T>(HostFile file, T structure) {}

    private final SecondaryFiles secondary;
    private final Reader<T> reader;
    private final Function<T, UUID> idOf;
    private final List<Path> chain = new ArrayList<>();

    /** A search in the allowed folder, for a chain whose first disk is about to be looked at. */
    public ParentSearch(SecondaryFiles secondary, Reader<T> reader, Function<T, UUID> idOf) {
        this.secondary = secondary;
        this.reader = reader;
        this.idOf = idOf;
    }

    /** Opens the parent of {@code child}: one of these names, with one of these ids. */
    public Found<T> parentOf(Path child, List<String> names, Collection<UUID> ids) throws IOException {
        chain.add(ArchivePath.real(child));
        if (chain.size() > LONGEST_CHAIN) {
            throw new DiskImageException(
                    Kind.UNSAFE, child, "the chain of parents is longer than " + LONGEST_CHAIN + " disks");
        }
        List<String> others = new ArrayList<>();
        for (Path candidate : secondary.candidates(child, names)) {
            if (chain.contains(candidate)) {
                throw new DiskImageException(Kind.UNSAFE, child, "the chain of parents comes back to " + candidate);
            }
            Found<T> found = open(candidate);
            UUID id = idOf.apply(found.structure);
            if (ids.contains(id)) {
                return found;
            }
            found.file.close();
            others.add(candidate + " is the one with id " + id);
        }
        if (others.isEmpty()) {
            throw new DiskImageException(
                    Kind.UNSAFE,
                    child,
                    "it differs from a parent named %s, of which there is none in %s; put it there"
                            .formatted(inWords(names), secondary.allowed()));
        }
        throw new DiskImageException(
                Kind.MALFORMED,
                child,
                "it differs from the disk with id %s, but %s; put the right parent there"
                        .formatted(inWords(ids), String.join(" and ", others)));
    }

    private Found<T> open(Path candidate) throws IOException {
        HostFile file = HostFile.open(candidate);
        try {
            return new Found<>(file, reader.read(file));
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    private static String inWords(List<String> names) {
        return names.isEmpty() ? "nowhere" : "'" + SecondaryFiles.lastPart(names.getFirst()) + "'";
    }

    private static String inWords(Collection<UUID> ids) {
        return ids.isEmpty()
                ? "that is named nowhere"
                : String.valueOf(ids.iterator().next());
    }
}
