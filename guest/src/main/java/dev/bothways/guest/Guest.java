package dev.bothways.guest;

import java.util.List;
import java.util.Optional;

/** An operating system inside a machine, as inspection found it: facts only, and nothing of it was run. */
public sealed interface Guest permits LinuxGuest {

    /** What the guest calls itself on the network, where it says so. */
    Optional<String> hostname();

    /** The processor architecture of its programs. */
    Architecture architecture();

    /** Every partition and bare disk of the machine, in the order of disks and partitions. */
    List<Volume> volumes();

    /** Its tree of files. */
    GuestFiles files();
}
