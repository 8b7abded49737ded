package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Tells a file system (or a volume of LVM, LUKS, swap) that begins at a disk's first byte. Asked only where the signature of an
 * MBR stands in the first sector but no sensible partition does.
 */
final class WholeDisk {

    /** A magic number of {@code text} at byte {@code offset}. */
    private record Magic(int offset, String text) {}

    private static final Magic[] MAGICS = {
        new Magic(3, "NTFS    "),
        new Magic(3, "EXFAT   "),
        new Magic(3, "-FVE-FS-"),
        new Magic(3, "ReFS\0\0\0\0"),
        new Magic(0, "XFSB"),
        new Magic(0, "LUKS\u00ba\u00be"),
        new Magic(0, "LABELONE"),
        new Magic(512, "LABELONE"),
        new Magic(1024, "LABELONE"),
        new Magic(1536, "LABELONE"),
        new Magic(1024, "H+\0\4"),
        new Magic(1024, "\u0010 \u00f5\u00f2"),
        new Magic(1080, "S\u00ef"),
        new Magic(4086, "SWAPSPACE2"),
        new Magic(32769, "CD001"),
        new Magic(65536 + 52, "ReIsErFs"),
        new Magic(65536 + 52, "ReIsEr2Fs"),
        new Magic(65536 + 52, "ReIsEr3Fs"),
        new Magic(65536 + 64, "_BHRfS_M"),
    };

    private WholeDisk() {}

    static boolean holdsFileSystem(VirtualDisk disk) throws IOException {
        for (Magic magic : MAGICS) {
            byte[] wanted = magic.text.getBytes(StandardCharsets.ISO_8859_1);
            if (disk.size() >= magic.offset + wanted.length
                    && Sectors.read(disk, magic.offset, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return true;
            }
        }
        return fat(Sectors.read(disk, 0, 512));
    }

    /** Whether the fields every FAT has make sense (Microsoft's FAT specification 1.03, section "Boot Sector and BPB"). */
    private static boolean fat(ByteBuffer sector) {
        int jump = Byte.toUnsignedInt(sector.get(0));
        int sectorSize = Short.toUnsignedInt(sector.getShort(11));
        int cluster = Byte.toUnsignedInt(sector.get(13));
        int reserved = Short.toUnsignedInt(sector.getShort(14));
        int tables = Byte.toUnsignedInt(sector.get(16));
        int media = Byte.toUnsignedInt(sector.get(21));
        return (jump == 0xeb || jump == 0xe9)
                && sectorSize >= 512
                && sectorSize <= 4096
                && Integer.bitCount(sectorSize) == 1
                && Integer.bitCount(cluster) == 1
                && reserved > 0
                && (tables == 1 || tables == 2)
                && (media == 0xf0 || media >= 0xf8);
    }
}
