package dev.bothways.disk.archive;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Goes through a tar archive once, member by member, in bounded memory however many there are: ustar, GNU tar's long names and
 * large sizes, and pax. Folders are passed over. Links, devices, sparse members and names that lead out of the archive are
 * refused: no bundle of disks has them. An archive that ends after a whole member, without the two blocks of zeros, is taken for
 * whole, as all programs do.
 */
public final class TarReader implements Closeable {
    private static final int BLOCK = TarHeader.BLOCK;
    private static final int LONGEST_NAME = 32 << 10;
    private static final int LARGEST_RECORDS = 1 << 20;

    private final TarInput in;
    private long next;
    private long begun;
    private Optional<TarMember> present = Optional.empty();
    private boolean ended;

    private TarReader(TarInput in) {
        this.in = in;
    }

    /** Reads a file; what is not asked for is not read. It is closed with the reader. */
    public static TarReader over(HostFile archive) throws IOException {
        return new TarReader(TarInput.Seekable.of(archive));
    }

    /**
     * Reads a stream, which is closed with the reader.
     *
     * @param called what messages call the archive
     */
    public static TarReader over(InputStream archive, Path called) {
        return new TarReader(new TarInput.Streamed(archive, called));
    }

    /**
     * Goes on to the next member; empty at the end. What was not read of the one before is passed over.
     *
     * @throws DiskImageException where the archive is malformed, unsafe, or ends within the member before
     */
    public Optional<TarMember> next() throws IOException {
        if (present.isPresent()) {
            requireWhole(present.get());
            present = Optional.empty();
        }
        Told told = new Told();
        while (!ended) {
            long at = next;
            Optional<byte[]> block = block(at);
            if (block.isEmpty() || TarHeader.isZero(block.get())) {
                ended = true;
                break;
            }
            TarHeader header = TarHeader.of(block.get())
                    .orElseThrow(() -> wrong(
                            Kind.MALFORMED,
                            at,
                            at == 0
                                    ? "this is no tar archive"
                                    : "here should be a member of the archive, and is none"));
            take(header, at, told);
            if (present.isPresent()) {
                return present;
            }
        }
        if (told.any()) {
            throw wrong(Kind.TRUNCATED, next, "the archive ends after a long name, before the member that has it");
        }
        return Optional.empty();
    }

    /** Reads on in the content of the member that {@link #next} gave; -1 at its end. */
    public int read(ByteBuffer into) throws IOException {
        if (present.isEmpty()) {
            throw new IllegalStateException("there is no member to read");
        }
        long left = present.get().end() - begun;
        if (left == 0) {
            return -1;
        }
        int count = (int) Math.min(left, into.remaining());
        ByteBuffer part = into.slice().limit(count);
        int read = in.read(begun, part);
        if (read < 0) {
            throw cut(present.get());
        }
        into.position(into.position() + read);
        begun += read;
        return read;
    }

    /** What extension headers said about the member that follows them. */
    private static final class Told {
        private Optional<String> name = Optional.empty();
        private OptionalLong size = OptionalLong.empty();

        boolean any() {
            return name.isPresent() || size.isPresent();
        }
    }

    private void take(TarHeader header, long at, Told told) throws IOException {
        long size = told.size.isPresent() && !extension(header.type())
                ? told.size.getAsLong()
                : header.size().orElseThrow(() -> wrong(Kind.MALFORMED, at, "a member's size is no number"));
        if (size > Long.MAX_VALUE - 2 * BLOCK - at) {
            throw wrong(Kind.MALFORMED, at, "a member of " + size + " bytes is larger than any file");
        }
        String name = told.name.orElse(header.name());
        long content = at + BLOCK;
        next = content + Math.ceilDiv(size, BLOCK) * BLOCK;
        switch (header.type()) {
            case 'L' -> told.name = Optional.of(longName(content, size));
            case 'K' -> longName(content, size);
            case 'x', 'X' -> pax(content, size, told);
            case 'g' -> global(content, size);
            case '0', '\0', '7' -> {
                if (!name.endsWith("/")) {
                    present = Optional.of(member(name, content, size));
                    begun = content;
                } else {
                    folder(name, at, told);
                }
            }
            case '5' -> {
                next = content;
                folder(name, at, told);
            }
            case 'V' -> told.name = Optional.empty();
            default -> throw refused(header.type(), name, at);
        }
    }

    private static boolean extension(char type) {
        return type == 'L' || type == 'K' || type == 'x' || type == 'X' || type == 'g';
    }

    private void folder(String name, long at, Told told) throws DiskImageException {
        Optional<String> wrong = MemberName.wrong(name);
        if (wrong.isPresent()) {
            throw wrong(Kind.UNSAFE, at, "the folder '" + MemberName.shown(name) + "' " + wrong.get());
        }
        told.name = Optional.empty();
        told.size = OptionalLong.empty();
    }

    private TarMember member(String name, long content, long size) throws DiskImageException {
        Optional<String> wrong = MemberName.wrong(name);
        String plain = MemberName.plain(name);
        if (plain.isEmpty()) {
            wrong = Optional.of("has no name");
        }
        if (wrong.isPresent()) {
            throw wrong(
                    Kind.UNSAFE,
                    content - BLOCK,
                    "the member '" + MemberName.shown(name) + "' " + wrong.get()
                            + "; pack the archive again with plain names");
        }
        return new TarMember(plain, content, size);
    }

    private DiskImageException refused(char type, String name, long at) {
        String what = "the member '" + MemberName.shown(name) + "' ";
        return switch (type) {
            case '1', '2' ->
                wrong(Kind.UNSAFE, at, what + "is a link, which is never followed; pack the file itself instead");
            case '3', '4', '6' -> wrong(Kind.UNSAFE, at, what + "is a device or pipe; take it out");
            case 'S' -> wrong(Kind.UNSUPPORTED, at, what + "is packed as sparse; pack the archive again without that");
            case 'M' -> wrong(Kind.UNSUPPORTED, at, what + "began in another volume; join the volumes");
            default -> wrong(Kind.UNSUPPORTED, at, what + "is of the unknown type " + (int) type);
        };
    }

    private String longName(long content, long size) throws IOException {
        byte[] bytes = small(content, size, LONGEST_NAME, "a name");
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return TarHeader.text(Arrays.copyOf(bytes, end));
    }

    private Map<String, String> records(long content, long size) throws IOException {
        byte[] bytes = small(content, size, LARGEST_RECORDS, "an extended header");
        Map<String, String> records = PaxRecords.of(bytes)
                .orElseThrow(() -> wrong(Kind.MALFORMED, content, "the extended header holds no records"));
        for (String key : records.keySet()) {
            if (key.startsWith("GNU.sparse.")) {
                throw wrong(
                        Kind.UNSUPPORTED, content, "a member is packed as sparse; pack the archive again without that");
            }
        }
        return records;
    }

    private void pax(long content, long size, Told told) throws IOException {
        Map<String, String> records = records(content, size);
        String path = records.get("path");
        if (path != null) {
            told.name = Optional.of(path);
        }
        String length = records.get("size");
        if (length != null) {
            if (!length.matches("[0-9]{1,18}")) {
                throw wrong(Kind.MALFORMED, content, "a member's size is no number");
            }
            told.size = OptionalLong.of(Long.parseLong(length));
        }
    }

    private void global(long content, long size) throws IOException {
        Map<String, String> records = records(content, size);
        if (records.containsKey("path") || records.containsKey("size")) {
            throw wrong(Kind.MALFORMED, content, "a header gives all members one name or size");
        }
    }

    private byte[] small(long content, long size, int most, String what) throws IOException {
        if (size > most) {
            throw wrong(Kind.UNSAFE, content, what + " has " + size + " bytes, more than " + most);
        }
        byte[] bytes = new byte[(int) size];
        if (!fill(content, ByteBuffer.wrap(bytes))) {
            throw wrong(Kind.TRUNCATED, content, "the archive ends within " + what);
        }
        return bytes;
    }

    /** The block at this byte; empty if the archive ends before it. A last piece of zeros counts as the end, too. */
    private Optional<byte[]> block(long at) throws IOException {
        byte[] block = new byte[BLOCK];
        ByteBuffer into = ByteBuffer.wrap(block);
        if (fill(at, into)) {
            return Optional.of(block);
        }
        if (!TarHeader.isZero(block)) {
            throw wrong(Kind.TRUNCATED, at, "the archive ends within the header of a member");
        }
        return Optional.empty();
    }

    private boolean fill(long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = in.read(at, into);
            if (count < 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private void requireWhole(TarMember member) throws IOException {
        if (!in.reaches(member.end())) {
            throw cut(member);
        }
    }

    private DiskImageException cut(TarMember member) {
        return wrong(
                Kind.TRUNCATED,
                member.offset(),
                "the archive ends within the member '" + MemberName.shown(member.name()) + "', which should have "
                        + member.size() + " bytes; copy it again from where it came from");
    }

    private DiskImageException wrong(Kind kind, long at, String message) {
        return new DiskImageException(kind, in.path(), at, message);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
