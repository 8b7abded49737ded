package dev.bothways.guest;

/** Where a kernel has a driver, best first. */
public enum DriverAvailability {
    /** Part of the kernel's image. */
    BUILT_IN,
    /** In the initramfs: there before the root file system is mounted. */
    IN_INITRAMFS,
    /** Among the modules on the disk: there once the root file system is mounted. */
    ON_DISK,
    /** Nowhere. */
    ABSENT;

    /** Whether the root file system can be reached with it. */
    public boolean early() {
        return this == BUILT_IN || this == IN_INITRAMFS;
    }

    /** Whether the running system has it. */
    public boolean present() {
        return this != ABSENT;
    }
}
