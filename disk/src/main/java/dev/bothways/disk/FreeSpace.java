package dev.bothways.disk;

import java.io.File;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much room a place of the host has. */
public final class FreeSpace {
    private FreeSpace() {}

    /**
     * Bytes that this process may still write where {@code path} is; empty where the host does not say, which is no sign of trouble.
     * Unlike {@link java.nio.file.FileStore} this needs no table of mounts, which a chroot may lack.
     *
     * @param path of an existing file or folder
     */
    public static OptionalLong at(Path path) {
        File file;
        try {
            file = path.toFile();
        } catch (UnsupportedOperationException e) {
            return OptionalLong.empty(); // A path of another kind of file system, such as one in memory.
        }
        return file.getTotalSpace() == 0 ? OptionalLong.empty() : OptionalLong.of(file.getUsableSpace());
    }
}
