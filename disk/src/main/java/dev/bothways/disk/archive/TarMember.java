package dev.bothways.disk.archive;

/**
 * A file in a tar archive.
 *
 * @param name its path inside the archive, parts with {@code /} between: relative, never upwards, without control characters
 * @param offset where its content begins in the archive (in the unpacked stream, where the archive itself is compressed), in
 *     bytes
 * @param size the length of its content, in bytes
 */
public record TarMember(String name, long offset, long size) {

    /** Where its content ends in the archive, exclusive. */
    public long end() {
        return offset + size;
    }

    /** The last part of its name. */
    public String leaf() {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
