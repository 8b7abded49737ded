package dev.bothways.disk.format.mapped;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Units that lie compressed in a file. The ones that were read in part are kept for a while, for the rest of them
 * mostly follows. Safe for any number of threads.
 */
public final class PackedPieces {
    private static final int KEPT_BYTES = 8 << 20;
    private static final int MOST_KEPT = 32;

    /** Unpacks whole units. */
    @FunctionalInterface
    public interface Unpacker {
        /**
         * Fills {@code unit} from its position to its limit.
         *
         * @param packed the packed bytes, from position to limit, perhaps with others behind them
         * @throws IOException with a sentence on what is wrong with them
         */
        void unpack(ByteBuffer packed, ByteBuffer unit) throws IOException;
    }

    private record Unit(long position, ByteBuffer bytes) {}

    /** What packed bytes are read into, one for each thread that is at it. */
    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    private final HostFile file;
    private final int unitBytes;
    private final Unpacker unpacker;
    private final AtomicReferenceArray<Unit> kept;

    /** Units of {@code unitBytes} bytes each, or at most where each piece tells. */
    public PackedPieces(HostFile file, int unitBytes, Unpacker unpacker) {
        this.file = file;
        this.unitBytes = unitBytes;
        this.unpacker = unpacker;
        this.kept = new AtomicReferenceArray<>(Math.clamp(KEPT_BYTES / unitBytes, 1, MOST_KEPT));
    }

    /**
     * A piece of a unit.
     *
     * @param position of the unit's packed bytes in the file, which may end within them
     * @param packedBytes how many there are at most
     * @param inUnit where the piece begins in the unit
     * @param length how long it is
     */
    public Piece.Packed piece(long position, int packedBytes, int inUnit, long length) {
        return piece(position, packedBytes, unitBytes, inUnit, length);
    }

    /** The same of a unit that has its own size. */
    public Piece.Packed piece(long position, int packedBytes, int plainBytes, int inUnit, long length) {
        return new Piece.Packed(length, into -> read(position, packedBytes, plainBytes, inUnit, into));
    }

    private void read(long position, int packedBytes, int plainBytes, int inUnit, ByteBuffer into) throws IOException {
        int slot = (int) (position / 512 % kept.length());
        Unit unit = kept.get(slot);
        if (unit == null || unit.position != position) {
            if (into.remaining() == plainBytes) {
                unpack(position, packedBytes, into);
                return;
            }
            ByteBuffer bytes = ByteBuffer.allocate(plainBytes);
            unpack(position, packedBytes, bytes);
            unit = new Unit(position, bytes.flip());
            kept.set(slot, unit);
        }
        into.put(unit.bytes.slice(inUnit, into.remaining()));
    }

    private void unpack(long position, int packedBytes, ByteBuffer unit) throws IOException {
        int count = Math.clamp(file.size() - position, 0, packedBytes);
        ByteBuffer known = idle.poll();
        ByteBuffer packed = known == null || known.capacity() < count
                ? ByteBuffer.allocateDirect(Math.max(count, unitBytes))
                : known;
        file.read(position, packed.clear().limit(count));
        try {
            unpacker.unpack(packed.flip(), unit);
        } catch (IOException e) {
            throw new DiskImageException(Kind.MALFORMED, file.path(), position, String.valueOf(e.getMessage()));
        }
        unit.position(unit.limit());
        idle.add(packed);
    }
}
