package dev.bothways.conversion;

import dev.bothways.disk.FreeSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Where a converted machine goes.
 *
 * @param folder it is made, or empty
 * @param replace whether a folder that holds a converted machine is replaced
 * @param freeSpace tells the free bytes at an existing path; empty where that is not known
 */
public record Destination(Path folder, boolean replace, Function<Path, OptionalLong> freeSpace) {

    /** A folder of the host. */
    public Destination(Path folder, boolean replace) {
        this(folder, replace, FreeSpace::at);
    }

    /** The folder nearest to it that is there. */
    Path existing() {
        Path at = folder.toAbsolutePath().normalize();
        while (!Files.exists(at)) {
            Path parent = at.getParent();
            if (parent == null) {
                return at;
            }
            at = parent;
        }
        return at;
    }

    /** Bytes that are free there; empty where that is not known. */
    OptionalLong free() {
        return freeSpace.apply(existing());
    }
}
