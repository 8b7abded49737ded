package dev.bothways.guest.fixup;

import java.io.IOException;
import java.util.List;

/** Knows what the guest calls the disks of the converted machine, by where they are attached there. */
@FunctionalInterface
public interface DiskNaming {

    /**
     * A disk of the converted machine.
     *
     * @param source index of the attached disk that it is, or of the first one that it is made of
     * @param whole whether it is a disk made anew; else it is attached as it is now, which under Xen may be a single partition
     */
    record Drive(int source, boolean whole) {}

    /** The names, without {@code /dev/}, of these disks, which are all that the machine has, in order. */
    List<String> of(List<Drive> drives) throws IOException;
}
