package dev.bothways.disk.archive.xva;

import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.FileState;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.InputException;
import dev.bothways.disk.archive.TarMember;
import dev.bothways.disk.archive.TarReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * An XVA, read in place.
 *
 * <p>It is a tar archive of {@code ova.xml}, the definition, and then of each disk in turn {@code FOLDER/NUMBER}, a chunk of 1
 * MiB (the last one what is left), and {@code FOLDER/NUMBER.xxhash} (XXH64) or {@code .checksum} (SHA-1), its sum. Folders are
 * the ids of the disks in the definition, in the order of their texts; numbers have eight digits and ascend. Chunks of zeros
 * are left out but for a disk's first and last one. {@link ChunkPlaces} says where a chunk belongs. The whole may be compressed
 * with gzip or zstd; {@link XvaStream} reads it then. After XAPI 1.4 to 25 (XenServer 5 to 8, XCP-ng 8.3).
 */
public final class XvaArchive {
    /** The first member. */
    public static final String DEFINITION = "ova.xml";

    private static final int LARGEST_DEFINITION = 4 << 20;
    private static final int HEAD = 512;

    private final Path path;
    private final FileState state;
    private final Map<String, ChunkRuns> disks;

    private XvaArchive(FileState state, Map<String, ChunkRuns> disks) {
        this.path = state.path();
        this.state = state;
        this.disks = disks;
    }

    /** How a file is packed, if it is an XVA: whether it (or what is compressed in it) is a tar archive that begins so. */
    public static Optional<XvaPacking> packing(Path file) throws IOException {
        byte[] head = new byte[HEAD];
        XvaPacking packing;
        try (InputStream in = XvaPacking.PLAIN.open(file)) {
            packing = XvaPacking.of(in.readNBytes(HEAD));
        }
        try (InputStream in = packing.open(file)) {
            if (in.readNBytes(head, 0, HEAD) < HEAD) {
                return Optional.empty();
            }
        } catch (InputException e) {
            throw e;
        } catch (IOException | RuntimeException notPackedSo) {
            return Optional.empty();
        }
        String name = new String(head, 0, DEFINITION.length(), StandardCharsets.ISO_8859_1);
        boolean named = name.equals(DEFINITION) && head[DEFINITION.length()] == 0;
        boolean tar = new String(head, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
        return named && tar ? Optional.of(packing) : Optional.empty();
    }

    /** The definition in an archive, compressed or not. */
    public static byte[] definition(Path file) throws IOException {
        XvaPacking packing = packing(file)
                .orElseThrow(() -> new DiskImageException(
                        Kind.MALFORMED, file, "this is no XVA: no tar archive that begins with " + DEFINITION));
        try (TarReader reader = TarReader.over(packing.open(file), file)) {
            TarMember member = reader.next()
                    .orElseThrow(() -> new DiskImageException(Kind.TRUNCATED, file, "the archive is empty"));
            return definition(reader, member, file);
        } catch (EOFException | ZipException | RuntimeException e) {
            throw unpackable(file, packing, e);
        }
    }

    static byte[] definition(TarReader reader, TarMember member, Path file) throws IOException {
        if (!member.name().equals(DEFINITION) || member.size() > LARGEST_DEFINITION) {
            throw new DiskImageException(
                    Kind.MALFORMED, file, "the first member is no " + DEFINITION + " of at most 4 MiB");
        }
        ByteBuffer content = ByteBuffer.allocate((int) member.size());
        while (content.hasRemaining() && reader.read(content) >= 0) {
            // Reads on.
        }
        return content.array();
    }

    /** What a decompressor throws where its input is damaged. */
    static IOException unpackable(Path file, XvaPacking packing, Exception e) {
        if (packing == XvaPacking.PLAIN && e instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        if (packing == XvaPacking.PLAIN && e instanceof IOException unexpected) {
            return unexpected;
        }
        DiskImageException damaged = new DiskImageException(
                Kind.MALFORMED,
                file,
                "it cannot be unpacked with " + packing.label() + " (" + e.getMessage()
                        + "); copy it again from where it came from");
        damaged.initCause(e);
        return damaged;
    }

    /**
     * Finds the chunks of an archive that is not compressed, by the headers of its members.
     *
     * @throws DiskImageException where it is malformed or ends too early
     */
    public static XvaArchive read(Path path) throws IOException {
        Map<String, ChunkRuns> disks = new LinkedHashMap<>();
        FileState state = FileState.of(path);
        try (TarReader reader = TarReader.over(HostFile.open(path))) {
            ChunkPlaces places = new ChunkPlaces(path);
            Optional<TarMember> next = reader.next();
            while (next.isPresent()) {
                TarMember member = next.get();
                next = reader.next();
                Optional<ChunkName> name = ChunkName.of(member.name());
                if (name.isPresent() && name.get().sum().isEmpty()) {
                    long offset = places.next(name.get(), member.size(), member.offset());
                    Optional<TarMember> sum = next.filter(beside -> isSum(beside, name.get()));
                    if (sum.isPresent()) {
                        requireWhole(path, sum.get());
                        next = reader.next();
                    }
                    if (member.size() > 0) {
                        disks.computeIfAbsent(name.get().folder(), any -> new ChunkRuns())
                                .add(chunk(member, offset, sum));
                    }
                }
            }
        }
        return new XvaArchive(state, disks);
    }

    private static boolean isSum(TarMember member, ChunkName chunk) {
        return ChunkName.of(member.name()).filter(name -> name.belongsTo(chunk)).isPresent();
    }

    /** A sum of another length than its kind's would be read as something else. */
    static void requireWhole(Path path, TarMember member) throws DiskImageException {
        int digits = ChunkName.of(member.name())
                .flatMap(ChunkName::sum)
                .orElseThrow()
                .digits();
        if (member.size() != digits) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    member.offset(),
                    "the checksum " + XvaText.shown(member.name()) + " has " + member.size() + " bytes instead of "
                            + digits);
        }
    }

    private static ChunkRuns.Chunk chunk(TarMember member, long offset, Optional<TarMember> sum) {
        return new ChunkRuns.Chunk(
                0,
                offset,
                (int) member.size(),
                member.offset(),
                sum.flatMap(beside -> ChunkName.of(beside.name())).flatMap(ChunkName::sum),
                sum.map(TarMember::offset).orElse(0L));
    }

    /** The folders with chunks, in the archive's order. */
    public List<String> folders() {
        return List.copyOf(disks.keySet());
    }

    /**
     * Opens a disk. Every chunk's checksum is checked when it is first read.
     *
     * @param folder the one of its chunks
     * @param size what the definition says that the guest sees, in bytes
     * @throws DiskImageException where the chunks do not make up such a disk
     */
    public DiskImage open(String folder, long size) throws IOException {
        ChunkRuns runs = disks.getOrDefault(folder, new ChunkRuns());
        String disk = "the disk " + XvaText.shown(folder);
        if (runs.chunks() == 0 && size > 0) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    path,
                    disk + " has no chunks; export the machine with its disks, not its metadata alone");
        }
        if (runs.end() > size) {
            throw new DiskImageException(
                    Kind.MALFORMED,
                    path,
                    disk + " has chunks up to byte " + runs.end() + ", and the definition gives it " + size + " bytes");
        }
        HostFile file = HostFile.open(path);
        try {
            state.requireUnchanged();
            if (runs.end() < size && !endsProperly(file)) {
                throw new DiskImageException(
                        Kind.TRUNCATED,
                        path,
                        disk + " ends at byte " + runs.end() + " of " + size
                                + ", and so does the archive; copy it again from where it came from");
            }
            return new XvaImage(file, folder, runs, size);
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    /** Whether there are the blocks of zeros at the end, which a cut archive has not. */
    private static boolean endsProperly(HostFile file) throws IOException {
        long size = file.size();
        byte[] end = new byte[(int) Math.min(2 * HEAD, size)];
        file.read(size - end.length, ByteBuffer.wrap(end));
        for (byte b : end) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
