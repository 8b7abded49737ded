package dev.bothways.filesystem.partition;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Identities of new tables, derived from words so that the same words give the same bytes. */
final class Identity {
    private Identity() {}

    /** Never zero, which would mean that there is none. */
    static int signature(String words) {
        int derived = (int) (uuid(words).getMostSignificantBits() >>> 32);
        return derived == 0 ? 1 : derived;
    }

    /** A GUID of version 3 (RFC 9562). */
    static UUID uuid(String words) {
        return UUID.nameUUIDFromBytes(("partition table of " + words).getBytes(StandardCharsets.UTF_8));
    }
}
