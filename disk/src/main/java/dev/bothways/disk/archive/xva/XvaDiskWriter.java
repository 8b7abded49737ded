package dev.bothways.disk.archive.xva;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.ImageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * One disk on its way into an archive. "Packing" a chunk puts the headers and the checksum around it, by as many threads as the copy
 * has.
 */
final class XvaDiskWriter implements ImageWriter {
    private static final int CHUNK = ChunkPlaces.CHUNK;

    private final XvaWriter archive;
    private final String folder;
    private final long size;
    private final ChunkSum sum;
    private final boolean every;
    private final long chunks;
    private long next;
    private boolean finished;

    /**
     * A disk.
     *
     * @param every whether no chunk may be left out
     */
    XvaDiskWriter(XvaWriter archive, String folder, long size, ChunkSum sum, boolean every) {
        this.archive = archive;
        this.folder = folder;
        this.size = size;
        this.sum = sum;
        this.every = every;
        this.chunks = Math.ceilDiv(size, CHUNK);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long unit() {
        return CHUNK;
    }

    @Override
    public boolean sequential() {
        return archive.file().isPipe();
    }

    @Override
    public List<Place> place(long offset, long length) {
        throw new UnsupportedOperationException("each chunk gets its checksum before it is placed");
    }

    @Override
    public Optional<Packing> packing() {
        return Optional.of(new ChunkPacking());
    }

    private int length(long offset) {
        return (int) Math.min(CHUNK, size - offset);
    }

    private final class ChunkPacking implements Packing {
        @Override
        public Packer packer() {
            return new ChunkPacker();
        }

        @Override
        public int mostPacked() {
            return CHUNK + 3 * NewMember.BLOCK;
        }

        @Override
        public Place place(long offset, int packedLength) throws IOException {
            long number = offset / CHUNK;
            if (number < next || finished) {
                throw new IllegalStateException("the chunk at byte " + offset + " comes too late");
            }
            zerosUpTo(number);
            next = number + 1;
            HostFile file = archive.file();
            return new Place(offset, length(offset), file, archive.take(packedLength));
        }
    }

    private final class ChunkPacker implements Packer {
        @Override
        public boolean pack(long offset, ByteBuffer unit, ByteBuffer packed) {
            int length = length(offset);
            ByteBuffer chunk = unit.slice(unit.position(), length);
            String name = folder + "/%08d".formatted(offset / CHUNK);
            NewMember.header(packed, name, length);
            packed.put(chunk.duplicate());
            NewMember.pad(packed, length);
            NewMember.header(packed, name + sum.ending(), sum.digits());
            packed.put(sum.of(chunk).getBytes(StandardCharsets.US_ASCII));
            NewMember.pad(packed, sum.digits());
            return true;
        }

        @Override
        public void close() {}
    }

    /** Writes the chunks of zeros before {@code number} that must be there: the first one, or all. */
    private void zerosUpTo(long number) throws IOException {
        if (next == 0 && number > 0) {
            zeros(0);
            next = 1;
        }
        for (; every && next < number; next++) {
            zeros(next);
        }
    }

    private void zeros(long number) throws IOException {
        ByteBuffer packed = ByteBuffer.allocateDirect(new ChunkPacking().mostPacked());
        new ChunkPacker().pack(number * CHUNK, ByteBuffer.allocateDirect(CHUNK), packed);
        archive.append(packed.flip());
    }

    @Override
    public void finish() throws IOException {
        if (finished) {
            throw new IllegalStateException("a disk is finished once");
        }
        if (next < chunks) {
            zerosUpTo(chunks - 1);
            if (next < chunks) {
                zeros(chunks - 1);
                next = chunks;
            }
        }
        finished = true;
        archive.diskDone();
    }

    /** An archive with a disk that was given up cannot be finished, and is deleted when it is closed. */
    @Override
    public void close() {}
}
