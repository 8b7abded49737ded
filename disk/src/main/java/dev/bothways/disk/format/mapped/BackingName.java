package dev.bothways.disk.format.mapped;

import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of files and formats that QEMU's images hold: they may also be addresses, which are never followed. */
public final class BackingName {
    private static final Pattern PROTOCOL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*", Pattern.DOTALL);
    private static final String FILE = "file:";

    private BackingName() {}

    /**
     * The path that a name means.
     *
     * @param image that holds the name
     * @param what the name is of, in words: {@code its parent}
     * @throws DiskImageException where it is an address: {@code json:...}, {@code nbd://...}
     */
    public static String path(Path image, String what, String name) throws DiskImageException {
        String path = name.startsWith(FILE) ? name.substring(FILE.length()) : name;
        int slash = path.indexOf('/');
        String start = slash < 0 ? path : path.substring(0, slash);
        var protocol = PROTOCOL.matcher(start);
        if (protocol.matches()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    image,
                    "%s is named by an address that begins with '%s:'; only files are opened, copy it into one"
                            .formatted(what, protocol.group(1)));
        }
        return path;
    }

    /**
     * The format that QEMU calls so.
     *
     * @throws DiskImageException where it is none that is read
     */
    public static DiskFormat format(Path image, String word) throws DiskImageException {
        String lower = word.toLowerCase(Locale.ROOT);
        Optional<DiskFormat> format = switch (lower) {
            case "vpc" -> Optional.of(DiskFormat.VHD);
            case "file", "host_device" -> Optional.of(DiskFormat.RAW);
            default -> DiskFormat.labelled(lower);
        };
        return format.orElseThrow(() -> new DiskImageException(
                Kind.UNSUPPORTED, image, "its parent is said to be of the format '" + word + "', which is not read"));
    }

    /** QEMU's word for a format. */
    public static String word(DiskFormat format) {
        return format == DiskFormat.VHD ? "vpc" : format.label();
    }

    /** The name of a parent, as an image beside or apart from it holds it: relative to the image's own folder. */
    public static String of(Path image, Path parent) {
        Path from = SecondaryFiles.folderOf(image.toAbsolutePath().normalize());
        Path to = parent.toAbsolutePath().normalize();
        boolean related = Objects.equals(from.getRoot(), to.getRoot());
        String name = (related ? from.relativize(to) : to).toString().replace('\\', '/');
        int colon = name.indexOf(':');
        int slash = name.indexOf('/');
        // What has a colon in its first part looks like an address.
        return related && colon >= 0 && (slash < 0 || colon < slash) ? "./" + name : name;
    }
}
