package dev.bothways.disk.format.mapped;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.InputException;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.archive.ArchivePath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The search for files that an image names, inside the image's own folder and one that the caller allows, and nowhere else: a
 * hostile image must not have a file of the host opened by naming it. Symbolic links are followed before folders are compared.
 *
 * <p>Images are copied from host to host, mostly from Windows, so an absolute name in them is rarely true: unless it leads
 * into the allowed folder, what counts is its last part, looked for beside the image and then in the allowed folder, in any
 * case of letters.
 */
public record SecondaryFiles(Path allowed) {
    private static final int LONGEST_CHAIN = 64;
    private static final int DEEPEST = 8;
    private static final int MOST_FILES = 10_000;

    /** Files in {@code allowed} or in folders below it. */
    public SecondaryFiles(Path allowed) {
        this.allowed = allowed;
    }

    /** What the options allow: the folder they name, else the image's own. */
    public static SecondaryFiles of(Path image, OpenOptions options) throws IOException {
        return new SecondaryFiles(
                options.allowedFolder().isPresent()
                        ? options.allowedFolder().get()
                        : folderOf(ArchivePath.real(image)));
    }

    /**
     * The existing regular files that {@code hints} of {@code image} may mean, the likeliest first, by real path. Hints
     * are paths of Windows or Unix, relative ones to the image's folder.
     */
    public List<Path> candidates(Path image, List<String> hints) throws IOException {
        Path folder = folderOf(ArchivePath.real(image));
        Path root = ArchivePath.real(allowed);
        List<Path> roots = List.of(root, folder);
        SequencedSet<Path> found = new LinkedHashSet<>();
        for (String hint : hints) {
            String unix = hint.replace('\\', '/');
            if (!unix.startsWith("/") && unix.indexOf(':') < 0) {
                inside(roots, folder, unix).ifPresent(found::add);
            } else if (leadsInto(root, hint)) {
                inside(roots, root, hint).ifPresent(found::add);
            }
        }
        for (Path place : roots.reversed()) {
            for (String hint : hints) {
                String name = lastPart(hint);
                inside(roots, place, name).ifPresent(found::add);
                Optional<String> other = sameNameInAnotherCase(place, name);
                if (other.isPresent()) {
                    inside(roots, place, other.get()).ifPresent(found::add);
                }
            }
        }
        return new ArrayList<>(found);
    }

    /**
     * Opens the parent of an image: the first file that one of these names may mean.
     *
     * @param child the image
     * @param options what the child was opened with
     * @param names as in {@link #candidates}
     * @param format what the child says of its parent's format; else the parent's content shows it
     * @throws DiskImageException where there is none in the allowed folder, or the chain is endless
     */
    public static DiskImage openParent(Path child, OpenOptions options, List<String> names, Optional<DiskFormat> format)
            throws IOException {
        SecondaryFiles secondary = of(child, options);
        OpenOptions parents = options.allowing(secondary.allowed()).forParentOf(ArchivePath.real(child));
        if (parents.children().size() > LONGEST_CHAIN) {
            throw new DiskImageException(
                    Kind.UNSAFE, child, "the chain of parents is longer than " + LONGEST_CHAIN + " disks");
        }
        Path found = secondary.candidates(child, names).stream()
                .findFirst()
                .orElseThrow(() -> new DiskImageException(
                        Kind.UNSAFE,
                        child,
                        "it differs from a parent named '%s', of which there is none in %s; put it there, or name its folder with --allow"
                                .formatted(lastPart(names.isEmpty() ? "" : names.getFirst()), secondary.allowed())));
        if (parents.children().contains(found)) {
            throw new DiskImageException(Kind.UNSAFE, child, "the chain of parents comes back to " + found);
        }
        return DiskImages.open(found, format.isPresent() ? parents.as(format.get()) : parents);
    }

    /** The regular files with this ending beside an image, as far as that is allowed, by real path. */
    public List<Path> besides(Path image, String ending) throws IOException {
        return ending(folderOf(ArchivePath.real(image)), 1, ending);
    }

    /** The regular files with this ending in the allowed folder and some way below it, by real path. */
    public List<Path> below(String ending) throws IOException {
        return ending(ArchivePath.real(allowed), DEEPEST, ending);
    }

    private List<Path> ending(Path start, int depth, String ending) throws IOException {
        Path root = ArchivePath.real(allowed);
        SequencedSet<Path> found = new TreeSet<>();
        Files.walkFileTree(start, Set.of(), depth, new SimpleFileVisitor<>() {
            private int seen;

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws InputException {
                String leaf = String.valueOf(file.getFileName());
                if (leaf.toLowerCase(Locale.ROOT).endsWith(ending)) {
                    inside(List.of(root, start), start, file.toString()).ifPresent(found::add);
                }
                return ++seen < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }
        });
        return new ArrayList<>(found);
    }

    static Path folderOf(Path real) {
        Path parent = real.getParent();
        return parent == null ? real : parent;
    }

    /** The last part of a path of Windows or Unix. */
    public static String lastPart(String hint) {
        return hint.substring(Math.max(hint.lastIndexOf('/'), hint.lastIndexOf('\\')) + 1);
    }

    /** Whether an absolute path of this host is one of the allowed folder, by its words alone: others are not even looked at. */
    private static boolean leadsInto(Path root, String hint) {
        try {
            Path path = Path.of(hint);
            return path.isAbsolute() && path.normalize().startsWith(root);
        } catch (InvalidPathException notOfThisHost) {
            return false;
        }
    }

    private static Optional<Path> inside(List<Path> roots, Path folder, String relative) throws InputException {
        if (relative.isBlank() || relative.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        try {
            Path real = ArchivePath.real(folder.resolve(relative));
            return roots.stream().anyMatch(real::startsWith) && ArchivePath.isFile(real)
                    ? Optional.of(real)
                    : Optional.empty();
        } catch (InputException e) {
            throw e;
        } catch (IOException | InvalidPathException notThere) {
            return Optional.empty(); // A hint that leads nowhere: the caller says so when none of them leads anywhere.
        }
    }

    private static Optional<String> sameNameInAnotherCase(Path folder, String name) throws IOException {
        List<String> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return Optional.empty(); // An archive: its members are found by the names they have.
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String leaf = String.valueOf(file.getFileName());
                if (leaf.equalsIgnoreCase(name)) {
                    found.add(leaf);
                }
            }
        }
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }
}
