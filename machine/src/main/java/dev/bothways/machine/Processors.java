package dev.bothways.machine;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The virtual processors.
 *
 * @param count how many are there at start
 * @param maximum how many may be plugged in later, at least {@code count}
 * @param topology how the maximum is arranged, where the definition says
 * @param limit the most host time all of them together may take, in percent of one host processor
 * @param weight the share against other machines; 256 is the usual one
 * @param nested whether the guest may be a hypervisor itself
 */
public record Processors(
        int count, int maximum, Optional<Topology> topology, OptionalInt limit, OptionalInt weight, boolean nested) {

    /** How processors are arranged; the product is {@link Processors#maximum}. */
    public record Topology(int sockets, int coresPerSocket, int threadsPerCore) {}

    public Processors {
        if (count < 1 || maximum < count) {
            throw new IllegalArgumentException(count + " processors of at most " + maximum);
        }
    }

    /** So many processors, and nothing else said of them. */
    public static Processors of(int count) {
        return of(count, count);
    }

    /** {@code count} processors at start and room for {@code maximum}. */
    public static Processors of(int count, int maximum) {
        return new Processors(count, maximum, Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), false);
    }
}
