package dev.bothways.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What tells whether a file is still the one that was read: its size, the time of its last change of content, and which file the
 * path leads to. The time of the last access and that of the last change of attributes do not count: reading, a new link and
 * {@code chmod} change those and no byte of it. A device has neither size nor time; for it only the path counts here.
 *
 * @param path links are followed
 * @param regular whether it is a file, not a device
 * @param size in bytes
 * @param modified the time of the last change of content
 * @param key what tells the file from all others of the host (the device and inode), where the host has such a thing
 */
public record FileState(Path path, boolean regular, long size, FileTime modified, Optional<Object> key) {

    /** The state now. */
    public static FileState of(Path path) throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileState(
                path, now.isRegularFile(), now.size(), now.lastModifiedTime(), Optional.ofNullable(now.fileKey()));
    }

    /**
     * Refuses a file that is not as it was.
     *
     * @throws InputException which says what is different
     */
    public void requireUnchanged() throws IOException {
        Optional<String> difference;
        try {
            difference = difference(of(path));
        } catch (NoSuchFileException e) {
            difference = Optional.of("it is not there any more");
        } catch (IOException e) {
            throw new InputException(path, "cannot be looked at again: " + e.getMessage(), e);
        }
        if (difference.isPresent()) {
            throw new InputException(
                    path,
                    "the file changed while it was read (" + difference.get()
                            + "); stop what writes to it, for example the machine, and run the command again",
                    null);
        }
    }

    private Optional<String> difference(FileState now) {
        if (!now.key.equals(key)) {
            return Optional.of("another file has taken its place");
        }
        if (!regular) {
            return Optional.empty();
        }
        if (now.size != size) {
            return Optional.of("it had " + size + " bytes and has " + now.size);
        }
        return now.modified.equals(modified) ? Optional.empty() : Optional.of("it was written to at " + now.modified);
    }
}
