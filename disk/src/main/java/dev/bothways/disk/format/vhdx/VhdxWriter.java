package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.format.mapped.DerivedUuid;
import dev.bothways.disk.format.mapped.Guid;
import dev.bothways.disk.format.mapped.NewImageFile;
import dev.bothways.disk.format.mapped.ParentPath;
import dev.bothways.disk.format.mapped.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A VHDX being filled, dynamic, fixed or differencing.
 *
 * <p>The identifier is written first and the headers last, so that a file that was not finished is known for a VHDX and
 * refused. What is never placed is in the state "zero": of blocks that are merely not present the specification promises
 * nothing (2.5.1.1).
 */
public final class VhdxWriter implements ImageWriter {
    private static final String CREATOR = "Bothways";
    private static final long LOG_AT = VhdxStructure.MEBIBYTE;
    private static final long LOG_BYTES = VhdxStructure.MEBIBYTE;
    private static final long METADATA_AT = LOG_AT + LOG_BYTES;
    private static final long METADATA_BYTES = VhdxStructure.MEBIBYTE;
    private static final long TABLE_AT = METADATA_AT + METADATA_BYTES;
    /** As many blocks as keep the table at 32 MiB: those of a disk of 4 TiB have 1 MiB still. */
    private static final long MOST_BLOCKS = 4 << 20;

    private static final int TABLE_PAGE = 1 << 20;

    private final VhdxMetadata metadata;
    private final String identity;
    private final NewImageFile image;
    private final int blockMebibytes;
    /** Where each block lies in the file, in MiB; 0 for nowhere. */
    private final int[] places;

    private final Optional<VhdxImage> parent;
    private final Optional<VhdxDifferences> differences;
    /** Where the bitmap of each chunk of blocks lies in the file, in MiB; 0 for nowhere. */
    private final int[] bitmapPlaces;

    private final long tableBytes;
    private boolean toAllocate;
    private long fileEnd;

    private VhdxWriter(VhdxMetadata metadata, Optional<VhdxImage> parent, String identity, NewImageFile image) {
        this.metadata = metadata;
        this.parent = parent;
        this.differences = parent.map(disk -> new VhdxDifferences(metadata));
        this.bitmapPlaces = new int[Math.toIntExact(Math.ceilDiv(metadata.blocks(), metadata.chunkRatio()))];
        this.identity = identity;
        this.image = image;
        this.blockMebibytes = (int) (metadata.blockBytes() / VhdxStructure.MEBIBYTE);
        this.places = new int[Math.toIntExact(metadata.blocks())];
        this.tableBytes =
                Math.ceilDiv(metadata.tableEntries() * Long.BYTES, VhdxStructure.MEBIBYTE) * VhdxStructure.MEBIBYTE;
        this.fileEnd = TABLE_AT + tableBytes;
    }

    /**
     * Begins a dynamic, fixed or differencing disk of {@code size} bytes, rounded up to whole sectors.
     *
     * @throws DiskImageException where a VHDX cannot be as large, in such blocks, or over such a parent as asked for
     */
    public static ImageWriter create(Path path, long size, CreateOptions options) throws IOException {
        Settings.of(path, options, List.of());
        Settings.refuseCompression(path, options);
        Settings.refusePipe(path, options);
        boolean fixed = options.allocation() == Allocation.FIXED;
        if (fixed) {
            Settings.refuseParent(path, options);
        }
        Optional<VhdxImage> parent = parent(path, options);
        VhdxMetadata metadata = metadata(path, size, options, parent);
        NewImageFile image = NewImageFile.create(path, metadata.size(), options);
        try {
            image.file().write(0, identifier());
            VhdxWriter writer = new VhdxWriter(metadata, parent, options.identity(), image);
            image.file().resize(writer.fileEnd);
            if (fixed) {
                writer.takeAll();
            }
            return writer;
        } catch (IOException | RuntimeException e) {
            try (image) {
                throw e;
            }
        }
    }

    private static VhdxMetadata metadata(Path path, long size, CreateOptions options, Optional<VhdxImage> parent)
            throws IOException {
        int sector = options.sectorSize();
        if (size <= 0 || size > VhdxMetadata.LARGEST_DISK) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "a VHDX holds from one sector to 64 TiB, not " + size + " bytes");
        }
        long wholeSectors = Math.ceilDiv(size, (long) sector) * sector;
        Optional<VhdxParentLocator> locator = parent.isEmpty()
                ? Optional.empty()
                : Optional.of(VhdxParentLocator.forNewDisk(
                        parent.get().structure().header().dataWriteId(),
                        ParentPath.of(path, options.parent().orElseThrow().path())));
        VhdxMetadata metadata = new VhdxMetadata(
                options.unit().orElse(usualBlockBytes(wholeSectors)),
                options.allocation() == Allocation.FIXED,
                wholeSectors,
                parent.map(disk -> disk.structure().metadata().diskId())
                        .orElse(DerivedUuid.of("vhdx disk", options.identity(), wholeSectors)),
                sector,
                wholeSectors % 4096 == 0 ? 4096 : 512,
                locator);
        Optional<String> fault = metadata.fault();
        if (fault.isPresent()) {
            throw new DiskImageException(Kind.UNSUPPORTED, path, fault.get());
        }
        return metadata;
    }

    private static Optional<VhdxImage> parent(Path path, CreateOptions options) throws DiskImageException {
        if (options.parent().isEmpty()) {
            return Optional.empty();
        }
        CreateOptions.Parent parent = options.parent().get();
        if (!(parent.disk() instanceof VhdxImage disk)) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "a VHDX differs from another VHDX only, and %s is a %s"
                            .formatted(parent.path(), parent.format().label()));
        }
        if (disk.sectorSize() != options.sectorSize()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "a differencing VHDX has its parent's sectors, of %d bytes, not of %d"
                            .formatted(disk.sectorSize(), options.sectorSize()));
        }
        return Optional.of(disk);
    }

    /** What tells the ids of a child from those of its parent, should both be of one identity. */
    private static String over(Optional<VhdxImage> parent) {
        return parent.map(disk -> " over " + disk.structure().header().dataWriteId())
                .orElse("");
    }

    /**
     * The block size of a disk of this size, in bytes: 1 MiB up to 4 TiB. Hyper-V's own 32 MiB, and qemu's 8 and more,
     * make a file system that is spread over its disk, as Linux' are, fill the whole file.
     */
    static long usualBlockBytes(long size) {
        long bytes = VhdxMetadata.SMALLEST_BLOCK;
        while (Math.ceilDiv(size, bytes) > MOST_BLOCKS) {
            bytes *= 2;
        }
        return bytes;
    }

    private static ByteBuffer identifier() {
        ByteBuffer out = VhdxStructure.littleEndian((int) VhdxHeader.FIRST_AT);
        out.putLong(VhdxStructure.IDENTIFIER).put(CREATOR.getBytes(StandardCharsets.UTF_16LE));
        return out.clear();
    }

    private void takeAll() {
        for (int block = 0; block < places.length; block++) {
            takeBlock(block);
        }
        toAllocate = true;
    }

    @Override
    public void allocate() throws IOException {
        if (toAllocate) {
            image.file().allocate(fileEnd);
            toAllocate = false;
        }
    }

    private void takeBlock(int block) {
        if (places[block] == 0) {
            places[block] = (int) (fileEnd / VhdxStructure.MEBIBYTE);
            fileEnd += metadata.blockBytes();
        }
    }

    @Override
    public long size() {
        return metadata.size();
    }

    @Override
    public long unit() {
        return metadata.blockBytes();
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
        return parent.isPresent() ? metadata.sectorBytes() : 1;
    }

    @Override
    public List<Place> place(long offset, long length) throws IOException {
        checkGrain(offset, length);
        image.advance(offset, length);
        List<Place> found = new ArrayList<>();
        long end = offset + length;
        long at = offset;
        while (at < end) {
            int first = (int) (at / metadata.blockBytes());
            int last = first;
            enter(first, at, end, false);
            takeBlock(first);
            while (differences.isEmpty() && (last + 1) * metadata.blockBytes() < end && followsInFile(last)) {
                last++;
            }
            long count = Math.min(end, (last + 1) * metadata.blockBytes()) - at;
            long fileOffset = places[first] * VhdxStructure.MEBIBYTE + at - first * metadata.blockBytes();
            found.add(new Place(at, count, image.file(), fileOffset));
            at += count;
        }
        return found;
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        if (parent.isEmpty()) {
            ImageWriter.super.zero(offset, length);
        }
        checkGrain(offset, length);
        image.advance(offset, length);
        long end = offset + length;
        for (long at = offset; at < end; ) {
            int block = (int) (at / metadata.blockBytes());
            enter(block, at, end, true);
            at = (block + 1) * metadata.blockBytes();
        }
    }

    private void checkGrain(long offset, long length) {
        if (offset % grain() != 0 || length % grain() != 0) {
            throw new IllegalArgumentException("%d bytes at %d are no whole sectors".formatted(length, offset));
        }
    }

    /** In a differencing disk, notes what of a block lies within bytes {@code [start, end)} of the disk. */
    private void enter(int block, long start, long end, boolean zeros) throws IOException {
        if (differences.isEmpty()) {
            return;
        }
        if (differences.get().current() != block) {
            settle(block / metadata.chunkRatio());
            differences.get().enter(block);
        }
        long blockStart = block * metadata.blockBytes();
        differences.get().add(start - blockStart, Math.min(end - blockStart, metadata.blockBytes()), zeros);
    }

    /** Settles the block that was filled last, and its chunk if {@code next} is another one. */
    private void settle(long next) throws IOException {
        VhdxDifferences settled = differences.orElseThrow();
        if (settled.current() < 0) {
            return;
        }
        if (settled.settle()) {
            takeBlock(settled.current());
        }
        int chunk = (int) (settled.current() / metadata.chunkRatio());
        if (chunk != next) {
            byte[] bitmap = settled.takeBitmap();
            if (settled.needsBitmap(chunk)) {
                bitmapPlaces[chunk] = (int) (fileEnd / VhdxStructure.MEBIBYTE);
                image.file().write(fileEnd, ByteBuffer.wrap(bitmap));
                fileEnd += VhdxStructure.MEBIBYTE;
            }
        }
    }

    /** Takes the block after {@code block}, and tells whether it lies right behind it in the file. */
    private boolean followsInFile(int block) {
        takeBlock(block + 1);
        return places[block + 1] == places[block] + blockMebibytes;
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        HostFile file = image.file();
        if (differences.isPresent()) {
            settle(-1);
        }
        allocate();
        file.resize(fileEnd);
        writeTable(file);
        file.write(METADATA_AT, metadata.regionBytes());
        List<VhdxRegion> regions = List.of(
                new VhdxRegion(VhdxRegion.TABLE_OF_BLOCKS, TABLE_AT, tableBytes, true),
                new VhdxRegion(VhdxRegion.METADATA, METADATA_AT, METADATA_BYTES, true));
        file.write(VhdxRegion.FIRST_TABLE_AT, VhdxRegion.tableBytes(regions));
        file.write(VhdxRegion.SECOND_TABLE_AT, VhdxRegion.tableBytes(regions));
        file.force();
        // Without a header nobody takes the file for a disk; with the first of the two it is one.
        file.write(VhdxHeader.FIRST_AT, header(1).bytes());
        file.write(VhdxHeader.SECOND_AT, header(2).bytes());
        file.force();
        image.finished();
    }

    private void writeTable(HostFile file) throws IOException {
        ByteBuffer page = VhdxStructure.littleEndian(TABLE_PAGE);
        long pageAt = TABLE_AT;
        long ratio = metadata.chunkRatio();
        for (long index = 0; index < metadata.tableEntries(); index++) {
            long chunk = index / (ratio + 1);
            long block = index - chunk;
            boolean bitmap = index % (ratio + 1) == ratio;
            pageAt = putEntry(file, page, pageAt, bitmap ? bitmapEntry((int) chunk) : entry(block));
        }
        file.write(pageAt, page.flip());
    }

    /** The entry of a chunk's bitmap, which a disk without parent has not. */
    private long bitmapEntry(int chunk) {
        return bitmapPlaces[chunk] == 0 ? 0 : bitmapPlaces[chunk] * VhdxStructure.MEBIBYTE | VhdxBlockMap.FULLY_PRESENT;
    }

    private long entry(long block) {
        if (block >= places.length) {
            return 0; // Behind the end of the disk the last chunk goes on, up to its bitmap.
        }
        int place = places[(int) block];
        int state = differences
                .map(known -> known.state((int) block, place != 0))
                .orElse(place == 0 ? VhdxBlockMap.ZERO : VhdxBlockMap.FULLY_PRESENT);
        return place * VhdxStructure.MEBIBYTE | state;
    }

    private static long putEntry(HostFile file, ByteBuffer page, long pageAt, long entry) throws IOException {
        long at = pageAt;
        if (!page.hasRemaining()) {
            file.write(at, page.flip());
            page.clear();
            at += TABLE_PAGE;
        }
        page.putLong(entry);
        return at;
    }

    private VhdxHeader header(long sequence) {
        return new VhdxHeader(
                sequence,
                DerivedUuid.of("vhdx file" + over(parent), identity, metadata.size()),
                DerivedUuid.of("vhdx data" + over(parent), identity, metadata.size()),
                Guid.NONE,
                0,
                VhdxHeader.VERSION,
                LOG_BYTES,
                LOG_AT);
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
