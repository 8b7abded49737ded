package dev.bothways.disk.format.cloop;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.FindingList;
import dev.bothways.disk.format.mapped.PackedPieces;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.packed.DeflateUnpacker;
import dev.bothways.disk.format.packed.DeflateWrapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Where the blocks lie, by the table, of which two entries are read for a block: unpacking it takes far longer. */
final class CloopBlockMap implements RangeMap {
    private static final int MOST_PACKED = 1040;

    private final HostFile file;
    private final long table;
    private final int blockBytes;
    private final long blocks;
    private final PackedPieces packed;

    CloopBlockMap(HostFile file, long table, int blockBytes, long blocks) {
        this.file = file;
        this.table = table;
        this.blockBytes = blockBytes;
        this.blocks = blocks;
        DeflateUnpacker deflate = new DeflateUnpacker(DeflateWrapping.ZLIB);
        this.packed = new PackedPieces(file, blockBytes, deflate::unpack);
    }

    HostFile file() {
        return file;
    }

    int blockBytes() {
        return blockBytes;
    }

    /** What the guest sees, in bytes: at most 2^58. */
    long size() {
        return blocks * blockBytes;
    }

    @Override
    public Piece at(long offset, long limit) throws IOException {
        long block = offset / blockBytes;
        int inBlock = (int) (offset % blockBytes);
        ByteBuffer ends = ByteBuffer.allocate(2 * Long.BYTES);
        file.read(table + block * Long.BYTES, ends);
        long begin = ends.getLong(0);
        long length = ends.getLong(Long.BYTES) - begin;
        if (!plausible(begin, length)) {
            throw new DiskImageException(
                    Kind.MALFORMED, file.path(), table + block * Long.BYTES, wrong(block, begin, length));
        }
        return packed.piece(begin, (int) length, inBlock, Math.min(limit - offset, blockBytes - inBlock));
    }

    /** Zlib makes nothing twice as long, nor shorter than a thousandth. */
    private boolean plausible(long begin, long length) throws IOException {
        long first = table + (blocks + 1) * Long.BYTES;
        return begin >= first
                && length > 0
                && length <= Math.min(2L * blockBytes, Integer.MAX_VALUE)
                && length >= blockBytes / MOST_PACKED
                && begin <= file.size() - length;
    }

    private static String wrong(long block, long begin, long length) {
        return "block " + block + " cannot lie at byte " + begin + " with " + length + " bytes";
    }

    /** All entries of the table. */
    List<Finding> check() throws IOException {
        FindingList findings = new FindingList(file.path());
        ByteBuffer ends = ByteBuffer.allocate(2 * Long.BYTES);
        for (long block = 0; block < blocks; block++) {
            long place = table + block * Long.BYTES;
            file.read(place, ends.clear());
            long begin = ends.getLong(0);
            long length = ends.getLong(Long.BYTES) - begin;
            if (!plausible(begin, length)) {
                findings.add(Severity.ERROR, place, wrong(block, begin, length));
            }
        }
        return findings.findings();
    }
}
