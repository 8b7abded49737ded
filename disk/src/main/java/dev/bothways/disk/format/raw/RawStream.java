package dev.bothways.disk.format.raw;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.DiskStream;
import dev.bothways.disk.PipeInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The bytes of a disk from a pipe. They do not tell how many will come, so somebody else must. */
public final class RawStream implements DiskStream {
    private static final int PIECE = 1 << 20;

    private final PipeInput in;
    private final long size;
    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    private RawStream(PipeInput in, long size) {
        this.in = in;
        this.size = size;
    }

    /** Begins to read. */
    public static DiskStream open(PipeInput in, OptionalLong size) throws IOException {
        if (size.isEmpty()) {
            if (in.atEnd()) {
                throw new DiskImageException(
                        Kind.TRUNCATED, in.name(), "nothing comes; see what the program that sends it says");
            }
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    in.name(),
                    "the bytes of a raw disk do not tell how many will come; say the disk's size (--size)");
        }
        return new RawStream(in, size.getAsLong());
    }

    private final class RawPiece implements Piece {
        private final long offset;
        private final ByteBuffer bytes;

        RawPiece(long offset, ByteBuffer bytes) {
            this.offset = offset;
            this.bytes = bytes;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public int length() {
            return bytes.limit();
        }

        @Override
        public void read(ByteBuffer into) {
            into.put(bytes);
            idle.add(bytes);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Optional<Piece> next() throws IOException {
        long offset = in.position();
        if (offset == size) {
            if (!in.atEnd()) {
                throw new DiskImageException(
                        Kind.MALFORMED,
                        in.name(),
                        "more comes than the " + size + " bytes that the disk was said to have; say its right size");
            }
            return Optional.empty();
        }
        ByteBuffer known = idle.poll();
        ByteBuffer bytes = known == null ? ByteBuffer.allocateDirect(PIECE) : known;
        in.read(bytes.clear().limit((int) Math.min(PIECE, size - offset)));
        return Optional.of(new RawPiece(offset, bytes.flip()));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
