package dev.bothways.disk;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How an image is to be opened.
 *
 * @param format the format it is in, if the caller knows; else it is found by what the file says
 * @param allowedFolder the folder in and under which secondary files (parents, extents) may be opened, if not the image's own
 */
public record OpenOptions(Optional<DiskFormat> format, Optional<Path> allowedFolder) {

    /** The format is found, and secondary files lie in the image's own folder. */
    public static OpenOptions usual() {
        return new OpenOptions(Optional.empty(), Optional.empty());
    }

    /** These options, with the image taken for {@code known} whatever it looks like. */
    public OpenOptions as(DiskFormat known) {
        return new OpenOptions(Optional.of(known), allowedFolder);
    }

    /** These options, with secondary files allowed in and under {@code folder}. */
    public OpenOptions allowing(Path folder) {
        return new OpenOptions(format, Optional.of(folder));
    }
}
