package dev.bothways.filesystem;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file system on a volume, read without mounting it.
 *
 * <p>Paths are absolute within the file system, with {@code /} between names; {@code "/"} is the root. Names are bytes on
 * the disk; they are decoded as UTF-8, and bytes that are no UTF-8 are kept through the surrogate escapes U+DC80 to U+DCFF
 * so that every name can be asked for again. No method follows a symbolic link: whoever joins several file systems to one
 * tree does that. Methods that take a path throw {@link java.nio.file.NoSuchFileException} where nothing is there and
 * {@link VolumeException} where the file system contradicts itself. Thread-safe for reading.
 */
public interface FileSystem extends Closeable {

    /** The type's usual name: {@code ext4}, {@code xfs}, {@code ntfs} ... */
    String type();

    /** The identity as {@code blkid} prints it, where there is one. */
    Optional<String> uuid();

    /** The label, where there is one. */
    Optional<String> label();

    /** Bytes that hold no file and could: what root may still write, so with what is kept back for root. */
    long freeBytes();

    /** What stands at {@code path}, not following a link in its last part or in any other. */
    Optional<FileStatus> find(String path) throws IOException;

    /** The names in a directory, without {@code .} and {@code ..}, in the order of their bytes. */
    List<String> list(String path) throws IOException;

    /**
     * Reads from a regular file into {@code into}; returns how many bytes, or -1 at the end of the file.
     *
     * @param offset in the file, in bytes
     */
    int read(String path, long offset, ByteBuffer into) throws IOException;

    /** The target of a symbolic link. */
    String readLink(String path) throws IOException;

    /** The extended attributes by full name ({@code security.selinux}). */
    Map<String, byte[]> attributes(String path) throws IOException;

    /** A whole regular file. Refused where it is larger than {@code limit} bytes. */
    default byte[] readAll(String path, int limit) throws IOException {
        FileStatus status = find(path).orElseThrow(() -> new java.nio.file.NoSuchFileException(path));
        if (status.size() > limit) {
            throw new VolumeException(
                    VolumeException.Kind.UNSAFE,
                    path + " is " + status.size() + " bytes long, more than the " + limit + " expected of such a file");
        }
        ByteBuffer content = ByteBuffer.allocate((int) status.size());
        while (content.hasRemaining()) {
            if (read(path, content.position(), content) < 0) {
                throw new VolumeException(VolumeException.Kind.MALFORMED, path + " ends before its size");
            }
        }
        return content.array();
    }
}
