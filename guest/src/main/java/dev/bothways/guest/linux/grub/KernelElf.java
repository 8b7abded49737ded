package dev.bothways.guest.linux.grub;

import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * GRUB's {@code kernel.img}: an ELF program for the i386, linked to {@value #LINK_ADDRESS}. What is loaded of it is put there as it
 * is; modules follow right behind, where its own end of data is.
 */
final class KernelElf {
    static final int LINK_ADDRESS = 0x9000;
    /** Where the kernel's memory ends at the latest; its stack and the disk buffer come behind. */
    private static final int MEMORY_END = 0x68000;

    private static final int ELF_MAGIC = 0x464c_457f;
    private static final int HEADER = 52;
    private static final int PROGRAM_HEADER = 32;
    private static final int LOAD = 1;

    private KernelElf() {}

    /** The bytes from {@value #LINK_ADDRESS} on, without the zeros behind (bss). */
    static byte[] loaded(byte[] file) throws GuestException {
        ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < HEADER || elf.getInt(0) != ELF_MAGIC || elf.get(4) != 1 || elf.getShort(18) != 3) {
            throw malformed(
                    "is no ELF program for the i386; a GRUB before 2.00 cannot be used, give another by --grub DIR");
        }
        long table = Integer.toUnsignedLong(elf.getInt(28));
        int count = Short.toUnsignedInt(elf.getShort(44));
        if (elf.getShort(42) != PROGRAM_HEADER || table + (long) count * PROGRAM_HEADER > file.length) {
            throw malformed("has its program headers outside of the file");
        }
        ByteBuffer memory = ByteBuffer.allocate(MEMORY_END - LINK_ADDRESS);
        int end = 0;
        for (int i = 0; i < count; i++) {
            int at = (int) table + i * PROGRAM_HEADER;
            if (elf.getInt(at) == LOAD) {
                end = Math.max(end, load(elf, at, memory));
            }
        }
        if (end == 0) {
            throw malformed("has nothing to load");
        }
        byte[] loaded = new byte[end];
        memory.get(0, loaded);
        return loaded;
    }

    private static int load(ByteBuffer elf, int header, ByteBuffer memory) throws GuestException {
        long offset = Integer.toUnsignedLong(elf.getInt(header + 4));
        long address = Integer.toUnsignedLong(elf.getInt(header + 12));
        long inFile = Integer.toUnsignedLong(elf.getInt(header + 16));
        long inMemory = Integer.toUnsignedLong(elf.getInt(header + 20));
        if (offset + inFile > elf.capacity() || inFile > inMemory) {
            throw malformed("has a segment outside of the file");
        }
        if (address < LINK_ADDRESS || address + inMemory > MEMORY_END) {
            throw malformed("is loaded to " + Long.toHexString(address) + ", not to " + LINK_ADDRESS);
        }
        memory.put((int) address - LINK_ADDRESS, elf, (int) offset, (int) inFile);
        return (int) (address - LINK_ADDRESS + inFile);
    }

    private static GuestException malformed(String what) {
        return new GuestException(Kind.MALFORMED, "GRUB's " + GrubFiles.KERNEL + " " + what);
    }
}
