package dev.bothways.disk.format.mapped;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.OpenOptions;
import java.nio.file.Path;

/** What formats without snapshots inside of an image say to who asks for one. */
public final class NoSnapshots {
    private NoSnapshots() {}

    /** Refuses to look for a snapshot. */
    public static void check(Path image, OpenOptions options) throws DiskImageException {
        if (options.snapshot().isPresent()) {
            throw new DiskImageException(Kind.UNSUPPORTED, image, "an image of this format cannot hold snapshots");
        }
    }
}
