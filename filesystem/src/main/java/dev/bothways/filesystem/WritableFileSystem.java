package dev.bothways.filesystem;

import java.io.IOException;

/**
 * A file system that fix-ups may edit. Every edit leaves it such that the platform's own checker calls it clean, once
 * {@link #flush} has returned. Edits happen in memory or on the {@link dev.bothways.disk.VirtualDisk} underneath, which is
 * an overlay in a conversion. New and changed inodes get the time that the file system was opened with, never the clock's,
 * so that the same edits give the same bytes. One thread edits; others may read meanwhile and see each edit wholly or not at all.
 */
public interface WritableFileSystem extends FileSystem {

    /**
     * Makes the regular file {@code path} hold {@code content}: created with {@code attributes} where it is not there, else
     * replaced in place (same inode, owner, mode, extended attributes; other hard links see it).
     */
    void write(String path, byte[] content, NewFile attributes) throws IOException;

    /** Adds {@code content} at the end of an existing regular file. */
    void append(String path, byte[] content) throws IOException;

    /** Cuts or extends (with a hole) an existing regular file to {@code size} bytes. */
    void truncate(String path, long size) throws IOException;

    /** Makes a directory; its parent must be there. */
    void makeDirectory(String path, NewFile attributes) throws IOException;

    /** Makes a symbolic link at {@code path} that holds {@code target}. */
    void makeLink(String path, String target, NewFile attributes) throws IOException;

    /** Renames within this file system; what stands at {@code to} is replaced if it is no directory. */
    void rename(String from, String to) throws IOException;

    /** Removes a file, a link or an empty directory. */
    void remove(String path) throws IOException;

    /** Sets permission bits (07777) of an existing inode. */
    void setMode(String path, int mode) throws IOException;

    /** Writes everything still in memory to the disk underneath. */
    void flush() throws IOException;
}
