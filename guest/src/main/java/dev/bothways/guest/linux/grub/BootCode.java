package dev.bothways.guest.linux.grub;

import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a BIOS would start from a disk's first sector.
 *
 * @param kind what it is
 * @param core GRUB 2's core image, where the boot sector leads to one that can be read
 */
public record BootCode(Kind kind, Optional<Core> core) {

    /** Boot sectors that are told apart. */
    public enum Kind {
        /** No code at all: a BIOS passes over the disk. */
        NONE,
        GRUB_2,
        GRUB_LEGACY,
        LILO,
        SYSLINUX,
        WINDOWS,
        /** Code that is not known. */
        OTHER
    }

    /**
     * What is built into a GRUB 2.
     *
     * @param prefix where it looks for its menu: {@code (,msdos1)/boot/grub}; from outside, so print it with care
     * @param configuration the commands that it runs before; often none
     */
    public record Core(String prefix, String configuration) {}

    /** A text that only one kind of boot sector has. */
    private record Mark(Kind kind, String text) {}

    private static final Mark[] MARKS = {
        new Mark(Kind.GRUB_LEGACY, "GRUB \0Geom\0Hard Disk\0Read\0 Error\0"),
        new Mark(Kind.LILO, "LILO"),
        new Mark(Kind.SYSLINUX, "Operating system load error"),
        new Mark(Kind.SYSLINUX, "Missing OS\r\n"),
        new Mark(Kind.WINDOWS, "Error loading operating system"),
    };

    /** The boot code of a disk. */
    public static BootCode read(VirtualDisk disk) throws IOException {
        if (disk.size() < CoreImage.SECTOR) {
            return new BootCode(Kind.NONE, Optional.empty());
        }
        byte[] sector = new byte[CoreImage.SECTOR];
        disk.read(0, ByteBuffer.wrap(sector));
        if (BootSector.isGrub(sector)) {
            return new BootCode(Kind.GRUB_2, new CoreReader(disk).read(sector));
        }
        return new BootCode(kind(sector), Optional.empty());
    }

    private static Kind kind(byte[] sector) {
        boolean signed = sector[510] == 0x55 && sector[511] == (byte) 0xaa;
        boolean empty = true;
        for (int i = 0; i < BootSector.CODE_END; i++) {
            empty &= sector[i] == 0;
        }
        if (!signed || empty) {
            return Kind.NONE;
        }
        for (Mark mark : MARKS) {
            if (BootSector.indexOf(sector, mark.text.getBytes(StandardCharsets.US_ASCII)) >= 0) {
                return mark.kind;
            }
        }
        return Kind.OTHER;
    }
}
