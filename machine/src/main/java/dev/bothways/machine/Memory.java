package dev.bothways.machine;

/**
 * The memory, in bytes. Static where all three are one.
 *
 * @param startup what the machine starts with
 * @param minimum what the host may take it down to while it runs
 * @param maximum what it may grow to while it runs
 */
public record Memory(long startup, long minimum, long maximum) {
    public Memory {
        if (minimum < 1 || startup < minimum || maximum < startup) {
            throw new IllegalArgumentException("memory of " + minimum + " <= " + startup + " <= " + maximum + " bytes");
        }
    }

    /** A fixed amount. */
    public static Memory fixed(long bytes) {
        return new Memory(bytes, bytes, bytes);
    }

    /** Whether the host may change the amount while the machine runs. */
    public boolean dynamic() {
        return minimum != maximum;
    }
}
