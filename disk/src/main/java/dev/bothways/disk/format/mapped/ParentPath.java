package dev.bothways.disk.format.mapped;

import dev.bothways.disk.OutputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a new differencing disk names its parent: as Windows does, with backslashes.
 *
 * @param relative from the new disk's folder, beginning with a dot; where there is no way (another drive), the name alone
 * @param absolute where the host is Windows; an absolute path of another system would mean nothing, and tell of this host
 * @param name the last part
 */
public record ParentPath(String relative, Optional<String> absolute, String name) {
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:\\\\.*");

    /** The names of {@code parent} for a disk at {@code child}, whose folder must be there. */
    public static ParentPath of(Path child, Path parent) throws IOException {
        Path folder = child.toAbsolutePath().getParent();
        if (folder == null) {
            throw new OutputException(child, "cannot be created, for its folder does not exist", null);
        }
        Path from = folder.toRealPath();
        Path to = parent.toRealPath();
        String name = String.valueOf(to.getFileName());
        boolean sameRoot = String.valueOf(from.getRoot()).equals(String.valueOf(to.getRoot()));
        String way = (sameRoot ? from.relativize(to).toString() : name).replace('/', '\\');
        String absolute = to.toString();
        return new ParentPath(
                way.startsWith("..") ? way : ".\\" + way,
                DRIVE.matcher(absolute).matches() ? Optional.of(absolute) : Optional.empty(),
                name);
    }
}
