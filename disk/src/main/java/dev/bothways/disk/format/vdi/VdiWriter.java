package dev.bothways.disk.format.vdi;

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
import dev.bothways.disk.format.mapped.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A VDI being filled: dynamic, fixed or differencing. Map and blocks begin on whole MiB, as VirtualBox lays them, and blocks
 * follow each other in the order they were asked for.
 *
 * <p>A file that was not finished has the mark and a header of no bytes: everybody takes it for a damaged VDI.
 */
public final class VdiWriter implements ImageWriter {
    private static final long MEBIBYTE = 1 << 20;
    private static final long SMALLEST_BLOCK = 4 << 10;
    private static final long LARGEST_BLOCK = 64 << 20;
    /** As many entries as keep the map at 64 MiB, which programs hold in memory: 16 TiB of disk with blocks of 1 MiB. */
    private static final long MOST_BLOCKS = 16 << 20;

    private static final long LARGEST = MOST_BLOCKS * LARGEST_BLOCK;
    private static final int FREE = (int) VdiBlockMap.FREE;
    private static final int ZERO = (int) VdiBlockMap.ZERO;
    private static final int PAGE_ENTRIES = 1 << 18;

    private final VdiKind kind;
    private final Optional<VdiImage> parent;
    private final String identity;
    private final NewImageFile image;
    private final long blockBytes;
    private final long dataOffset;
    private final int[] table;
    private int allocated;
    private boolean toAllocate;

    private VdiWriter(VdiKind kind, Optional<VdiImage> parent, String identity, NewImageFile image, long blockBytes) {
        this.kind = kind;
        this.parent = parent;
        this.identity = identity;
        this.image = image;
        this.blockBytes = blockBytes;
        this.table = new int[Math.toIntExact(Math.ceilDiv(image.size(), blockBytes))];
        this.dataOffset = MEBIBYTE + Math.ceilDiv((long) table.length * Integer.BYTES, MEBIBYTE) * MEBIBYTE;
        Arrays.fill(table, FREE);
    }

    /**
     * Begins a disk of {@code size} bytes, rounded up to whole sectors.
     *
     * @throws DiskImageException where a VDI cannot be as large, in such units, or over such a parent as asked for
     */
    public static ImageWriter create(Path path, long size, CreateOptions options) throws IOException {
        Settings settings = Settings.of(path, options, List.of("static"));
        Settings.refuseCompression(path, options);
        Settings.refusePipe(path, options);
        boolean fixed = settings.isOn("static", options.allocation() == Allocation.FIXED);
        Optional<VdiImage> parent = parent(path, options);
        if (fixed) {
            Settings.refuseParent(path, options);
        }
        long sectors = Math.ceilDiv(size, (long) VdiHeader.SECTOR_BYTES);
        long wholeSectors = sectors * VdiHeader.SECTOR_BYTES;
        long block = blockBytes(path, wholeSectors, options);
        VdiKind kind = parent.isPresent() ? VdiKind.DIFFERENCING : fixed ? VdiKind.FIXED : VdiKind.DYNAMIC;
        NewImageFile image = NewImageFile.create(path, wholeSectors, options);
        try {
            image.file().write(0, VdiHeader.unfinished());
            VdiWriter writer = new VdiWriter(kind, parent, options.identity(), image, block);
            image.file().resize(writer.dataOffset);
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

    private static Optional<VdiImage> parent(Path path, CreateOptions options) throws DiskImageException {
        if (options.parent().isEmpty()) {
            return Optional.empty();
        }
        CreateOptions.Parent parent = options.parent().get();
        if (!(parent.disk() instanceof VdiImage disk)) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "a VDI differs from another VDI only, and %s is a %s"
                            .formatted(parent.path(), parent.format().label()));
        }
        return Optional.of(disk);
    }

    private static long blockBytes(Path path, long size, CreateOptions options) throws DiskImageException {
        if (options.sectorSize() != VdiHeader.SECTOR_BYTES) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "a VDI has sectors of 512 bytes, not of " + options.sectorSize() + "; write a VHDX");
        }
        if (size <= 0 || size > LARGEST) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "a VDI is written from one sector to 1 PiB, not of " + size + " bytes");
        }
        long usual = MEBIBYTE;
        while (Math.ceilDiv(size, usual) > MOST_BLOCKS) {
            usual *= 2;
        }
        long block = options.unit().orElse(usual);
        if (block < SMALLEST_BLOCK || block > LARGEST_BLOCK || Long.bitCount(block) != 1) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "a VDI has blocks of a power of two from 4 KiB to 64 MiB, not of " + block + " bytes");
        }
        if (Math.ceilDiv(size, block) > MOST_BLOCKS) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "%d bytes in blocks of %d need a map of more than 64 MiB; take larger blocks"
                            .formatted(size, block));
        }
        return block;
    }

    private void takeAll() {
        for (int block = 0; block < table.length; block++) {
            takeBlock(block);
        }
        toAllocate = true;
    }

    @Override
    public void allocate() throws IOException {
        if (toAllocate) {
            image.file().allocate(fileEnd());
            toAllocate = false;
        }
    }

    private long fileEnd() {
        return dataOffset + allocated * blockBytes;
    }

    private void takeBlock(int block) {
        if (table[block] == FREE) {
            table[block] = allocated++;
        } else if (table[block] == ZERO) {
            throw new IllegalArgumentException("block " + block + " is zero already");
        }
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
        return parent.isPresent() ? blockBytes : 1;
    }

    @Override
    public List<Place> place(long offset, long length) {
        checkGrain(offset, length);
        image.advance(offset, length);
        List<Place> found = new ArrayList<>();
        long end = offset + length;
        long at = offset;
        while (at < end) {
            int first = (int) (at / blockBytes);
            int last = first;
            takeBlock(first);
            while ((last + 1) * blockBytes < end && followsInFile(last)) {
                last++;
            }
            long count = Math.min(end, (last + 1) * blockBytes) - at;
            found.add(new Place(at, count, image.file(), dataOffset + table[first] * blockBytes + at % blockBytes));
            at += count;
        }
        return found;
    }

    /** Takes the block after {@code block}, and tells whether it lies right behind it in the file. */
    private boolean followsInFile(int block) {
        takeBlock(block + 1);
        return table[block + 1] == table[block] + 1;
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        if (parent.isEmpty()) {
            ImageWriter.super.zero(offset, length);
        }
        checkGrain(offset, length);
        image.advance(offset, length);
        int end = (int) Math.ceilDiv(offset + length, blockBytes);
        for (int block = (int) (offset / blockBytes); block < end; block++) {
            table[block] = ZERO;
        }
    }

    private void checkGrain(long offset, long length) {
        long end = offset + length;
        if (offset % grain() != 0 || (end % grain() != 0 && end != size())) {
            throw new IllegalArgumentException(
                    "bytes %d to %d are no whole blocks of %d".formatted(offset, end, blockBytes));
        }
    }

    @Override
    public void finish() throws IOException {
        image.checkUnfinished();
        HostFile file = image.file();
        allocate();
        file.resize(fileEnd());
        writeTable(file);
        file.force();
        // A header of no bytes stood here: until now nobody took the file for a disk.
        file.write(0, header().bytes());
        file.force();
        image.finished();
    }

    private void writeTable(HostFile file) throws IOException {
        for (int first = 0; first < table.length; first += PAGE_ENTRIES) {
            int count = Math.min(PAGE_ENTRIES, table.length - first);
            ByteBuffer page = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            page.asIntBuffer().put(table, first, count);
            file.write(MEBIBYTE + (long) first * Integer.BYTES, page);
        }
    }

    private VdiHeader header() {
        Optional<VdiHeader> below = parent.map(disk -> disk.structure().header());
        String over = below.map(header -> " over " + header.id()).orElse("");
        return new VdiHeader(
                VdiHeader.VERSION,
                VdiHeader.USUAL_BYTES,
                kind.number(),
                0,
                "",
                MEBIBYTE,
                dataOffset,
                VdiHeader.SECTOR_BYTES,
                size(),
                blockBytes,
                0,
                table.length,
                allocated,
                DerivedUuid.of("vdi" + over, identity, size()),
                DerivedUuid.of("vdi data" + over, identity, size()),
                below.map(VdiHeader::id).orElse(Guid.NONE),
                below.map(VdiHeader::dataId).orElse(Guid.NONE));
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
