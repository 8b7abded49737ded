package dev.bothways.disk.format.vdi;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.Guid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The metadata of a file, judged.
 *
 * @param size what a guest sees, in bytes
 * @param notes what was odd but did not matter
 */
record VdiStructure(HostFile file, VdiHeader header, VdiKind kind, long size, long fileLength, List<String> notes) {
    private static final long LARGEST_BLOCK = 1L << 30;
    private static final int ZERO_EXPAND = 1;
    private static final int ZERO_EXPAND_OF_THE_LAYER_ABOVE = 0x100;

    /** Reads and judges the metadata of {@code file}. */
    static VdiStructure read(HostFile file) throws IOException {
        long length = file.size();
        if (length < VdiHeader.BYTES) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    "a VDI has a header of 472 bytes, this file only " + length + " in all");
        }
        ByteBuffer start = ByteBuffer.allocate(VdiHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, start);
        if (!VdiHeader.hasMark(start)) {
            throw malformed(file, 64, "there is no VDI mark; it is another format");
        }
        VdiHeader header = VdiHeader.parse(start);
        if (header.majorVersion() > 1) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "its version is %d.%d; only 0 and 1 are known"
                            .formatted(header.majorVersion(), header.version() & 0xFFFF));
        }
        if (header.headerBytes() == 0) {
            throw malformed(
                    file,
                    VdiHeader.START,
                    "its header is empty; the disk was never finished, copy it again from where it came from");
        }
        if (header.majorVersion() == 1 && header.headerBytes() < VdiHeader.LEAST_BYTES) {
            throw malformed(file, VdiHeader.START, "its header has only " + header.headerBytes() + " bytes");
        }
        VdiKind kind = VdiKind.of(header.kind())
                .orElseThrow(() -> new DiskImageException(
                        Kind.UNSUPPORTED,
                        file.path(),
                        "its kind is %d; only 1 (dynamic), 2 (fixed), 3 (undo) and 4 (differencing) are known"
                                .formatted(header.kind())));
        checkSizes(file, header);
        checkTable(file, header, length);
        // VirtualBox' own windows once made disks of odd sizes; a guest never saw more than whole sectors of them.
        long size = header.size() / VdiHeader.SECTOR_BYTES * VdiHeader.SECTOR_BYTES;
        return new VdiStructure(file, header, kind, size, length, notes(header, kind, size));
    }

    private static void checkSizes(HostFile file, VdiHeader header) throws DiskImageException {
        if ((header.flags() & ~(ZERO_EXPAND | ZERO_EXPAND_OF_THE_LAYER_ABOVE)) != 0) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, file.path(), "it has unknown flags, %#x".formatted(header.flags()));
        }
        if (header.sectorBytes() != VdiHeader.SECTOR_BYTES && header.sectorBytes() != 0) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "it has sectors of " + header.sectorBytes() + " bytes; only 512 are known");
        }
        long block = header.blockBytes();
        if (block < VdiHeader.SECTOR_BYTES || block > LARGEST_BLOCK || Long.bitCount(block) != 1) {
            throw malformed(file, 376, "a block of " + block + " bytes is not a power of two from 512 bytes to 1 GiB");
        }
        if (header.extraBytes() > LARGEST_BLOCK) {
            throw malformed(
                    file,
                    380,
                    "there are said to be " + header.extraBytes() + " bytes before each block, more than 1 GiB");
        }
        if (header.size() < VdiHeader.SECTOR_BYTES || Math.ceilDiv(header.size(), block) > header.blocks()) {
            throw malformed(
                    file,
                    368,
                    "a disk of %s bytes does not go into %d blocks of %d"
                            .formatted(Long.toUnsignedString(header.size()), header.blocks(), block));
        }
    }

    private static void checkTable(HostFile file, VdiHeader header, long length) throws DiskImageException {
        long tableEnd = header.tableOffset() + header.blocks() * Integer.BYTES;
        if (header.tableOffset() < VdiHeader.START + Math.min(header.headerBytes(), VdiHeader.LEAST_BYTES)) {
            throw malformed(file, 340, "the map of blocks is said to lie over the header");
        }
        if (tableEnd > length) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.path(),
                    header.tableOffset(),
                    "the map of blocks has %d bytes, but the file ends at byte %d; copy it again from where it came from"
                            .formatted(header.blocks() * Integer.BYTES, length));
        }
        if (header.dataOffset() < tableEnd) {
            throw malformed(file, 344, "the blocks are said to begin within the map of blocks");
        }
    }

    private static List<String> notes(VdiHeader header, VdiKind kind, long size) {
        List<String> notes = new ArrayList<>();
        if (size != header.size()) {
            notes.add("the size is " + header.size() + " bytes; guests see the whole sectors of it");
        }
        if (!kind.hasParent() && !header.parentId().equals(Guid.NONE)) {
            notes.add("it names a parent, " + header.parentId() + ", but is of a kind that has none");
        }
        return List.copyOf(notes);
    }

    static DiskImageException malformed(HostFile file, long offset, String message) {
        return new DiskImageException(Kind.MALFORMED, file.path(), offset, message);
    }

    /** How many blocks the disk needs; the map may have more. */
    long blocks() {
        return Math.ceilDiv(size, header.blockBytes());
    }

    /** How much of the file a block takes, with what lies before its data. */
    long strideBytes() {
        return header.extraBytes() + header.blockBytes();
    }

    /** How much of a block the disk needs: of the last one just its part. */
    long used(long block) {
        return Math.min(header.blockBytes(), size - block * header.blockBytes());
    }
}
