package dev.bothways.guest.linux.initramfs;

/**
 * The header of one file in a cpio archive.
 *
 * @param name as written, without a leading {@code /} or {@code ./}
 * @param mode file type and permission bits
 * @param size of its content, in bytes
 */
record CpioEntry(String name, int mode, long size) {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }
}
