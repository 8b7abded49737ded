package dev.bothways.testing;

import java.util.Random;

/**
 * The seed of a random test. A test makes its {@link Random} from it and names it in every assertion, so that a failure can
 * be played again with {@code -Dbothways.seed=N}.
 */
public record Seed(long value) {

    /** The seed asked for by {@code -Dbothways.seed}, else {@code usual}: a build without the property is reproducible. */
    public static Seed of(long usual) {
        return new Seed(Long.getLong("bothways.seed", usual));
    }

    /** A generator that begins at this seed. */
    public Random random() {
        return new Random(value);
    }

    /** The words to put into an assertion's description. */
    @Override
    public String toString() {
        return "seed " + value + " (again with -Dbothways.seed=" + value + ")";
    }
}
