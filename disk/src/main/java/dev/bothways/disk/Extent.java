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

    /** The same run on a disk where everything lies {@code by} bytes further on. */
    default Extent shifted(long by) {
        return switch (this) {
            case Zero zero -> new Zero(zero.offset + by, zero.length);
            case Data data -> new Data(data.offset + by, data.length);
            case Stored stored -> new Stored(stored.offset + by, stored.length, stored.file, stored.fileOffset);
        };
    }

    /** The first {@code length} bytes of this run, or all of it if it is no longer. */
    default Extent cut(long length) {
        if (length >= length()) {
            return this;
        }
        return switch (this) {
            case Zero zero -> new Zero(zero.offset, length);
            case Data data -> new Data(data.offset, length);
            case Stored stored -> new Stored(stored.offset, length, stored.file, stored.fileOffset);
        };
    }

    /** Reads as zeros, for certain. */
    record Zero(long offset, long length) implements Extent {}

    /** Data that only the disk itself can read (compressed, in memory, or of unknown place). */
    record Data(long offset, long length) implements Extent {}

    /** Data that lies as it is in a host file, from {@code fileOffset} on: it can be copied without being looked at. */
    record Stored(long offset, long length, HostFile file, long fileOffset) implements Extent {}
}
