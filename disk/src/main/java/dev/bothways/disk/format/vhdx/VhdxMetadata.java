package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.format.mapped.Guid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The known metadata items (MS-VHDX 2.6.2).
 *
 * @param blockBytes size of a payload block
 * @param keepAllocated whether blocks, once there, stay: what makes a disk a fixed one
 * @param size what a guest sees, in bytes
 */
record VhdxMetadata(
        long blockBytes,
        boolean keepAllocated,
        long size,
        UUID diskId,
        int sectorBytes,
        int physicalSectorBytes,
        Optional<VhdxParentLocator> parent) {

    static final long LARGEST_DISK = 64L << 40;
    static final long SMALLEST_BLOCK = 1 << 20;
    static final long LARGEST_BLOCK = 256 << 20;
    static final int KEEP_ALLOCATED = 1;
    static final int HAS_PARENT = 2;
    private static final long SECTORS_OF_BITMAP_BLOCK = 1 << 23;

    /** How many payload blocks a block of sector bitmap covers. */
    long chunkRatio() {
        return SECTORS_OF_BITMAP_BLOCK * sectorBytes / blockBytes;
    }

    long blocks() {
        return Math.ceilDiv(size, blockBytes);
    }

    /** How many entries the table of blocks has: after every chunk of payload blocks one of sector bitmap. */
    long tableEntries() {
        return parent.isPresent()
                ? Math.ceilDiv(blocks(), chunkRatio()) * (chunkRatio() + 1)
                : blocks() + (blocks() - 1) / chunkRatio();
    }

    /** Where the entry of a payload block stands in the table. */
    long entryOf(long block) {
        return block + block / chunkRatio();
    }

    /** Where the entry of the sector bitmap of a payload block stands in the table. */
    long bitmapEntryOf(long block) {
        return block / chunkRatio() * (chunkRatio() + 1) + chunkRatio();
    }

    /** What is wrong with the fields, if anything is. */
    Optional<String> fault() {
        if (blockBytes < SMALLEST_BLOCK || blockBytes > LARGEST_BLOCK || Long.bitCount(blockBytes) != 1) {
            return Optional.of("a block of " + blockBytes + " bytes is not a power of two from 1 MiB to 256 MiB");
        }
        if (sectorBytes != 512 && sectorBytes != 4096) {
            return Optional.of("logical sectors of " + Integer.toUnsignedString(sectorBytes)
                    + " bytes are neither of 512 nor of 4096");
        }
        if (size <= 0 || size > LARGEST_DISK || size % sectorBytes != 0) {
            return Optional.of("a size of " + Long.toUnsignedString(size)
                    + " bytes is not a number of whole sectors up to 64 TiB");
        }
        return Optional.empty();
    }

    /** The items as they lie in a metadata region: table first, then the values. */
    ByteBuffer regionBytes() {
        ByteBuffer locator = parent.map(VhdxParentLocator::bytes).orElse(ByteBuffer.allocate(0));
        ByteBuffer values = ByteBuffer.allocate(64 + locator.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        List<VhdxItem> items = new ArrayList<>();
        values.putInt((int) blockBytes)
                .putInt((keepAllocated ? KEEP_ALLOCATED : 0) | (parent.isPresent() ? HAS_PARENT : 0));
        addItem(items, VhdxItem.FILE_PARAMETERS, false, values);
        values.putLong(size);
        addItem(items, VhdxItem.DISK_SIZE, true, values);
        values.putInt(sectorBytes);
        addItem(items, VhdxItem.LOGICAL_SECTOR, true, values);
        values.putInt(physicalSectorBytes);
        addItem(items, VhdxItem.PHYSICAL_SECTOR, true, values);
        Guid.put(values, values.position(), diskId);
        values.position(values.position() + Guid.BYTES);
        addItem(items, VhdxItem.DISK_ID, true, values);
        if (parent.isPresent()) {
            values.put(locator.clear());
            addItem(items, VhdxItem.PARENT_LOCATOR, false, values);
        }
        ByteBuffer region = ByteBuffer.allocate(VhdxItem.TABLE_BYTES + values.position());
        return region.put(VhdxItem.tableBytes(items)).put(values.flip()).flip();
    }

    /** Adds the item whose value was put last, right behind the one before it. */
    private static void addItem(List<VhdxItem> items, UUID id, boolean ofDisk, ByteBuffer values) {
        long start = items.isEmpty()
                ? VhdxItem.TABLE_BYTES
                : items.getLast().offset() + items.getLast().length();
        long end = (long) VhdxItem.TABLE_BYTES + values.position();
        items.add(new VhdxItem(id, start, end - start, false, ofDisk, true));
    }
}
