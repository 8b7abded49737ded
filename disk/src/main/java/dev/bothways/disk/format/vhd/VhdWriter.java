package dev.bothways.disk.format.vhd;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.mapped.DerivedUuid;
import dev.bothways.disk.format.mapped.NewImageFile;
import dev.bothways.disk.format.mapped.SectorBitmaps;
import dev.bothways.disk.format.mapped.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A dynamic VHD being filled. Blocks follow each other in the order they were asked for, each with its data on a multiple
 * of 4 KiB (as Hyper-V since 2012 and XenServer lay them), so that file systems can share them and disks with 4 KiB
 * sectors are written whole.
 *
 * <p>The bitmap of a block tells just the sectors that were placed, and is written when the next block begins. A file that
 * was not finished begins and ends with a footer whose checksum does not hold, so nobody takes it for a disk.
 */
public final class VhdWriter implements ImageWriter {
    private static final int BLOCK_BYTES = 2 << 20;
    private static final int SMALL_BLOCK_BYTES = 512 << 10;
    /** Hyper-V's limit. */
    private static final long LARGEST = 2040L << 30;

    private static final int DATA_ALIGNMENT = 4096;
    private static final long TABLE_AT = VhdFooter.BYTES + VhdDynamicHeader.BYTES;

    private final VhdFooter footer;
    private final NewImageFile image;
    private final int blockBytes;
    private final int bitmapBytes;
    private final int[] table;
    private final BitSet placedSectors = new BitSet();
    private long fileEnd;
    private long currentBlock = -1;

    private VhdWriter(VhdFooter footer, NewImageFile image, int blockBytes) {
        this.footer = footer;
        this.image = image;
        this.blockBytes = blockBytes;
        this.bitmapBytes = VhdBlockMap.bitmapBytes(blockBytes);
        this.table = new int[Math.toIntExact(Math.ceilDiv(image.size(), (long) blockBytes))];
        Arrays.fill(table, (int) VhdBlockMap.UNUSED);
        this.fileEnd = TABLE_AT + tableBytes().capacity();
    }

    /**
     * Begins a dynamic or fixed disk of {@code size} bytes, rounded up to whole sectors.
     *
     * @throws DiskImageException where a VHD cannot be as large, or in such units, as asked for
     */
    public static ImageWriter create(Path path, long size, CreateOptions options) throws IOException {
        Settings.of(path, options, List.of());
        Settings.refuseCompression(path, options);
        Settings.refuseParent(path, options);
        if (options.allocation() == Allocation.DYNAMIC) {
            Settings.refusePipe(path, options);
        }
        int blockBytes = checkOptions(path, size, options);
        long wholeSectors = Math.ceilDiv(size, (long) VhdFooter.SECTOR_BYTES) * VhdFooter.SECTOR_BYTES;
        VhdKind kind = options.allocation() == Allocation.FIXED ? VhdKind.FIXED : VhdKind.DYNAMIC;
        UUID uniqueId = DerivedUuid.of("vhd", options.identity(), wholeSectors);
        VhdFooter footer = VhdFooter.forNewDisk(kind, uniqueId, wholeSectors);
        NewImageFile image = NewImageFile.create(path, wholeSectors, options);
        try {
            if (kind == VhdKind.FIXED) {
                return new FixedVhdWriter(footer, image);
            }
            image.file().write(0, unfinishedFooter());
            return new VhdWriter(footer, image, blockBytes);
        } catch (IOException | RuntimeException e) {
            try (image) {
                throw e;
            }
        }
    }

    private static int checkOptions(Path path, long size, CreateOptions options) throws DiskImageException {
        if (size <= 0) {
            throw new DiskImageException(Kind.UNSUPPORTED, path, "a VHD cannot be empty");
        }
        if (size > LARGEST) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "a VHD holds 2040 GiB at most, and this disk has " + size + " bytes; write a VHDX");
        }
        if (options.sectorSize() != VhdFooter.SECTOR_BYTES) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "a VHD has sectors of 512 bytes, not of " + options.sectorSize() + "; write a VHDX");
        }
        long block = options.unit().orElse(BLOCK_BYTES);
        if (block != BLOCK_BYTES && block != SMALL_BLOCK_BYTES) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "a VHD has blocks of 512 KiB or 2 MiB, not of " + block + " bytes");
        }
        return (int) block;
    }

    /** What stands in a footer's place until the disk is whole: the cookie, and a checksum that does not hold. */
    static ByteBuffer unfinishedFooter() {
        return ByteBuffer.allocate(VhdFooter.BYTES).putLong(0, VhdFooter.COOKIE);
    }

    @Override
    public long size() {
        return image.size();
    }

    @Override
    public long unit() {
        return blockBytes;
    }

    @Override
    public Optional<HostFile> file() {
        return Optional.of(image.file());
    }

    @Override
    public List<Place> place(long offset, long length) throws IOException {
        image.advance(offset, length);
        List<Place> places = new ArrayList<>();
        long at = offset;
        long end = offset + length;
        while (at < end) {
            long block = at / blockBytes;
            long inBlock = at - block * blockBytes;
            long count = Math.min(end - at, blockBytes - inBlock);
            enter(block);
            placedSectors.set((int) (inBlock / VhdFooter.SECTOR_BYTES), (int)
                    Math.ceilDiv(inBlock + count, (long) VhdFooter.SECTOR_BYTES));
            places.add(new Place(at, count, image.file(), dataStart(block) + inBlock));
            at += count;
        }
        return places;
    }

    private void enter(long block) throws IOException {
        if (block == currentBlock) {
            return;
        }
        writeBitmap();
        currentBlock = block;
        long data = Math.ceilDiv(fileEnd + bitmapBytes, DATA_ALIGNMENT) * DATA_ALIGNMENT;
        table[(int) block] = (int) ((data - bitmapBytes) / VhdFooter.SECTOR_BYTES);
        fileEnd = data + blockBytes;
    }

    private long dataStart(long block) {
        return Integer.toUnsignedLong(table[(int) block]) * VhdFooter.SECTOR_BYTES + bitmapBytes;
    }

    private void writeBitmap() throws IOException {
        if (currentBlock >= 0) {
            byte[] bitmap = Arrays.copyOf(placedSectors.toByteArray(), bitmapBytes);
            SectorBitmaps.reverseBits(bitmap);
            image.file().write(dataStart(currentBlock) - bitmapBytes, ByteBuffer.wrap(bitmap));
            placedSectors.clear();
        }
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        writeBitmap();
        currentBlock = -1;
        HostFile file = image.file();
        file.write(fileEnd, unfinishedFooter());
        file.write(
                VhdFooter.BYTES,
                VhdDynamicHeader.forNewDisk(TABLE_AT, table.length, blockBytes).bytes());
        file.write(TABLE_AT, tableBytes());
        file.force();
        // Until here neither footer counts; from here on either of them is true.
        file.write(fileEnd, footer.bytes());
        file.write(0, footer.bytes());
        file.force();
        image.finished();
    }

    private ByteBuffer tableBytes() {
        long bytes = Math.ceilDiv((long) table.length * Integer.BYTES, (long) VhdFooter.SECTOR_BYTES)
                * VhdFooter.SECTOR_BYTES;
        ByteBuffer out = ByteBuffer.allocate((int) bytes);
        out.asIntBuffer().put(table);
        out.position(table.length * Integer.BYTES);
        while (out.hasRemaining()) {
            out.put((byte) 0xFF); // As Hyper-V pads it.
        }
        return out.flip();
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
