package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.mapped.SectorBitmaps;
import dev.bothways.disk.format.mapped.SectorBitmaps.BitOrder;
import dev.bothways.disk.format.mapped.TablePages;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * Where the blocks lie, by the table of blocks (MS-VHDX 2.5). Its entries hold a state in the three lowest bits and the
 * place in the file, in MiB, in the highest 44.
 */
final class VhdxBlockMap implements RangeMap {
    static final int NOT_PRESENT = 0;
    static final int UNDEFINED = 1;
    static final int ZERO = 2;
    static final int UNMAPPED = 3;
    /** The number of {@link #UNMAPPED} in the specification's version 0.95. */
    static final int UNMAPPED_ONCE = 5;

    static final int FULLY_PRESENT = 6;
    static final int PARTIALLY_PRESENT = 7;

    private static final long STATE = 7;
    private static final long PLACE = -1L << 20;
    private static final long LONGEST_WALK = 1 << 14;

    private final VhdxStructure structure;
    private final VhdxMetadata metadata;
    private final VhdxFile file;
    private final long blockBytes;
    private final TablePages table;
    private final int bitmapBytes;
    private final SectorBitmaps bitmaps;

    VhdxBlockMap(VhdxStructure structure) {
        this.structure = structure;
        this.metadata = structure.metadata();
        this.file = structure.file();
        this.blockBytes = metadata.blockBytes();
        this.table = new TablePages(
                file, structure.table().offset(), metadata.tableEntries(), Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        this.bitmapBytes = (int) (blockBytes / metadata.sectorBytes() / Byte.SIZE);
        this.bitmaps = new SectorBitmaps(file, bitmapBytes, BitOrder.LEAST_SIGNIFICANT_FIRST);
    }

    static int state(long entry) {
        return (int) (entry & STATE);
    }

    /** Where an entry says its block begins, in bytes; as unsigned as the file says it. */
    static long place(long entry) {
        return entry & PLACE;
    }

    long entry(long block) throws IOException {
        return table.entry(metadata.entryOf(block));
    }

    /** The entry of the sector bitmap that covers a block, of a disk with a parent. */
    long bitmapEntry(long block) throws IOException {
        return table.entry(metadata.bitmapEntryOf(block));
    }

    /** How many blocks are in the file, wholly or in part. */
    long countAllocated() throws IOException {
        long count = 0;
        for (long block = 0; block < metadata.blocks(); block++) {
            count += isStored(state(entry(block))) ? 1 : 0;
        }
        return count;
    }

    static boolean isStored(int state) {
        return state == FULLY_PRESENT || state == PARTIALLY_PRESENT;
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long block = offset / blockBytes;
        long entry = entry(block);
        long inBlock = offset % blockBytes;
        return switch (state(entry)) {
            case NOT_PRESENT, UNDEFINED, ZERO, UNMAPPED, UNMAPPED_ONCE -> {
                long length = endOfAbsent(block, entry, limit) - offset;
                yield isBelow(entry) ? new Piece.Below(length) : new Piece.Zeros(length);
            }
            case FULLY_PRESENT -> {
                checkPlace(block, entry);
                long start = place(entry) + inBlock;
                yield file.at(start, start + endOfStored(block, entry, limit) - offset);
            }
            case PARTIALLY_PRESENT -> {
                checkPlace(block, entry);
                long end = Math.min(limit, (block + 1) * blockBytes);
                yield partial(block, place(entry) + inBlock, inBlock, end - offset);
            }
            default ->
                throw VhdxStructure.malformed(
                        file.host(),
                        placeOfEntry(block),
                        "block " + block + " is in the unknown state " + state(entry));
        };
    }

    /** In a differencing disk, what was never written is the parent's; what was zeroed or thrown away is not. */
    private boolean isBelow(long entry) {
        return state(entry) == NOT_PRESENT && metadata.parent().isPresent();
    }

    private long endOfAbsent(long block, long entry, long limit) throws IOException {
        long last = Math.min(block + LONGEST_WALK, Math.ceilDiv(limit, blockBytes));
        long next = block + 1;
        while (next < last) {
            long another = entry(next);
            if (state(another) == 4 || isStored(state(another)) || isBelow(another) != isBelow(entry)) {
                break;
            }
            next++;
        }
        return Math.min(limit, next * blockBytes);
    }

    private long endOfStored(long block, long entry, long limit) throws IOException {
        long last = Math.min(block + LONGEST_WALK, Math.ceilDiv(limit, blockBytes));
        long next = block + 1;
        while (next < last
                && entry(next) == entry + (next - block) * blockBytes
                && !isOutside(next, place(entry(next)))) {
            next++;
        }
        return Math.min(limit, next * blockBytes);
    }

    private Piece partial(long block, long start, long inBlock, long length) throws IOException {
        BitSet here = bitmaps.at(bitmapPlace(block));
        int sectorBytes = metadata.sectorBytes();
        int sector = (int) (inBlock / sectorBytes);
        boolean present = here.get(sector);
        int change = present ? here.nextClearBit(sector) : here.nextSetBit(sector);
        long run = change < 0 ? length : Math.min(length, (long) change * sectorBytes - inBlock);
        return present ? file.at(start, start + run) : new Piece.Below(run);
    }

    private long bitmapPlace(long block) throws IOException {
        if (metadata.parent().isEmpty()) {
            throw VhdxStructure.malformed(
                    file.host(), placeOfEntry(block), "block " + block + " lacks sectors, but the disk has no parent");
        }
        long entry = bitmapEntry(block);
        long start = place(entry) + block % metadata.chunkRatio() * bitmapBytes;
        if (state(entry) != FULLY_PRESENT || start < 0 || start > file.length() - bitmapBytes) {
            throw VhdxStructure.malformed(
                    file.host(), placeOfEntry(block), "the sector bitmap of block " + block + " is not in the file");
        }
        return start;
    }

    private void checkPlace(long block, long entry) throws DiskImageException {
        long start = place(entry);
        if (!isOutside(block, start)) {
            return;
        }
        if (start >= VhdxStructure.MEBIBYTE && !structure.overlapsMetadata(start, start + used(block))) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    file.host().path(),
                    placeOfEntry(block),
                    "block %d is said to lie at byte %d, but the file ends at byte %d; copy it again from where it came from"
                            .formatted(block, start, file.length()));
        }
        throw VhdxStructure.malformed(
                file.host(),
                placeOfEntry(block),
                "block %d is said to lie at byte %d, over the disk's own metadata; the table of blocks is damaged"
                        .formatted(block, start));
    }

    /** Whether a block at this place does not lie in the file's space for blocks. */
    boolean isOutside(long block, long start) {
        long used = used(block);
        return start < 0 || start > file.length() - used || structure.overlapsMetadata(start, start + used);
    }

    /** How much of a block the disk needs: of the last one just its part. */
    private long used(long block) {
        return Math.min(blockBytes, metadata.size() - block * blockBytes);
    }

    private long placeOfEntry(long block) {
        return structure.table().offset() + metadata.entryOf(block) * Long.BYTES;
    }
}
