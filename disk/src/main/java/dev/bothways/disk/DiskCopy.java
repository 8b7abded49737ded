package dev.bothways.disk;

import dev.bothways.disk.DataChunks.Chunk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final VirtualDisk source;
    private final ImageWriter target;
    private final CopyOptions options;
    private final GuestHash.Sum hash;
    private final boolean hashOnTheWay;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong shared = new AtomicLong();
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
        this.hashOnTheWay = options.hash() && !sharing;
    }

    /**
     * Copies a disk into an image of at least its size. The caller finishes and closes the image.
     *
     * @throws InterruptedIOException where the calling thread was interrupted
     */
    public static Result copy(VirtualDisk source, ImageWriter target, CopyOptions options) throws IOException {
        if (source.size() > target.size()) {
            throw new IllegalArgumentException(
                    "a disk of " + source.size() + " bytes does not fit into one of " + target.size());
        }
        boolean sharing = options.share() && canShare(source, target);
        return new DiskCopy(source, target, options, sharing).run(sharing);
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
        DataChunks chunks = sharing ? DataChunks.withStoredApart(source) : DataChunks.of(source);
        ChunkWork.run(chunks, ChunkWork.usualThreads(), () -> new Copier()::work);
        Optional<GuestHash> result = Optional.empty();
        if (options.hash()) {
            // Shared runs were never read, so the hash takes a pass of its own.
            result = Optional.of(hashOnTheWay ? hash.hash() : GuestHash.of(source));
        }
        return new Result(data, written.get(), shared.get(), result);
    }

    /** In its turn a piece counts as done. */
    private void tell(Chunk chunk, long bytes) {
        data += bytes;
        options.progress().accept(new CopyOptions.Progress(chunk.end(), source.size(), data));
    }

    /** The work of one thread. */
    private final class Copier {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(DataChunks.CHUNK);
        private final GuestHash.ChunkHasher hasher = new GuestHash.ChunkHasher();

        void work(Chunk chunk, ChunkWork.Turn turn) throws IOException {
            if (chunk.stored()) {
                share(chunk, turn);
            } else {
                copy(chunk, turn);
            }
        }

        private void copy(Chunk chunk, ChunkWork.Turn turn) throws IOException {
            NonzeroRuns runs = new NonzeroRuns();
            long read = readData(chunk, runs);
            boolean hashed = hashOnTheWay && !runs.isEmpty();
            byte[] digest = hashed ? hasher.digest(buffer.clear().limit((int) chunk.length())) : new byte[0];
            List<ImageWriter.Place> places = new ArrayList<>();
            turn.take(() -> {
                for (NonzeroRuns.Run run : runs.list()) {
                    places.addAll(target.place(chunk.offset() + run.start(), run.end() - run.start()));
                }
                if (hashed) {
                    hash.add(chunk.offset(), digest);
                }
                tell(chunk, read);
            });
            for (ImageWriter.Place place : places) {
                int start = (int) (place.offset() - chunk.offset());
                write(place, buffer.clear().position(start).limit(start + (int) place.length()));
            }
        }

        /** Fills the buffer with the piece and finds what is not zero in it. How many bytes it had to read. */
        private long readData(Chunk chunk, NonzeroRuns runs) throws IOException {
            long read = 0;
            VirtualDisk.ExtentIterator extents = source.extents(chunk.offset(), chunk.length());
            while (extents.hasNext()) {
                Extent extent = extents.next();
                int start = (int) (extent.offset() - chunk.offset());
                int length = (int) extent.length();
                buffer.clear().position(start).limit(start + length);
                if (!(extent instanceof Extent.Zero)) {
                    source.read(extent.offset(), buffer);
                    runs.find(buffer, start, start + length);
                    read += length;
                } else if (hashOnTheWay) {
                    ZeroBytes.fill(buffer);
                }
            }
            return read;
        }

        private void write(ImageWriter.Place place, ByteBuffer bytes) throws IOException {
            place.file().write(place.fileOffset(), bytes);
            written.addAndGet(place.length());
        }

        private void share(Chunk chunk, ChunkWork.Turn turn) throws IOException {
            List<ImageWriter.Place> places = new ArrayList<>();
            turn.take(() -> {
                places.addAll(target.place(chunk.offset(), chunk.length()));
                tell(chunk, chunk.length());
            });
            Extent.Stored stored = (Extent.Stored) source.extent(chunk.offset(), chunk.end());
            for (ImageWriter.Place place : places) {
                share(stored, place);
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
