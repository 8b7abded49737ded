package dev.bothways.machine.dialect;

/**
 * What a definition may hold at most, kept while it is read. Each is some ten times what the largest real ones hold, and so small
 * that a hostile one is refused within two seconds and 64 MiB.
 */
public final class Limits {
    /** Bytes of a definition. */
    public static final int LARGEST = 4 << 20;

    /** Settings, or lines with something in them, of a file that has one a line. */
    public static final int MOST_SETTINGS = 10_000;

    /** Values, elements and attributes of a file that has them in a tree. */
    public static final int MOST_VALUES = 100_000;

    private Limits() {}
}
