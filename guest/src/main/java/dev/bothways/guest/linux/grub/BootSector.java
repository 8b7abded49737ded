package dev.bothways.guest.linux.grub;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The layout of GRUB 2's {@code boot.img}: a jump over the area of a FAT's parameters (3 to 89), at 92 the first sector of the core
 * image (64 bits), at 100 the drive to boot from (0xff: the one the BIOS tells), at 102 a jump over the repair for a BIOS that tells
 * a wrong drive, messages from about 384 on, and from 440 on what belongs to the disk.
 */
final class BootSector {
    static final int PARAMETERS = 3;
    static final int PARAMETERS_END = 90;
    static final int CORE_SECTOR = 92;
    static final int BOOT_DRIVE = 100;
    static final int DRIVE_CHECK = 102;
    static final int CODE_END = 440;
    private static final byte JUMP = (byte) 0xeb;
    private static final byte[] MESSAGES =
            "GRUB \0Geom\0Hard Disk\0Read\0 Error\r\n\0".getBytes(StandardCharsets.US_ASCII);

    private BootSector() {}

    /** Whether this is a boot sector of GRUB 2; GRUB legacy's has no line end in its message. */
    static boolean isGrub(byte[] sector) {
        return sector.length == CoreImage.SECTOR
                && sector[0] == JUMP
                && sector[510] == 0x55
                && sector[511] == (byte) 0xaa
                && indexOf(sector, MESSAGES) >= 0;
    }

    static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
