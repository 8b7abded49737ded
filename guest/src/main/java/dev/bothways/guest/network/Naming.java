package dev.bothways.guest.network;

import java.util.OptionalInt;

/**
 * How a guest names its network interfaces.
 *
 * @param predictable whether udev names them by their place ({@code ens192})
 * @param systemd systemd's version, where it is known
 * @param ownScheme whether the distribution has a naming scheme of its own (Red Hat's), which the version does not tell
 * @param binder what can give a card a name of one's own choice
 */
public record Naming(boolean predictable, OptionalInt systemd, boolean ownScheme, Binder binder) {

    /** What can bind a name to an address. */
    public enum Binder {
        /** A {@code .link} file of systemd, since version 209. */
        LINK,
        /** A rule of udev. */
        UDEV_RULE,
        /** Nothing: interfaces keep the kernel's names. */
        NONE
    }

    /** Whether at least this version of systemd is known to be there. */
    public boolean systemdIsAtLeast(int version) {
        return systemd.isPresent() && systemd.getAsInt() >= version;
    }
}
