package dev.bothways.conversion.bundle;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.Extent;
import dev.bothways.disk.FileState;
import dev.bothways.disk.ImageDescription;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.Unfinished;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The disks of a packed archive, in which there is no way to a byte but past all before. All are unpacked when the first one is
 * opened, and removed when the last one is closed, when unpacking fails, and when the program is told to end.
 */
final class UnpackedDisks {
    private final Path archive;
    private final FileState state;
    private final Scratch scratch;
    private final long least;
    private final long most;
    private final Unpacking unpacking;
    private Optional<Held> held = Optional.empty();

    /** Puts the disks of the archive into a folder. */
    @FunctionalInterface
    interface Unpacking {
        Disks into(Path folder) throws IOException;
    }

    /** Disks that are unpacked. */
    @FunctionalInterface
    interface Disks {
        DiskImage open(String name, OpenOptions options) throws IOException;
    }

    /**
     * Disks that nobody has opened yet.
     *
     * @param archive the file that descriptions name
     * @param most how many bytes they have together at most
     */
    UnpackedDisks(Path archive, Scratch scratch, long most, Unpacking unpacking) throws IOException {
        this.archive = archive;
        this.state = FileState.of(archive);
        this.scratch = scratch;
        this.least = Math.min(Files.size(archive), most);
        this.most = most;
        this.unpacking = unpacking;
    }

    /** What someone should know who waits for it. */
    String warning(String packing) {
        return archive + " is packed with " + packing
                + ", so its disks are unpacked before they are read, into a temporary folder and up to " + most
                + " bytes";
    }

    /** Opens a disk; the caller closes it. */
    synchronized DiskImage open(String name, OpenOptions options) throws IOException {
        Held unpacked = held.isPresent() ? held.get() : new Held(scratch.begin(archive, least, most));
        held = Optional.of(unpacked);
        unpacked.open++;
        try {
            if (unpacked.disks.isEmpty()) {
                unpacked.disks = Optional.of(unpacking.into(unpacked.folder));
            }
            return new Unpacked(unpacked.disks.get().open(name, options), unpacked);
        } catch (DiskImageException e) {
            release(unpacked);
            throw ofTheArchive(e, unpacked.folder);
        } catch (IOException | RuntimeException e) {
            release(unpacked);
            throw e;
        }
    }

    /** What is wrong with an unpacked file, nobody could look at any more. */
    private DiskImageException ofTheArchive(DiskImageException e, Path folder) {
        if (!e.path().startsWith(folder)) {
            return e;
        }
        String rest =
                String.valueOf(e.getMessage()).substring(e.path().toString().length());
        DiskImageException told = new DiskImageException(
                e.kind(), archive, e.offset().isPresent() ? "unpacked" + rest : rest.substring(": ".length()));
        told.initCause(e);
        return told;
    }

    private synchronized void release(Held unpacked) throws IOException {
        if (--unpacked.open == 0) {
            held = Optional.empty();
            unpacked.remove();
        }
    }

    /** What lies in the folder now. */
    private static final class Held {
        private final Path folder;
        private final Unfinished registered;
        private int open;
        private Optional<Disks> disks = Optional.empty();

        Held(Path folder) {
            this.folder = folder;
            this.registered = Unfinished.scratch(() -> Scratch.remove(folder));
        }

        void remove() throws IOException {
            registered.complete(() -> Scratch.remove(folder));
        }
    }

    /** A disk that lets go of the folder when it is closed. */
    private final class Unpacked implements DiskImage {
        private final DiskImage image;
        private final Held from;
        private boolean closed;

        Unpacked(DiskImage image, Held from) {
            this.image = image;
            this.from = from;
        }

        @Override
        public ImageDescription describe() throws IOException {
            ImageDescription inside = image.describe();
            return new ImageDescription(
                    inside.format(),
                    inside.variant(),
                    inside.size(),
                    inside.sectorSize(),
                    inside.unit(),
                    List.of(archive),
                    inside.details());
        }

        @Override
        public void requireUnchanged() throws IOException {
            state.requireUnchanged();
        }

        @Override
        public List<Finding> check() throws IOException {
            return image.check();
        }

        @Override
        public long size() {
            return image.size();
        }

        @Override
        public int sectorSize() {
            return image.sectorSize();
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            image.read(offset, into);
        }

        @Override
        public Extent extent(long offset, long limit) throws IOException {
            return image.extent(offset, limit);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try {
                image.close();
            } finally {
                release(from);
            }
        }
    }
}
