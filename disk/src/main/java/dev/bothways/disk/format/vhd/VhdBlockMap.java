package dev.bothways.disk.format.vhd;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.mapped.SectorBitmaps;
import dev.bothways.disk.format.mapped.SectorBitmaps.BitOrder;
import dev.bothways.disk.format.mapped.TablePages;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * Where the blocks of a dynamic or differencing disk lie. A block is a bitmap, padded to whole sectors, and its data; a
 * sector whose bit is clear was never written: zeros in a dynamic disk, the parent's in a differencing one.
 */
final class VhdBlockMap implements RangeMap {
    /** The entry of a block that is not there. */
    static final long UNUSED = 0xFFFF_FFFFL;

    private static final int LONGEST_WALK = 1 << 14;
    /** So many blocks ahead the bitmaps are asked for: each is a page of its own in another part of the file. */
    private static final int AHEAD = 64;

    private final HostFile file;
    private final VhdStructure structure;
    private final VhdDynamicHeader header;
    private final long blockBytes;
    private final int bitmapBytes;
    private final TablePages table;
    private final SectorBitmaps bitmaps;
    /** The block behind the last one whose bitmap was asked for. */
    private volatile long asked;

    VhdBlockMap(HostFile file, VhdStructure structure) {
        this.file = file;
        this.structure = structure;
        this.header = structure.header().orElseThrow();
        this.blockBytes = header.blockBytes();
        this.bitmapBytes = bitmapBytes(blockBytes);
        long blocks = Math.ceilDiv(structure.size(), blockBytes);
        this.table = new TablePages(file::read, header.tableOffset(), blocks, Integer.BYTES, ByteOrder.BIG_ENDIAN);
        this.bitmaps = new SectorBitmaps(file::read, bitmapBytes, BitOrder.MOST_SIGNIFICANT_FIRST);
    }

    /** How long the bitmap before a block of data is: a bit a sector, padded to whole sectors. */
    static int bitmapBytes(long blockBytes) {
        long bits = blockBytes / VhdFooter.SECTOR_BYTES;
        return (int) (Math.ceilDiv(bits, 8L * VhdFooter.SECTOR_BYTES) * VhdFooter.SECTOR_BYTES);
    }

    /** How many blocks the disk has. */
    long blocks() {
        return table.entries();
    }

    /** The byte at which a block's bitmap begins, or -1 where the block is not there. Not checked. */
    long blockStart(long block) throws IOException {
        long entry = table.entry(block);
        return entry == UNUSED ? -1 : entry * VhdFooter.SECTOR_BYTES;
    }

    /** How many blocks are there. */
    long countAllocated() throws IOException {
        long count = 0;
        for (long block = 0; block < blocks(); block++) {
            count += blockStart(block) < 0 ? 0 : 1;
        }
        return count;
    }

    /** Which sectors of the block whose bitmap begins at byte {@code start} were written. */
    BitSet writtenSectors(long start) throws IOException {
        return bitmaps.at(start);
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long block = offset / blockBytes;
        long start = blockStart(block);
        if (start < 0) {
            return absent(endOfUnused(block, limit) - offset);
        }
        long blockOffset = block * blockBytes;
        long end = Math.min(limit, blockOffset + blockBytes);
        checkPlace(block, start);
        askAhead(block);
        BitSet written = writtenSectors(start);
        int sector = (int) ((offset - blockOffset) / VhdFooter.SECTOR_BYTES);
        if (written.get(sector)) {
            long runEnd = Math.min(end, blockOffset + (long) written.nextClearBit(sector) * VhdFooter.SECTOR_BYTES);
            return inFile(start + bitmapBytes + (offset - blockOffset), runEnd - offset);
        }
        int next = written.nextSetBit(sector);
        long runEnd = next < 0 ? end : Math.min(end, blockOffset + (long) next * VhdFooter.SECTOR_BYTES);
        return absent(runEnd - offset);
    }

    /** Who goes from block to block waits for the medium once in so many blocks. */
    private void askAhead(long block) throws IOException {
        long end = asked;
        if (block < end - AHEAD || block > end) {
            asked = block + 1;
        } else if (block == end) {
            asked = end + AHEAD;
            for (long next = block; next < Math.min(end + AHEAD, blocks()); next++) {
                long start = blockStart(next);
                if (start >= 0) {
                    file.willRead(start, bitmapBytes);
                }
            }
        }
    }

    private long endOfUnused(long block, long limit) throws IOException {
        long last = Math.min(block + LONGEST_WALK, Math.ceilDiv(limit, blockBytes));
        long next = block + 1;
        while (next < last && blockStart(next) < 0) {
            next++;
        }
        return Math.min(limit, next * blockBytes);
    }

    private Piece absent(long length) {
        return structure.kind() == VhdKind.DIFFERENCING ? new Piece.Below(length) : new Piece.Zeros(length);
    }

    private Piece inFile(long fileOffset, long length) throws DiskImageException {
        if (fileOffset > structure.fileLength() - length) {
            throw cut(fileOffset + length);
        }
        return new Piece.InFile(length, fileOffset);
    }

    private void checkPlace(long block, long start) throws DiskImageException {
        long end = start + bitmapBytes + blockBytes;
        if (start > structure.fileLength() - bitmapBytes) {
            throw cut(end);
        }
        if (overlapsMetadata(start, end)) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    file.path(),
                    start,
                    "block " + block + " is said to lie over the disk's own metadata; the allocation table is damaged");
        }
    }

    /** Whether bytes {@code [start, end)} of the file are those of a header or of the table. */
    boolean overlapsMetadata(long start, long end) {
        long headerAt = structure.footer().dataOffset();
        long tableAt = header.tableOffset();
        return start < VhdFooter.BYTES
                || (start < headerAt + VhdDynamicHeader.BYTES && end > headerAt)
                || (start < tableAt + table.entries() * Integer.BYTES && end > tableAt);
    }

    private DiskImageException cut(long needed) {
        return new DiskImageException(
                Kind.TRUNCATED,
                file.path(),
                "the allocation table needs " + needed + " bytes, but the file has only " + structure.fileLength()
                        + "; copy it again from where it came from");
    }
}
