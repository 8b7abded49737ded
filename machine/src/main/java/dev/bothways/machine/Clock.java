package dev.bothways.machine;

/**
 * What the machine's clock shows at start.
 *
 * @param base what it follows
 * @param offsetSeconds how far it is ahead of that
 */
public record Clock(Base base, long offsetSeconds) {

    /** What a clock follows. */
    public enum Base {
        UTC("utc"),
        /** The host's local time, as Windows expects. */
        LOCAL_TIME("local-time");

        private final String id;

        Base(String id) {
            this.id = id;
        }

        /** The name in manifests. */
        public String id() {
            return id;
        }
    }

    /** A clock that shows UTC. */
    public static Clock utc() {
        return new Clock(Base.UTC, 0);
    }
}
