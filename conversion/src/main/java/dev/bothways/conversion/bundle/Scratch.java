package dev.bothways.conversion.bundle;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.FreeSpace;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the disks of a packed source are unpacked until the command ends. A folder that someone chose is tried whatever the disks
 * could grow to, since most are far from full; the system's folder for temporary files, which is often memory, must have all the
 * room that they could need. Where the host does not say how much room there is, the unpacking is tried.
 */
final class Scratch {
    private static final String PREFIX = "bothways-unpacked-";

    private final Path chosen;
    private final boolean meant;

    private Scratch(Path chosen, boolean meant) {
        this.chosen = chosen;
        this.meant = meant;
    }

    /** The place that the options name, or else the system's. */
    static Scratch of(SourceOptions options) {
        return options.scratch()
                .map(folder -> new Scratch(existing(folder), true))
                .orElseGet(() -> new Scratch(Path.of(System.getProperty("java.io.tmpdir")), false));
    }

    /** A folder for the output is only made when all is well. */
    private static Path existing(Path folder) {
        Path at = folder.toAbsolutePath();
        while (!Files.exists(at)) {
            Path parent = at.getParent();
            if (parent == null) {
                return at;
            }
            at = parent;
        }
        return at;
    }

    /**
     * Makes a folder for one archive.
     *
     * @param least how many bytes unpacking it surely takes
     * @param most how many it may take
     * @throws ConversionException where there is no room
     */
    Path begin(Path archive, long least, long most) throws IOException {
        try {
            OptionalLong free = FreeSpace.at(chosen);
            if (free.isPresent() && free.getAsLong() < (meant ? least : most)) {
                throw new ConversionException(
                        ConversionException.Kind.OUTPUT,
                        archive + " is unpacked before its disks can be read, which takes "
                                + (meant ? "at least " + least : "up to " + most) + " bytes, and " + chosen + " has "
                                + free.getAsLong() + "; name a folder with room by --scratch DIR");
            }
            return Files.createTempDirectory(chosen, PREFIX);
        } catch (ConversionException e) {
            throw e;
        } catch (IOException e) {
            throw new ConversionException(
                    ConversionException.Kind.OUTPUT,
                    archive + " cannot be unpacked in " + chosen + " (" + e + "); name another folder by --scratch DIR",
                    e);
        }
    }

    /** Removes what {@link #begin} made, with all that is in it. */
    static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                Optional<IOException> failed = Optional.ofNullable(failure);
                if (failed.isPresent()) {
                    throw failed.get();
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
