package dev.bothways.conversion.bundle;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImage;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.OpenOptions;
import dev.bothways.disk.archive.xva.XvaArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A disk in an archive that a machine was converted into, by the name that a manifest gives it: {@code web01.xva/Ref:2}, {@code
 * web01.ova/web01-0.vmdk}. Not every host has such a path, so the name is taken apart as a text.
 *
 * @param archive the archive's name in the machine's folder
 * @param member the disk's in the archive
 */
public record BundledDisk(String archive, String member) {
    private static final Pattern NAME = Pattern.compile("(.*\\.(?:xva|ova))/([^/]+)");

    /** The name taken apart; empty if it names a file of its own. */
    public static Optional<BundledDisk> of(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(new BundledDisk(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** The file of the machine's folder that the disk of this name lies in: the archive, or the disk's own. */
    public static String fileOf(String name) {
        return of(name).map(BundledDisk::archive).orElse(name);
    }

    /** The disk's name in the archive that it surely lies in. */
    public static String memberOf(String name) {
        return of(name).orElseThrow(() -> new IllegalArgumentException(name + " is in no archive"))
                .member();
    }

    /**
     * Opens the disk.
     *
     * @param file the archive
     * @param size of the disk, in bytes
     */
    public DiskImage open(Path file, long size) throws IOException {
        return archive.endsWith(".xva")
                ? XvaArchive.read(file).open(member, size)
                : DiskImages.open(file.resolve(member), OpenOptions.usual().as(DiskFormat.VMDK));
    }

    @Override
    public String toString() {
        return archive + "/" + member;
    }
}
