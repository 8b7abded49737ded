package dev.bothways.machine;

/** A class of devices in the order in which firmware tries them. */
public enum BootDevice {
    DISK("disk"),
    CDROM("cdrom"),
    NETWORK("network"),
    FLOPPY("floppy");

    private final String id;

    BootDevice(String id) {
        this.id = id;
    }

    /** The name in manifests. */
    public String id() {
        return id;
    }
}
