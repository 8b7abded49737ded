package dev.bothways.disk.format.dmg;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.PackedPieces;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import dev.bothways.disk.format.packed.DeflateUnpacker;
import dev.bothways.disk.format.packed.DeflateWrapping;
import java.util.List;

/** Where the guest's bytes lie, by the table. What is in no chunk is zeros. */
final class UdifMap implements RangeMap {
    private final List<UdifChunk> chunks;
    private final PackedPieces packed;

    UdifMap(HostFile file, List<UdifChunk> chunks) {
        this.chunks = chunks;
        DeflateUnpacker deflate = new DeflateUnpacker(DeflateWrapping.ZLIB);
        int largest = (int) chunks.stream()
                .filter(chunk -> chunk.kind() == UdifChunk.Kind.ZLIB)
                .mapToLong(UdifChunk::length)
                .max()
                .orElse(1);
        this.packed = new PackedPieces(file, largest, deflate::unpack);
    }

    @Override
    public Piece at(long offset, long limit) {
        int next = firstBehind(offset);
        UdifChunk chunk = next == 0 ? null : chunks.get(next - 1);
        if (chunk == null || chunk.end() <= offset) {
            long end = next < chunks.size() ? Math.min(limit, chunks.get(next).start()) : limit;
            return new Piece.Zeros(end - offset);
        }
        long inChunk = offset - chunk.start();
        long length = Math.min(limit, chunk.end()) - offset;
        return switch (chunk.kind()) {
            case ZEROS -> new Piece.Zeros(length);
            case RAW -> new Piece.InFile(length, chunk.place() + inChunk);
            case ZLIB -> packed.piece(chunk.place(), (int) chunk.stored(), (int) chunk.length(), (int) inChunk, length);
        };
    }

    /** How many chunks begin at or before this byte. */
    private int firstBehind(long offset) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).start() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
