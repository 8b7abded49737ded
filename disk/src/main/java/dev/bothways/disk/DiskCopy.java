package dev.bothways.disk;

import dev.bothways.disk.DataChunks.Chunk;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The copy engine: one pass over a disk into a new image. It reads only what may hold data, writes only what is not zero (in
 * steps of 4 KiB), and works in several threads with a buffer of one MiB each, whatever the size of the disk.
 *
 * <p>Places in the new image are given out in the order of the disk, whichever thread is ahead, so the same source gives the
 * same file. Interrupting the calling thread cancels the copy.
 */
public final class DiskCopy {
    private static final int MOST_RUNS_LOOKED_AT = 1000;
    private static final int SMALLEST_DIFFERENCE = 4096;
    private static final double NANOS = 1e9;

    private final VirtualDisk source;
    private final ImageWriter target;
    private final CopyOptions options;
    private final GuestHash.Sum hash;
    private final Optional<VirtualDisk> parent;
    private final int grain;
    private final int chunkBytes;
    private final boolean hashOnTheWay;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong shared = new AtomicLong();
    private final long started = System.nanoTime();
    private long data;

    /**
     * What a copy did.
     *
     * @param data bytes of the source that were read or shared
     * @param written bytes written
     * @param shared bytes that both files share now
     * @param hash the hash of what the guest sees of the source, if it was asked for
     */
    public record Result(long data, long written, long shared, Optional<GuestHash> hash) {}

    private DiskCopy(VirtualDisk source, ImageWriter target, CopyOptions options, boolean sharing) {
        this.source = source;
        this.target = target;
        this.options = options;
        this.hash = new GuestHash.Sum(source.size());
        this.parent = target.parent();
        this.grain = (int) Math.max(SMALLEST_DIFFERENCE, target.grain());
        long unit = target.packing().isPresent() ? target.unit() : 1;
        this.chunkBytes = (int) Math.max(DataChunks.CHUNK, Math.max(unit, parent.isPresent() ? grain : 1));
        this.hashOnTheWay = options.hash() && !sharing;
    }

    /**
     * Copies a disk into an image of at least its size. The caller finishes and closes the image.
     *
     * @throws InputException where a file of the source changed meanwhile
     * @throws InterruptedIOException where the calling thread was interrupted
     */
    public static Result copy(VirtualDisk source, ImageWriter target, CopyOptions options) throws IOException {
        requireRoom(source, target);
        boolean sharing =
                options.share() && target.parent().isEmpty() && target.packing().isEmpty() && canShare(source, target);
        Result result = new DiskCopy(source, target, options, sharing).run(sharing);
        source.requireUnchanged();
        return result;
    }

    /**
     * Copies a disk that comes once, from its beginning to its end. As {@link #copy(VirtualDisk, ImageWriter, CopyOptions)}; a
     * thread that waits for the stream ends when bytes come or it is closed.
     */
    public static Result copy(DiskStream source, ImageWriter target, CopyOptions options) throws IOException {
        StreamedDisk disk = new StreamedDisk(source);
        requireRoom(disk, target);
        Result result = new DiskCopy(disk, target, options, false).run(false);
        disk.finish();
        return result;
    }

    private static void requireRoom(VirtualDisk source, ImageWriter target) {
        if (source.size() > target.size()) {
            throw new IllegalArgumentException(
                    "a disk of " + source.size() + " bytes does not fit into one of " + target.size());
        }
    }

    private static boolean canShare(VirtualDisk source, ImageWriter target) throws IOException {
        Optional<HostFile> from = storedFile(source);
        Optional<HostFile> to = target.file();
        return from.isPresent() && to.isPresent() && from.get().sharesWith(to.get());
    }

    /** The file in which the first runs of the disk lie as they are, if they do. */
    private static Optional<HostFile> storedFile(VirtualDisk disk) throws IOException {
        VirtualDisk.ExtentIterator extents = disk.extents(0, disk.size());
        for (int i = 0; i < MOST_RUNS_LOOKED_AT && extents.hasNext(); i++) {
            if (extents.next() instanceof Extent.Stored stored) {
                return Optional.of(stored.file());
            }
        }
        return Optional.empty();
    }

    private Result run(boolean sharing) throws IOException {
        DataChunks chunks = sharing
                ? DataChunks.withStoredApart(source)
                : DataChunks.of(disksToRead(), chunkBytes, parent.isPresent() ? target.size() : source.size());
        if (!sharing) {
            target.allocate();
        }
        List<Copier> copiers = new ArrayList<>();
        try {
            ChunkWork.run(chunks, ChunkWork.usualThreads(), () -> {
                copiers.add(new Copier());
                return copiers.getLast()::work;
            });
        } finally {
            for (Copier copier : copiers) {
                copier.close();
            }
        }
        options.progress().accept(new CopyOptions.Progress(source.size(), source.size(), data));
        Optional<GuestHash> result = Optional.empty();
        if (options.hash()) {
            // Shared runs were never read, so it takes a pass of its own.
            result = Optional.of(hashOnTheWay ? hash.hash() : GuestHash.of(source));
        }
        return new Result(data, written.get(), shared.get(), result);
    }

    /** Where only the parent holds data, zeros must hide it. */
    private List<VirtualDisk> disksToRead() {
        return parent.isPresent() ? List.of(source, parent.get()) : List.of(source);
    }

    /** In its turn a piece counts as done. */
    private void tell(Chunk chunk, long bytes, ChunkWork.Turn turn) {
        data += bytes;
        options.progress().accept(new CopyOptions.Progress(chunk.end(), source.size(), data));
        if (options.rate().isPresent()) {
            long due = (long) ((double) data / options.rate().getAsLong() * NANOS);
            turn.pause(started + due - System.nanoTime());
        }
    }

    /** The work of one thread. */
    private final class Copier implements Closeable {
        private final ByteBuffer buffer = DataChunks.buffer(chunkBytes);
        private final ByteBuffer below = DataChunks.buffer(parent.isPresent() ? chunkBytes : 0);
        private final GuestHash.ChunkHasher hasher = new GuestHash.ChunkHasher();
        private final Optional<PackedUnits> packed =
                target.packing().map(packing -> new PackedUnits(packing, (int) target.unit(), chunkBytes));

        void work(Chunk chunk, ChunkWork.Turn turn) throws IOException {
            if (chunk.stored()) {
                share(chunk, turn);
            } else {
                copy(chunk, turn);
            }
        }

        private void copy(Chunk chunk, ChunkWork.Turn turn) throws IOException {
            CopyParts parts = new CopyParts();
            long read = readData(chunk, parts);
            int length = (int) within(source, chunk);
            SequencedMap<Long, byte[]> digests = new LinkedHashMap<>();
            if (hashOnTheWay) {
                hash(chunk, length, parts, digests);
            }
            if (packed.isPresent()) {
                packed.get().pack(buffer, chunk, parts);
            }
            List<ImageWriter.Place> places = new ArrayList<>();
            turn.take(() -> {
                if (packed.isPresent()) {
                    packed.get().place(target, places);
                } else {
                    place(chunk, parts.list(), places);
                }
                digests.forEach(hash::add);
                tell(chunk, read, turn);
                if (target.sequential()) {
                    write(chunk, places);
                }
            });
            if (!target.sequential()) {
                write(chunk, places);
            }
        }

        /** Finds the hash of each MiB of the piece, by where it lies, unless it is all zeros. */
        private void hash(Chunk chunk, int length, CopyParts parts, Map<Long, byte[]> digests) {
            if (parent.isEmpty() && parts.isEmpty()) {
                return;
            }
            boolean known = parent.isEmpty() && length <= DataChunks.CHUNK;
            for (int at = 0; at < length; at += DataChunks.CHUNK) {
                int count = Math.min(DataChunks.CHUNK, length - at);
                if (known || !ZeroBytes.all(buffer, at, count)) {
                    digests.put(
                            chunk.offset() + at,
                            hasher.digest(buffer.clear().position(at).limit(at + count)));
                }
            }
        }

        private void place(Chunk chunk, List<CopyParts.Part> parts, List<ImageWriter.Place> places) throws IOException {
            for (CopyParts.Part part : parts) {
                long offset = chunk.offset() + part.start();
                if (part.zeros()) {
                    target.zero(offset, part.end() - part.start());
                } else {
                    places.addAll(target.place(offset, part.end() - part.start()));
                }
            }
        }

        private void write(Chunk chunk, List<ImageWriter.Place> places) throws IOException {
            for (ImageWriter.Place place : places) {
                int start = (int) (place.offset() - chunk.offset());
                write(place, buffer.clear().position(start).limit(start + (int) place.length()));
            }
            if (packed.isPresent()) {
                written.addAndGet(packed.get().write());
            }
        }

        /** Fills the buffer with the piece and finds what of it is to be written. How many bytes it had to read. */
        private long readData(Chunk chunk, CopyParts parts) throws IOException {
            long read = 0;
            boolean whole = hashOnTheWay || parent.isPresent() || packed.isPresent();
            VirtualDisk.ExtentIterator extents = source.extents(chunk.offset(), within(source, chunk));
            while (extents.hasNext()) {
                Extent extent = extents.next();
                int start = (int) (extent.offset() - chunk.offset());
                int length = (int) extent.length();
                buffer.clear().position(start).limit(start + length);
                if (!(extent instanceof Extent.Zero)) {
                    source.read(extent.offset(), buffer);
                    read += length;
                    if (parent.isEmpty()) {
                        parts.findNonzero(buffer, start, start + length);
                    }
                } else if (whole) {
                    ZeroBytes.fill(buffer);
                }
            }
            if (whole) {
                ZeroBytes.fill(buffer.clear().position((int) within(source, chunk)));
            }
            if (parent.isPresent()) {
                int there = (int) within(parent.get(), chunk);
                if (there > 0) {
                    parent.get().read(chunk.offset(), below.clear().limit(there));
                }
                ZeroBytes.fill(below.clear().position(there));
                parts.findDifferent(buffer, below, (int) chunk.length(), grain);
            }
            return read;
        }

        /** How much of a piece lies on a disk. */
        private static long within(VirtualDisk disk, Chunk chunk) {
            return Math.clamp(disk.size() - chunk.offset(), 0, chunk.length());
        }

        private void write(ImageWriter.Place place, ByteBuffer bytes) throws IOException {
            place.file().write(place.fileOffset(), bytes);
            written.addAndGet(place.length());
        }

        /**
         * Where a run falls into many places, they are shared in its turn: what the writer notes for those of the next run would
         * only fight with it for the file's lock.
         */
        private void share(Chunk chunk, ChunkWork.Turn turn) throws IOException {
            Extent.Stored stored = (Extent.Stored) source.extent(chunk.offset(), chunk.end());
            List<ImageWriter.Place> places = new ArrayList<>();
            turn.take(() -> {
                places.addAll(target.place(chunk.offset(), chunk.length()));
                if (places.size() > 1) {
                    share(stored, places);
                }
                tell(chunk, chunk.length(), turn);
            });
            if (places.size() == 1) {
                share(stored, places);
            }
        }

        private void share(Extent.Stored stored, List<ImageWriter.Place> places) throws IOException {
            for (ImageWriter.Place place : places) {
                share(stored, place);
            }
        }

        @Override
        public void close() throws IOException {
            if (packed.isPresent()) {
                packed.get().close();
            }
        }

        private void share(Extent.Stored stored, ImageWriter.Place place) throws IOException {
            SharedRange range = SharedRange.of(stored, place);
            boolean done =
                    range.length() > 0 && stored.file().share(range.from(), place.file(), range.to(), range.length());
            if (done) {
                shared.addAndGet(range.length());
                long before = range.to() - place.fileOffset();
                copyPlainly(place, 0, before);
                copyPlainly(place, before + range.length(), place.length());
            } else {
                copyPlainly(place, 0, place.length());
            }
        }

        private void copyPlainly(ImageWriter.Place place, long start, long end) throws IOException {
            for (long at = start; at < end; ) {
                int count = (int) Math.min(buffer.capacity(), end - at);
                source.read(place.offset() + at, buffer.clear().limit(count));
                place.file().write(place.fileOffset() + at, buffer.flip());
                written.addAndGet(count);
                at += count;
            }
        }
    }

    /** The whole blocks of the file system within a place, if source and place lie alike in them. */
    private record SharedRange(long from, long to, long length) {
        private static final long BLOCK = 4096;

        static SharedRange of(Extent.Stored stored, ImageWriter.Place place) {
            long from = stored.fileOffset() + place.offset() - stored.offset();
            long to = place.fileOffset();
            if ((from - to) % BLOCK != 0) {
                return new SharedRange(from, to, 0);
            }
            long before = Math.floorMod(-from, BLOCK);
            long length = Math.max(0, (place.length() - before) / BLOCK * BLOCK);
            return new SharedRange(from + before, to + before, length);
        }
    }
}
