package dev.bothways.disk.format.mapped;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** UUIDs without chance: the same image gets the same ones again. */
public final class DerivedUuid {
    private DerivedUuid() {}

    /** The UUID for a purpose within the image of this identity and size. */
    public static UUID of(String purpose, String identity, long size) {
        String name = purpose + '\0' + size + '\0' + identity;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
