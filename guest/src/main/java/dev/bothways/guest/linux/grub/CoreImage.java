package dev.bothways.guest.linux.grub;

import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.LZMAOutputStream;

/**
 * The layout of GRUB's core image for BIOS (as of GRUB 2.00 to 2.12; there is no specification, these are facts of its images).
 *
 * <ul>
 *   <li>Sector 0, {@code diskboot.img}: loads the rest. Its last twelve bytes say from where: first sector (64 bits), count of
 *       sectors (16), segment to load to (16).
 *   <li>From sector 1 on {@code lzma_decompress.img}, linked to 0x8200: at byte 8 the length of what it decompresses, at 12 the
 *       length that it has then, at 16 the length of codes to repair it with (none here).
 *   <li>Then raw LZMA with lc 3, lp 0, pb 2 and no end mark: the kernel, the modules, the early configuration, the prefix.
 * </ul>
 */
final class CoreImage {
    static final int SECTOR = 512;
    static final int BLOCK_LIST = SECTOR - 12;
    static final int BLOCK_LIST_COUNT = BLOCK_LIST + 8;
    static final int COMPRESSED_SIZE = 8;
    static final int DECOMPRESSED_SIZE = 12;
    /** A far jump into itself: every decompressor begins so. */
    static final byte FAR_JUMP = (byte) 0xea;

    private static final int LARGEST_DECOMPRESSOR = 0x9000 - 0x8200;
    /** Where the image, loaded from 0x8200 on, would meet the kernel's memory. */
    private static final int LARGEST_CORE = 0x78000 - KernelElf.LINK_ADDRESS;

    private static final int DICTIONARY = 1 << 16;
    private static final int SMALLEST_DICTIONARY = 1 << 12;

    private CoreImage() {}

    static byte[] build(byte[] diskBoot, byte[] decompressor, byte[] payload) throws IOException {
        if (diskBoot.length != SECTOR) {
            throw malformed(GrubFiles.DISK_BOOT, "has " + diskBoot.length + " bytes, not 512");
        }
        if (decompressor.length > LARGEST_DECOMPRESSOR || decompressor.length < 32 || decompressor[0] != FAR_JUMP) {
            throw malformed(GrubFiles.DECOMPRESSOR, "is no decompressor of GRUB 2");
        }
        byte[] compressed = compress(payload);
        int length = decompressor.length + compressed.length;
        if (length > LARGEST_CORE) {
            throw new GuestException(
                    Kind.UNSUPPORTED,
                    "GRUB's core image would have " + length + " bytes, and a BIOS has room for " + LARGEST_CORE
                            + "; take fewer modules");
        }
        ByteBuffer core = ByteBuffer.allocate(SECTOR + length).order(ByteOrder.LITTLE_ENDIAN);
        core.put(diskBoot).put(decompressor).put(compressed);
        core.putShort(BLOCK_LIST_COUNT, (short) Math.ceilDiv(length, SECTOR));
        core.putInt(SECTOR + COMPRESSED_SIZE, compressed.length);
        core.putInt(SECTOR + DECOMPRESSED_SIZE, payload.length);
        return core.array();
    }

    private static byte[] compress(byte[] payload) throws IOException {
        // A stronger preset takes three times as long for one part in twenty.
        LZMA2Options options = new LZMA2Options(3);
        options.setDictSize(DICTIONARY);
        options.setLcLp(3, 0);
        options.setPb(2);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (LZMAOutputStream out = new LZMAOutputStream(compressed, options, false)) {
            out.write(payload);
        }
        return compressed.toByteArray();
    }

    /** What {@link #compress} took: {@code length} bytes. */
    static byte[] decompress(byte[] compressed, int length) throws IOException {
        return decompress(compressed, length, length);
    }

    /** The first {@code wanted} of the {@code length} bytes that {@link #compress} took. */
    static byte[] decompress(byte[] compressed, int length, int wanted) throws IOException {
        byte properties = (2 * 5 + 0) * 9 + 3;
        ByteArrayInputStream in = new ByteArrayInputStream(compressed);
        try (LZMAInputStream out = new LZMAInputStream(in, length, properties, Math.max(wanted, SMALLEST_DICTIONARY))) {
            return out.readNBytes(wanted);
        }
    }

    private static GuestException malformed(String file, String what) {
        return new GuestException(Kind.MALFORMED, "GRUB's " + file + " " + what);
    }
}
