package dev.bothways.disk.format.dmg;

import java.util.Optional;

/**
 * A run of the disk.
 *
 * @param start its first byte
 * @param length in bytes
 * @param kind how it is kept
 * @param place where in the file it is kept, in bytes; nothing where it is zeros
 * @param stored how many bytes there are
 */
record UdifChunk(long start, long length, Kind kind, long place, long stored) {

    /** How a run is kept. */
    enum Kind {
        ZEROS,
        RAW,
        ZLIB
    }

    /** The kind of this number in a table; empty for one that is not read. */
    static Optional<Kind> kind(int type) {
        return switch (type) {
            case 0, 2 -> Optional.of(Kind.ZEROS);
            case 1 -> Optional.of(Kind.RAW);
            case 0x8000_0005 -> Optional.of(Kind.ZLIB);
            default -> Optional.empty();
        };
    }

    /** What a number means, in words. */
    static String word(int type) {
        return switch (type) {
            case 0x8000_0004 -> "packed with ADC";
            case 0x8000_0006 -> "packed with bzip2";
            case 0x8000_0007 -> "packed with LZFSE";
            case 0x8000_0008 -> "packed with LZMA";
            default -> "of the unknown kind 0x" + Integer.toHexString(type);
        };
    }

    long end() {
        return start + length;
    }
}
