package dev.bothways.disk.format.vdi;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.mapped.TablePages;
import java.io.IOException;
import java.nio.ByteOrder;

/** Where the blocks lie: an entry is the number of a block in the file, or says that there is none. */
final class VdiBlockMap implements RangeMap {
    /** The entry of a block that was never written: the parent's, or zeros where there is none. */
    static final long FREE = 0xFFFF_FFFFL;
    /** The entry of a block of zeros. */
    static final long ZERO = 0xFFFF_FFFEL;

    private static final long LONGEST_WALK = 1 << 14;

    private final VdiStructure structure;
    private final VdiHeader header;
    private final TablePages table;

    VdiBlockMap(VdiStructure structure) {
        this.structure = structure;
        this.header = structure.header();
        this.table = new TablePages(
                structure.file()::read, header.tableOffset(), header.blocks(), Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    long entry(long block) throws IOException {
        return table.entry(block);
    }

    static boolean isStored(long entry) {
        return entry < ZERO;
    }

    /** How many blocks are in the file. */
    long countStored() throws IOException {
        long count = 0;
        for (long block = 0; block < structure.blocks(); block++) {
            count += isStored(entry(block)) ? 1 : 0;
        }
        return count;
    }

    /** Whether a block with this entry does not lie in the file. */
    boolean isOutside(long block, long entry) {
        long needed = header.dataOffset() + header.extraBytes() + structure.used(block);
        return needed > structure.fileLength() || entry > (structure.fileLength() - needed) / structure.strideBytes();
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long block = offset / header.blockBytes();
        long entry = entry(block);
        if (entry == FREE && structure.kind().hasParent()) {
            return new Piece.Below(endOfAbsent(block, limit, true) - offset);
        }
        if (!isStored(entry)) {
            return new Piece.Zeros(endOfAbsent(block, limit, false) - offset);
        }
        if (isOutside(block, entry)) {
            throw cut(block, entry);
        }
        long start = header.dataOffset() + entry * structure.strideBytes() + header.extraBytes();
        return new Piece.InFile(endOfStored(block, entry, limit) - offset, start + offset % header.blockBytes());
    }

    private long endOfAbsent(long block, long limit, boolean below) throws IOException {
        long last = Math.min(block + LONGEST_WALK, Math.ceilDiv(limit, header.blockBytes()));
        long next = block + 1;
        while (next < last && !isStored(entry(next)) && isBelow(entry(next)) == below) {
            next++;
        }
        return Math.min(limit, next * header.blockBytes());
    }

    private boolean isBelow(long entry) {
        return entry == FREE && structure.kind().hasParent();
    }

    private long endOfStored(long block, long entry, long limit) throws IOException {
        long last = Math.min(block + LONGEST_WALK, Math.ceilDiv(limit, header.blockBytes()));
        long next = block + 1;
        while (next < last
                && header.extraBytes() == 0
                && entry(next) == entry + (next - block)
                && isStored(entry(next))
                && !isOutside(next, entry(next))) {
            next++;
        }
        return Math.min(limit, next * header.blockBytes());
    }

    private DiskImageException cut(long block, long entry) {
        return new DiskImageException(
                Kind.TRUNCATED,
                structure.file().path(),
                header.tableOffset() + block * Integer.BYTES,
                "block %d is said to be number %d of the file, but the file has only %d bytes; copy it again from where it came from"
                        .formatted(block, entry, structure.fileLength()));
    }
}
