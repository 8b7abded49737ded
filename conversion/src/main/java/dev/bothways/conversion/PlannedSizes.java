package dev.bothways.conversion;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How large a conversion is.
 *
 * @param disks the disks that are written, in order
 * @param needed bytes that the files take together at most
 * @param place where they go, the folder nearest to it that is there; empty where none was named
 * @param free bytes that are free there; empty where that is not known
 */
public record PlannedSizes(List<PlannedDisk> disks, long needed, Optional<Path> place, OptionalLong free) {
    /** What a solid-state disk and two processor cores do, each byte read, written, read back and hashed, in bytes a second. */
    public static final long USUAL_RATE = 200L << 20;

    /**
     * A disk that is written.
     *
     * @param device the name that the guest knows it by
     * @param file its name in the folder
     * @param size what the guest sees, in bytes
     * @param data how much of it may be other than zeros, in bytes
     */
    public record PlannedDisk(String device, String file, long size, long data) {}

    /** Copies the list. */
    public PlannedSizes {
        disks = List.copyOf(disks);
    }

    /** Data of all disks, in bytes. */
    public long data() {
        return disks.stream().mapToLong(PlannedDisk::data).sum();
    }

    /** How long it takes at the {@link #USUAL_RATE}. */
    public Duration expectedTime() {
        return Duration.ofSeconds(1 + data() / USUAL_RATE);
    }
}
