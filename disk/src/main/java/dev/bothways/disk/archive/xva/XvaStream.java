package dev.bothways.disk.archive.xva;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.ImageWriter;
import dev.bothways.disk.archive.TarMember;
import dev.bothways.disk.archive.TarReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;

/**
 * Goes through an XVA once, from its beginning to its end, and copies its disks: for one that is compressed, in which there is no
 * way to a chunk but past all before it. What it writes is bounded by the disks' sizes, whatever the stream unpacks to.
 */
public final class XvaStream {
    private final Path archive;
    private final Map<String, Long> sizes;
    private final Target target;
    private final LongConsumer progress;
    private final Set<String> copied = new HashSet<>();

    /** Gives the image that a disk is copied into. */
    @FunctionalInterface
    public interface Target {
        /**
         * Begins an image for the disk, of its size; it is finished and closed when the disk is whole, and closed where it is not.
         */
        ImageWriter begin(String folder, long size) throws IOException;
    }

    private XvaStream(Path archive, Map<String, Long> sizes, Target target, LongConsumer progress) {
        this.archive = archive;
        this.sizes = Map.copyOf(sizes);
        this.target = target;
        this.progress = progress;
    }

    /**
     * Copies disks, one at a time, in the order of the archive.
     *
     * @param archive an XVA, compressed or not
     * @param sizes of the disks wanted, in bytes, by folder; others are passed over
     * @param progress is told how many bytes of disks are done
     * @throws DiskImageException where the archive is malformed, a checksum differs, or a disk is not in it
     */
    public static void copy(Path archive, Map<String, Long> sizes, Target target, LongConsumer progress)
            throws IOException {
        XvaPacking packing = XvaArchive.packing(archive).orElse(XvaPacking.PLAIN);
        try (TarReader reader = TarReader.over(packing.open(archive), archive)) {
            new XvaStream(archive, sizes, target, progress).run(reader);
        } catch (EOFException | ZipException | RuntimeException e) {
            throw XvaArchive.unpackable(archive, packing, e);
        }
    }

    private void run(TarReader reader) throws IOException {
        ChunkPlaces places = new ChunkPlaces(archive);
        Optional<Copy> copy = Optional.empty();
        try {
            Optional<TarMember> next = reader.next();
            while (next.isPresent()) {
                TarMember member = next.get();
                Optional<ChunkName> name = ChunkName.of(member.name());
                if (name.isEmpty() || name.get().sum().isPresent()) {
                    next = reader.next();
                    continue;
                }
                ChunkName chunk = name.get();
                long offset = places.next(chunk, member.size(), member.offset());
                if (copy.isPresent() && !copy.get().folder.equals(chunk.folder())) {
                    copy.get().finish();
                    copy = Optional.empty();
                }
                if (!sizes.containsKey(chunk.folder())) {
                    next = reader.next();
                    continue;
                }
                if (copy.isEmpty()) {
                    copy = Optional.of(begin(chunk.folder()));
                }
                next = copy.get().take(reader, member, chunk, offset);
            }
            if (copy.isPresent()) {
                copy.get().finish();
                copy = Optional.empty();
            }
        } finally {
            if (copy.isPresent()) {
                copy.get().writer.close();
            }
        }
        for (Map.Entry<String, Long> wanted : sizes.entrySet()) {
            if (!copied.contains(wanted.getKey())) {
                throw new DiskImageException(
                        Kind.TRUNCATED,
                        archive,
                        "the disk " + XvaText.shown(wanted.getKey())
                                + " has no chunks; export the machine with its disks, not its metadata alone");
            }
        }
    }

    private Copy begin(String folder) throws IOException {
        long size = sizes.getOrDefault(folder, 0L);
        copied.add(folder);
        return new Copy(folder, size, target.begin(folder, size));
    }

    /** A disk being copied. */
    private final class Copy {
        private final String folder;
        private final long size;
        private final ImageWriter writer;
        private ByteBuffer buffer = ByteBuffer.allocateDirect(ChunkPlaces.CHUNK);
        private long end;

        Copy(String folder, long size, ImageWriter writer) {
            this.folder = folder;
            this.size = size;
            this.writer = writer;
        }

        /** Takes a chunk and its checksum; gives the member after them. */
        Optional<TarMember> take(TarReader reader, TarMember member, ChunkName chunk, long offset) throws IOException {
            if (offset + member.size() > size) {
                throw wrong(
                        Kind.MALFORMED,
                        member,
                        "the chunk " + XvaText.shown(chunk.chunk())
                                + " reaches byte " + (offset + member.size()) + ", and the definition gives the disk "
                                + size
                                + " bytes");
            }
            if (buffer.capacity() < member.size()) {
                buffer = ByteBuffer.allocateDirect((int) member.size());
            }
            fill(reader, buffer.clear().limit((int) member.size()));
            buffer.flip();
            Optional<TarMember> next = reader.next();
            Optional<ChunkSum> sum = next.flatMap(beside -> ChunkName.of(beside.name()))
                    .filter(name -> name.belongsTo(chunk))
                    .flatMap(ChunkName::sum);
            if (sum.isPresent()) {
                XvaArchive.requireWhole(archive, next.orElseThrow());
                ByteBuffer digits = ByteBuffer.allocate(sum.get().digits());
                fill(reader, digits);
                String said = new String(digits.array(), StandardCharsets.ISO_8859_1);
                if (!sum.get().of(buffer).equalsIgnoreCase(said)) {
                    throw wrong(
                            Kind.MALFORMED,
                            member,
                            "the chunk " + XvaText.shown(chunk.chunk())
                                    + " is damaged (its checksum differs); copy the archive again from where it came from");
                }
                next = reader.next();
            }
            write(offset);
            end = offset + member.size();
            progress.accept(end);
            return next;
        }

        private void write(long offset) throws IOException {
            if (!buffer.hasRemaining()) {
                return;
            }
            int length = buffer.remaining();
            for (ImageWriter.Place place : writer.place(offset, length)) {
                int start = (int) (place.offset() - offset);
                place.file().write(place.fileOffset(), buffer.slice(start, (int) place.length()));
            }
        }

        void finish() throws IOException {
            if (end < size && end == 0) {
                throw new DiskImageException(
                        Kind.TRUNCATED,
                        archive,
                        "the disk " + XvaText.shown(folder) + " has no chunk with bytes in it");
            }
            try (writer) {
                writer.finish();
            }
        }
    }

    private static void fill(TarReader reader, ByteBuffer into) throws IOException {
        while (into.hasRemaining() && reader.read(into) >= 0) {
            // Reads on; the reader refuses a member that is cut.
        }
    }

    private DiskImageException wrong(Kind kind, TarMember member, String message) {
        return new DiskImageException(kind, archive, member.offset(), message);
    }
}
