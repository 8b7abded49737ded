package dev.bothways.disk.format.vhdx;

import dev.bothways.disk.format.mapped.Piece;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What a replayed log writes over a file, kept in memory: runs of bytes and of zeros, the later over the earlier. */
final class FilePatches {
    /** A run; no bytes means zeros. */
    private record Patch(long length, Optional<ByteBuffer> bytes) {
        Patch part(long from, long count) {
            return new Patch(count, bytes.map(all -> all.slice((int) from, (int) count)));
        }
    }

    private final NavigableMap<Long, Patch> patches = new TreeMap<>();

    /** Writes the remaining bytes of {@code bytes} at {@code position}. */
    void put(long position, ByteBuffer bytes) {
        put(position, new Patch(bytes.remaining(), Optional.of(bytes.slice().asReadOnlyBuffer())));
    }

    /** Writes zeros at {@code position}. */
    void putZeros(long position, long length) {
        put(position, new Patch(length, Optional.empty()));
    }

    private void put(long position, Patch patch) {
        long end = position + patch.length;
        Map.Entry<Long, Patch> before = patches.lowerEntry(position);
        if (before != null && before.getKey() + before.getValue().length > position) {
            cut(before.getKey(), before.getValue(), position, end);
        }
        Map.Entry<Long, Patch> covered = patches.ceilingEntry(position);
        while (covered != null && covered.getKey() < end) {
            cut(covered.getKey(), covered.getValue(), position, end);
            covered = patches.higherEntry(position);
        }
        patches.put(position, patch);
    }

    /** Leaves of a patch what lies outside {@code [position, end)}. */
    private void cut(long start, Patch patch, long position, long end) {
        patches.remove(start);
        if (start < position) {
            patches.put(start, patch.part(0, position - start));
        }
        if (start + patch.length > end) {
            patches.put(end, patch.part(end - start, start + patch.length - end));
        }
    }

    /** Where the last patch ends. */
    long end() {
        Map.Entry<Long, Patch> last = patches.lastEntry();
        return last == null ? 0 : last.getKey() + last.getValue().length;
    }

    /** The patch over byte {@code position}, cut at {@code limit}, if there is one. */
    Optional<Piece> at(long position, long limit) {
        Map.Entry<Long, Patch> patch = patches.floorEntry(position);
        if (patch == null || patch.getKey() + patch.getValue().length <= position) {
            return Optional.empty();
        }
        long from = position - patch.getKey();
        Patch part = patch.getValue().part(from, Math.min(limit - position, patch.getValue().length - from));
        return Optional.of(part.bytes.isPresent() ? new Piece.Held(part.bytes.get()) : new Piece.Zeros(part.length));
    }

    /** Where the next patch after {@code position} begins, {@code limit} at most. */
    long next(long position, long limit) {
        Long next = patches.higherKey(position);
        return next == null ? limit : Math.min(next, limit);
    }
}
