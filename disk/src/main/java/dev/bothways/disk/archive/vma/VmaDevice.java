package dev.bothways.disk.archive.vma;

/**
 * A disk in an archive.
 *
 * @param number by what the archive's extents know it, 1 to 255
 * @param name {@code drive-scsi0}, after the definition's key; {@code vmstate} is the memory of a machine that ran
 * @param size what the guest sees, in bytes
 */
public record VmaDevice(int number, String name, long size) {
    private static final String PREFIX = "drive-";

    /** The key of the drive in the definition: {@code scsi0}; the name itself where it is none of a drive. */
    public String key() {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    /** How many clusters it has. */
    long clusters() {
        return Math.ceilDiv(size, VmaExtent.CLUSTER);
    }
}
