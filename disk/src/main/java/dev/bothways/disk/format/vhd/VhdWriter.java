package dev.bothways.disk.format.vhd;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.DerivedUuid;
import dev.bothways.disk.format.mapped.NewImageFile;
import dev.bothways.disk.format.mapped.ParentPath;
import dev.bothways.disk.format.mapped.SectorBitmaps;
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
 * A dynamic or differencing VHD being filled. Blocks follow each other in the order they were asked for, each with its data on a multiple
 * of 4 KiB (as Hyper-V since 2012 and XenServer lay them), so that file systems can share them and disks with 4 KiB
 * sectors are written whole.
 *
 * <p>The bitmap of a block tells just the sectors that were placed, and is written when the next block begins; where the file
 * system can, all blocks that were placed whole share the page of one bitmap. A file that was not finished begins and ends with a footer whose checksum does not hold, so nobody takes it for a disk.
 */
public final class VhdWriter implements ImageWriter {
    private static final int DATA_ALIGNMENT = 4096;

    /** A file grows by so much at a time: to share blocks beyond a file's end takes file systems three times as long. */
    private static final long GROWTH = 64 << 20;

    private static final long NONE = -1;
    private static final long TABLE_AT = VhdFooter.BYTES + VhdDynamicHeader.BYTES;

    private final VhdFooter footer;
    private final VhdDynamicHeader header;
    private final Optional<VhdImage> parent;
    private final NewImageFile image;
    private final int blockBytes;
    private final int bitmapBytes;
    private final long blocksAt;
    private final int[] table;
    private final BitSet placedSectors = new BitSet();
    private long fileEnd;
    private long fileLength;
    private long currentBlock = NONE;
    /** The page before the data of the first block that was placed whole. */
    private long wholeBlockPage = NONE;

    private boolean bitmapsAreShared = true;

    private VhdWriter(VhdFooter footer, VhdOptions options, NewImageFile image, Optional<ParentPath> path)
            throws IOException {
        this.footer = footer;
        this.parent = options.parent();
        this.image = image;
        this.blockBytes = options.blockBytes();
        this.bitmapBytes = VhdBlockMap.bitmapBytes(blockBytes);
        this.table = new int[Math.toIntExact(Math.ceilDiv(image.size(), (long) blockBytes))];
        Arrays.fill(table, (int) VhdBlockMap.UNUSED);
        this.fileEnd = TABLE_AT + tableBytes().capacity();
        VhdDynamicHeader plain = VhdDynamicHeader.forNewDisk(TABLE_AT, table.length, blockBytes);
        if (parent.isPresent()) {
            VhdParentNames names = new VhdParentNames(path.orElseThrow(), fileEnd);
            names.write(image.file());
            fileEnd = names.end();
            UUID parentId = parent.get().structure().footer().uniqueId();
            this.header = plain.over(parentId, names.path().name(), names.locators());
        } else {
            this.header = plain;
        }
        this.blocksAt = fileEnd;
    }

    /**
     * Begins a dynamic, fixed or differencing disk of {@code size} bytes, rounded up to whole sectors.
     *
     * @throws DiskImageException where a VHD cannot be as large, in such units, or over such a parent as asked for
     */
    public static ImageWriter create(Path path, long size, CreateOptions options) throws IOException {
        VhdOptions judged = VhdOptions.of(path, size, options);
        Optional<ParentPath> parentPath = options.parent().isPresent()
                ? Optional.of(ParentPath.of(path, options.parent().get().path()))
                : Optional.empty();
        String over = judged.parent()
                .map(parent -> " over " + parent.structure().footer().uniqueId())
                .orElse("");
        UUID uniqueId = DerivedUuid.of("vhd" + over, options.identity(), judged.size());
        VhdFooter footer = VhdFooter.forNewDisk(judged.kind(), uniqueId, judged.size());
        NewImageFile image = NewImageFile.create(path, judged.size(), options);
        try {
            if (judged.kind() == VhdKind.FIXED) {
                return new FixedVhdWriter(footer, image);
            }
            image.file().write(0, unfinishedFooter());
            return new VhdWriter(footer, judged, image, parentPath);
        } catch (IOException | RuntimeException e) {
            try (image) {
                throw e;
            }
        }
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
    public Optional<VirtualDisk> parent() {
        return parent.map(VirtualDisk.class::cast);
    }

    @Override
    public long grain() {
        return parent.isPresent() ? VhdFooter.SECTOR_BYTES : 1;
    }

    @Override
    public List<Place> place(long offset, long length) throws IOException {
        if (parent.isPresent() && (offset % grain() != 0 || length % grain() != 0)) {
            throw new IllegalArgumentException("%d bytes at %d are no whole sectors".formatted(length, offset));
        }
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

    /** Gives the zeros a place, which is a hole in the file: a VHD has no mark for a block that hides its parent's. */
    @Override
    public void zero(long offset, long length) throws IOException {
        if (parent.isEmpty()) {
            ImageWriter.super.zero(offset, length);
        }
        place(offset, length);
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
        if (fileEnd > fileLength) {
            fileLength = fileEnd + GROWTH;
            image.file().resize(fileLength);
        }
    }

    private long dataStart(long block) {
        return Integer.toUnsignedLong(table[(int) block]) * VhdFooter.SECTOR_BYTES + bitmapBytes;
    }

    private void writeBitmap() throws IOException {
        if (currentBlock == NONE) {
            return;
        }
        long data = dataStart(currentBlock);
        boolean whole = bitmapsAreShared
                && data - DATA_ALIGNMENT >= blocksAt
                && placedSectors.nextClearBit(0) >= blockBytes / VhdFooter.SECTOR_BYTES;
        if (!whole || wholeBlockPage == NONE || !shareBitmap(data)) {
            byte[] bitmap = Arrays.copyOf(placedSectors.toByteArray(), bitmapBytes);
            SectorBitmaps.reverseBits(bitmap);
            image.file().write(data - bitmapBytes, ByteBuffer.wrap(bitmap));
        }
        if (whole && wholeBlockPage == NONE) {
            wholeBlockPage = data - DATA_ALIGNMENT;
        }
        placedSectors.clear();
    }

    /**
     * Lets the page before a block's data be that of the first whole block, which ends with the same bitmap: for a file system
     * that can this is less work than another page, and takes no space.
     */
    private boolean shareBitmap(long data) throws IOException {
        bitmapsAreShared = image.file().share(wholeBlockPage, image.file(), data - DATA_ALIGNMENT, DATA_ALIGNMENT);
        return bitmapsAreShared;
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        writeBitmap();
        currentBlock = NONE;
        HostFile file = image.file();
        file.resize(fileEnd);
        file.write(fileEnd, unfinishedFooter());
        file.write(VhdFooter.BYTES, header.bytes());
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
