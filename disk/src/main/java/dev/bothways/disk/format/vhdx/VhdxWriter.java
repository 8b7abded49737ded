package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.CreateOptions.Allocation;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.format.mapped.DerivedUuid;
import dev.bothways.disk.format.mapped.Guid;
import dev.bothways.disk.format.mapped.NewImageFile;
import dev.bothways.disk.format.mapped.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A VHDX being filled, dynamic or fixed.
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

    private boolean toAllocate;

    private final long tableBytes;
    private long fileEnd;

    private VhdxWriter(VhdxMetadata metadata, String identity, NewImageFile image) {
        this.metadata = metadata;
        this.identity = identity;
        this.image = image;
        this.blockMebibytes = (int) (metadata.blockBytes() / VhdxStructure.MEBIBYTE);
        this.places = new int[Math.toIntExact(metadata.blocks())];
        this.tableBytes =
                Math.ceilDiv(metadata.tableEntries() * Long.BYTES, VhdxStructure.MEBIBYTE) * VhdxStructure.MEBIBYTE;
        this.fileEnd = TABLE_AT + tableBytes;
    }

    /**
     * Begins a dynamic or fixed disk of {@code size} bytes, rounded up to whole sectors.
     *
     * @throws DiskImageException where a VHDX cannot be as large, or in such blocks, as asked for
     */
    public static ImageWriter create(Path path, long size, CreateOptions options) throws IOException {
        Settings.of(path, options, List.of());
        Settings.refuseCompression(path, options);
        Settings.refuseParent(path, options);
        Settings.refusePipe(path, options);
        int sector = options.sectorSize();
        if (size <= 0 || size > VhdxMetadata.LARGEST_DISK) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "a VHDX holds from one sector to 64 TiB, not " + size + " bytes");
        }
        long wholeSectors = Math.ceilDiv(size, (long) sector) * sector;
        boolean fixed = options.allocation() == Allocation.FIXED;
        VhdxMetadata metadata = new VhdxMetadata(
                options.unit().orElse(usualBlockBytes(wholeSectors)),
                fixed,
                wholeSectors,
                DerivedUuid.of("vhdx disk", options.identity(), wholeSectors),
                sector,
                wholeSectors % 4096 == 0 ? 4096 : 512,
                Optional.empty());
        Optional<String> fault = metadata.fault();
        if (fault.isPresent()) {
            throw new DiskImageException(Kind.UNSUPPORTED, path, fault.get());
        }
        NewImageFile image = NewImageFile.create(path, wholeSectors, options);
        try {
            image.file().write(0, identifier());
            VhdxWriter writer = new VhdxWriter(metadata, options.identity(), image);
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

    private void takeAll() throws IOException {
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
    public List<Place> place(long offset, long length) {
        image.advance(offset, length);
        List<Place> found = new ArrayList<>();
        long end = offset + length;
        long at = offset;
        while (at < end) {
            int first = (int) (at / metadata.blockBytes());
            int last = first;
            takeBlock(first);
            while ((last + 1) * metadata.blockBytes() < end && followsInFile(last)) {
                last++;
            }
            long count = Math.min(end, (last + 1) * metadata.blockBytes()) - at;
            long fileOffset = places[first] * VhdxStructure.MEBIBYTE + at - first * metadata.blockBytes();
            found.add(new Place(at, count, image.file(), fileOffset));
            at += count;
        }
        return found;
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
        for (int block = 0; block < places.length; block++) {
            if (block > 0 && block % metadata.chunkRatio() == 0) {
                pageAt = putEntry(file, page, pageAt, 0); // the sector bitmap's, which a disk without parent has not
            }
            long entry = places[block] == 0
                    ? VhdxBlockMap.ZERO
                    : places[block] * VhdxStructure.MEBIBYTE | VhdxBlockMap.FULLY_PRESENT;
            pageAt = putEntry(file, page, pageAt, entry);
        }
        file.write(pageAt, page.flip());
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
                DerivedUuid.of("vhdx file", identity, metadata.size()),
                DerivedUuid.of("vhdx data", identity, metadata.size()),
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
