package dev.bothways.disk.archive;

import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A path that leads into an archive, as if that were a folder: {@code web01.ova/disk1.vmdk}. No file of the host can have such a
 * path, so there is nothing to confuse it with.
 *
 * @param archive a regular file; an archive, if the path leads anywhere
 * @param name what may be the name of a member of it
 */
public record ArchivePath(Path archive, String name) {

    /** The path taken apart, if it leads into a tar archive; empty if there is a file of this path. */
    public static Optional<ArchivePath> of(Path path) throws IOException {
        Optional<ArchivePath> below = Files.exists(path) ? Optional.empty() : below(path);
        if (below.isEmpty()) {
            return Optional.empty();
        }
        try (HostFile file = HostFile.open(below.get().archive())) {
            return TarArchive.isArchive(file) ? below : Optional.empty();
        }
    }

    /** The path taken apart, if it leads below a regular file, whatever that is. */
    public static Optional<ArchivePath> below(Path path) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return Optional.of(below(above, path));
            }
            if (Files.exists(above)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static ArchivePath below(Path archive, Path path) {
        String name = archive.relativize(path).toString();
        return new ArchivePath(archive, name.replace(path.getFileSystem().getSeparator(), "/"));
    }

    /** Whether this is a regular file, or a member of an archive. */
    public static boolean isFile(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            return true;
        }
        Optional<ArchivePath> inside = of(path);
        return inside.isPresent() && inside.get().member().isPresent();
    }

    /**
     * The real path, links followed: {@link Path#toRealPath}, and for a member, or a folder of members, that of the archive with
     * its name below.
     */
    public static Path real(Path path) throws IOException {
        Optional<ArchivePath> inside = of(path);
        if (inside.isEmpty()) {
            return path.toRealPath();
        }
        TarArchive archive = TarArchive.read(inside.get().archive().toRealPath());
        return archive.holds(inside.get().name())
                ? archive.path().resolve(MemberName.plain(inside.get().name()))
                : path.toRealPath();
    }

    /** The file of the host in which a path's bytes lie: the path itself, or the archive that it leads into. */
    public static Path holderOf(Path path) throws IOException {
        Optional<ArchivePath> inside = of(path);
        return inside.isPresent() ? inside.get().archive() : path;
    }

    /** The member, if the archive has it. */
    public Optional<TarMember> member() throws IOException {
        return TarArchive.read(archive).member(name);
    }

    /** Opens the member; empty if the archive has none of this name. */
    public Optional<HostFile> open() throws IOException {
        TarArchive opened = TarArchive.read(archive);
        Optional<TarMember> member = opened.member(name);
        return member.isPresent() ? Optional.of(opened.open(member.get())) : Optional.empty();
    }
}
