package dev.bothways.filesystem;

import java.time.Instant;

/**
 * What a file system says of one file.
 *
 * @param inode its number within the file system
 * @param size in bytes; of a symbolic link, the length of its target
 * @param mode permission bits, 07777
 * @param links how many names it has
 * @param modified when its content changed last
 */
public record FileStatus(
        FileKind kind, long inode, long size, int mode, int user, int group, int links, Instant modified) {

    /** Kinds of file, as POSIX has them. */
    public enum FileKind {
        REGULAR,
        DIRECTORY,
        SYMBOLIC_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        FIFO,
        SOCKET
    }

    /** Whether it is a regular file. */
    public boolean isRegular() {
        return kind == FileKind.REGULAR;
    }

    /** Whether it is a directory. */
    public boolean isDirectory() {
        return kind == FileKind.DIRECTORY;
    }

    /** Whether it is a symbolic link. */
    public boolean isLink() {
        return kind == FileKind.SYMBOLIC_LINK;
    }
}
