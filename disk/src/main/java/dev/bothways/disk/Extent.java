package dev.bothways.disk;

/** A run of bytes of one kind on a {@link VirtualDisk}: {@code length} bytes from {@code offset} on. Never empty. */
public sealed interface Extent {

    /** Where the run begins on the disk, in bytes. */
    long offset();

    /** How long it is, in bytes; more than zero. */
    long length();

    /** Where the run ends on the disk, in bytes, exclusive. */
    default long end() {
        return offset() + length();
    }

    /** Reads as zeros, for certain. */
    record Zero(long offset, long length) implements Extent {}

    /** Data that only the disk itself can read (compressed, in memory, or of unknown place). */
    record Data(long offset, long length) implements Extent {}

    /** Data that lies as it is in a host file, from {@code fileOffset} on: it can be copied without being looked at. */
    record Stored(long offset, long length, HostFile file, long fileOffset) implements Extent {}
}
