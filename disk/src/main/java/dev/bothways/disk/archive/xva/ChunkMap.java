package dev.bothways.disk.archive.xva;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.Piece;
import dev.bothways.disk.format.mapped.RangeMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Reads chunks in place. The first read of a chunk reads all of it and checks its sum; so its bytes are never handed out to be
 * copied unseen.
 */
final class ChunkMap implements RangeMap {
    private final HostFile file;
    private final String folder;
    private final ChunkRuns runs;
    private final AtomicLongArray checked;

    ChunkMap(HostFile file, String folder, ChunkRuns runs) {
        this.file = file;
        this.folder = folder;
        this.runs = runs;
        this.checked = new AtomicLongArray(runs.chunks() / Long.SIZE + 1);
    }

    @Override
    public Piece at(long offset, long limit) {
        Optional<ChunkRuns.Chunk> found = runs.at(offset);
        if (found.isEmpty()) {
            return new Piece.Zeros(runs.next(offset, limit) - offset);
        }
        ChunkRuns.Chunk chunk = found.get();
        long length = Math.min(limit, chunk.offset() + chunk.length()) - offset;
        return new Piece.Packed(length, into -> read(chunk, (int) (offset - chunk.offset()), into));
    }

    private void read(ChunkRuns.Chunk chunk, int skipped, ByteBuffer into) throws IOException {
        if (isChecked(chunk.ordinal())) {
            file.read(chunk.at() + skipped, into);
        } else if (skipped == 0 && into.remaining() == chunk.length()) {
            ByteBuffer whole = into.slice();
            file.read(chunk.at(), into);
            check(chunk, whole);
        } else {
            ByteBuffer whole = ByteBuffer.allocate(chunk.length());
            file.read(chunk.at(), whole);
            check(chunk, whole.flip());
            into.put(whole.slice(skipped, into.remaining()));
        }
    }

    private boolean isChecked(int ordinal) {
        return (checked.get(ordinal / Long.SIZE) >>> ordinal & 1) != 0;
    }

    private void check(ChunkRuns.Chunk chunk, ByteBuffer content) throws IOException {
        if (chunk.sum().isPresent()) {
            ChunkSum sum = chunk.sum().get();
            ByteBuffer digits = ByteBuffer.allocate(sum.digits());
            file.read(chunk.sumAt(), digits);
            String said = new String(digits.array(), StandardCharsets.ISO_8859_1);
            if (!sum.of(content).equalsIgnoreCase(said)) {
                throw mismatch(folder, chunk.offset(), chunk.at());
            }
        }
        checked.accumulateAndGet(chunk.ordinal() / Long.SIZE, 1L << chunk.ordinal(), (a, b) -> a | b);
    }

    private DiskImageException mismatch(String disk, long offset, long at) {
        return new DiskImageException(
                Kind.MALFORMED,
                file.path(),
                at,
                "the chunk of " + XvaText.shown(disk) + " that holds byte " + offset
                        + " of the disk is damaged (its checksum differs); copy the archive again from where it came"
                        + " from");
    }
}
