package dev.bothways.guest.linux.kernel;

import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.guest.linux.compression.Compressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes kernel images for tests: only what inspection looks at, at the places where real images have it. */
public final class KernelImages {
    private KernelImages() {}

    /** A bzImage of this release whose vmlinux has these Xen notes. */
    public static byte[] bzImage(String release, Compression compression, int... noteTypes) throws IOException {
        byte[] payload = Compressor.compress(compression, vmlinux(noteTypes));
        int setupSectors = 8;
        int start = (setupSectors + 1) * 512;
        int payloadOffset = 0x2b0;
        ByteBuffer image =
                ByteBuffer.allocate(start + payloadOffset + payload.length + 64).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) setupSectors);
        image.putShort(0x1fe, (short) 0xaa55);
        image.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
        image.putShort(0x206, (short) 0x20f);
        image.putShort(0x20e, (short) 0x800);
        image.put(0xa00, (release + " (someone@somewhere) #1 SMP\0").getBytes(StandardCharsets.US_ASCII));
        image.putInt(0x248, payloadOffset);
        image.putInt(0x24c, payload.length);
        image.put(start + payloadOffset, payload);
        return image.array();
    }

    /** A 64-bit ELF file with two program headers, the second of them for notes. */
    static byte[] vmlinux(int... noteTypes) {
        int notes = 0x3000;
        ByteBuffer elf = ByteBuffer.allocate(0x4000).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        elf.putLong(32, 64);
        elf.putShort(54, (short) 56);
        elf.putShort(56, (short) 2);
        elf.putInt(64, 1);
        int size = 0;
        size += note(elf, notes + size, "GNU\0", 3, 20);
        for (int type : noteTypes) {
            size += note(elf, notes + size, "Xen\0", type, 8);
        }
        elf.putInt(120, 4);
        elf.putLong(128, notes);
        elf.putLong(152, size);
        return elf.array();
    }

    private static int note(ByteBuffer elf, int at, String name, int type, int length) {
        elf.putInt(at, 4);
        elf.putInt(at + 4, length);
        elf.putInt(at + 8, type);
        elf.put(at + 12, name.getBytes(StandardCharsets.US_ASCII));
        return 16 + length;
    }
}
