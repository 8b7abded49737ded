package dev.bothways.conversion.bundle;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.archive.xva.XvaArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk in an XVA, by the name that a manifest gives it: {@code web01.xva/Ref:2}. Not every host has such a path, so the name is
 * taken apart as a text.
 *
 * @param archive the XVA's name in the machine's folder
 * @param folder the disk's in the archive
 */
public record XvaMember(String archive, String folder) {
    private static final String BETWEEN = ".xva/";

    /** The name taken apart; empty if it names a file of its own. */
    public static Optional<XvaMember> of(String name) {
        int at = name.lastIndexOf(BETWEEN);
        return at < 0
                ? Optional.empty()
                : Optional.of(new XvaMember(
                        name.substring(0, at + BETWEEN.length() - 1), name.substring(at + BETWEEN.length())));
    }

    /** The file of the machine's folder that the disk of this name lies in: the archive, or the disk's own. */
    public static String fileOf(String name) {
        return of(name).map(XvaMember::archive).orElse(name);
    }

    /**
     * Opens the disk.
     *
     * @param file the archive
     * @param size of the disk, in bytes
     */
    public DiskImage open(Path file, long size) throws IOException {
        return XvaArchive.read(file).open(folder, size);
    }

    @Override
    public String toString() {
        return archive + "/" + folder;
    }
}
