package dev.bothways.disk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How an image is to be opened.
 *
 * @param format the format it is in, if the caller knows; else it is found by what the file says
 * @param allowedFolder the folder in and under which secondary files (parents, extents) may be opened, if not the image's own
 * @param snapshot the name or id of the snapshot inside the image that is to be read; its current state if there is none
 * @param keyFile a file whose bytes, without a line's end behind them, are the key of an encrypted image
 * @param children the real paths of the images whose parent this is, the one that was opened first in front
 */
public record OpenOptions(
        Optional<DiskFormat> format,
        Optional<Path> allowedFolder,
        Optional<String> snapshot,
        Optional<Path> keyFile,
        List<Path> children) {

    /** Copies the list. */
    public OpenOptions {
        children = List.copyOf(children);
    }

    /** The format is found, and secondary files lie in the image's own folder. */
    public static OpenOptions usual() {
        return new OpenOptions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    /** These options, with the image taken for {@code known} whatever it looks like. */
    public OpenOptions as(DiskFormat known) {
        return new OpenOptions(Optional.of(known), allowedFolder, snapshot, keyFile, children);
    }

    /** These options, with secondary files allowed in and under {@code folder}. */
    public OpenOptions allowing(Path folder) {
        return new OpenOptions(format, Optional.of(folder), snapshot, keyFile, children);
    }

    /** These options, for the state that is kept under this name or id. */
    public OpenOptions atSnapshot(String name) {
        return new OpenOptions(format, allowedFolder, Optional.of(name), keyFile, children);
    }

    /** These options, with a key. */
    public OpenOptions withKey(Path file) {
        return new OpenOptions(format, allowedFolder, snapshot, Optional.of(file), children);
    }

    /** What holds for the parent of {@code child}, which was opened with these options: its own format, its current state. */
    public OpenOptions forParentOf(Path child) {
        List<Path> chain = new ArrayList<>(children);
        chain.add(child);
        return new OpenOptions(Optional.empty(), allowedFolder, Optional.empty(), keyFile, chain);
    }
}
