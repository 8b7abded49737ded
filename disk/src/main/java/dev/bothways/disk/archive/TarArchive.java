package dev.bothways.disk.archive;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.FileState;
import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a tar archive holds, found by its headers alone: each member is a range of the file, to be read in place. For archives of
 * a few large files; one of millions of small ones is better gone through with a {@link TarReader}.
 */
public final class TarArchive {
    private static final int MOST_MEMBERS = 100_000;

    private final Path path;
    private final FileState state;
    private final SequencedMap<String, TarMember> members;
    private final Optional<TarMember> cut;

    private TarArchive(FileState state, SequencedMap<String, TarMember> members, Optional<TarMember> cut) {
        this.path = state.path();
        this.state = state;
        this.members = members;
        this.cut = cut;
    }

    /**
     * Reads the headers of an archive. One that ends too early keeps what it has: only opening the member that is cut fails.
     *
     * @throws DiskImageException where it is malformed or unsafe, or two members have one name
     */
    public static TarArchive read(Path path) throws IOException {
        SequencedMap<String, TarMember> members = new LinkedHashMap<>();
        FileState state = FileState.of(path);
        try (HostFile file = HostFile.open(path);
                TarReader reader = TarReader.over(file)) {
            long length = file.size();
            for (Optional<TarMember> next = reader.next(); next.isPresent(); next = reader.next()) {
                TarMember member = next.get();
                if (members.put(member.name(), member) != null) {
                    throw new DiskImageException(
                            Kind.UNSAFE,
                            path,
                            member.offset(),
                            "there are two members called '" + MemberName.shown(member.name())
                                    + "', and programs differ in which of them they take");
                }
                if (members.size() > MOST_MEMBERS) {
                    throw new DiskImageException(
                            Kind.UNSUPPORTED, path, "the archive has more than " + MOST_MEMBERS + " members");
                }
                if (member.end() > length) {
                    return new TarArchive(state, members, Optional.of(member));
                }
            }
        }
        return new TarArchive(state, members, Optional.empty());
    }

    /** Whether a file begins as a tar archive does. */
    public static boolean isArchive(HostFile file) throws IOException {
        byte[] block = new byte[TarHeader.BLOCK];
        if (file.size() < block.length) {
            return false;
        }
        file.read(0, ByteBuffer.wrap(block));
        return !TarHeader.isZero(block) && TarHeader.of(block).isPresent();
    }

    /** Where the archive lies. */
    public Path path() {
        return path;
    }

    /** The members, in the archive's order. */
    public List<TarMember> members() {
        return List.copyOf(members.values());
    }

    /** The member of this name. */
    public Optional<TarMember> member(String name) {
        return Optional.ofNullable(members.get(MemberName.plain(name)));
    }

    /** Whether there is a member of this name, or in a folder of this name. */
    boolean holds(String name) {
        String plain = MemberName.plain(name);
        return members.containsKey(plain)
                || members.keySet().stream().anyMatch(member -> member.startsWith(plain + "/"));
    }

    /** The member that the end of the archive cuts, if it ends too early. */
    public Optional<TarMember> cut() {
        return cut;
    }

    /** What a member is called as a path: below the archive, as if that were a folder. {@link HostFile#open} takes it. */
    public Path pathOf(TarMember member) throws DiskImageException {
        try {
            return path.resolve(member.name());
        } catch (InvalidPathException e) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "this system has no path for the member '" + MemberName.shown(member.name()) + "'");
        }
    }

    /** Opens a member as a file of its own: a range of the archive, which stays as it is. */
    public HostFile open(TarMember member) throws IOException {
        if (cut.isPresent() && cut.get().equals(member)) {
            throw new DiskImageException(
                    Kind.TRUNCATED,
                    path,
                    "the archive ends within the member '" + MemberName.shown(member.name())
                            + "', which should have " + member.size()
                            + " bytes; copy it again from where it came from");
        }
        HostFile file = HostFile.openRange(path, pathOf(member), member.offset(), member.size());
        try {
            state.requireUnchanged();
            return file;
        } catch (IOException e) {
            try (file) {
                throw e;
            }
        }
    }
}
