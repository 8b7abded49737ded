package dev.bothways.filesystem.ext;

/**
 * Neighbouring blocks of a file.
 *
 * @param logical the first one's place in the file
 * @param length how many, more than zero
 * @param physical the first one's place on the volume; 0 for a hole
 * @param unwritten allocated, but to be read as zeros
 */
record Run(long logical, long length, long physical, boolean unwritten) {

    static Run hole(long logical, long length) {
        return new Run(logical, length, 0, false);
    }

    /** Whether it reads as zeros without being read. */
    boolean isZero() {
        return physical == 0 || unwritten;
    }

    long end() {
        return logical + length;
    }

    /** The part of it from {@code from} on. */
    Run from(long from) {
        long skipped = from - logical;
        return new Run(from, length - skipped, physical == 0 ? 0 : physical + skipped, unwritten);
    }

    /** The part of it before {@code to}. */
    Run until(long to) {
        return to >= end() ? this : new Run(logical, to - logical, physical, unwritten);
    }

    /** Whether {@code next} goes on where this ends, in the file and on the volume. */
    boolean joins(Run next) {
        return next.logical == end() && next.physical == physical + length && next.unwritten == unwritten;
    }
}
