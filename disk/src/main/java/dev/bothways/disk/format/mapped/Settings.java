package dev.bothways.disk.format.mapped;

import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** The settings of a new image that only its format knows, each taken once; what is asked for and not known is refused. */
public final class Settings {
    private final Path path;
    private final Map<String, String> settings;

    private Settings(Path path, Map<String, String> settings) {
        this.path = path;
        this.settings = settings;
    }

    /**
     * The settings that a caller asked for.
     *
     * @param path of the new image, for messages
     * @param known the names that the format has
     * @throws DiskImageException where another one was asked for
     */
    public static Settings of(Path path, CreateOptions options, List<String> known) throws DiskImageException {
        for (String name : new TreeSet<>(options.settings().keySet())) {
            if (!known.contains(name)) {
                throw new DiskImageException(
                        Kind.UNSUPPORTED,
                        path,
                        "the format has no setting '" + name + "'"
                                + (known.isEmpty() ? "" : "; it has " + String.join(", ", known)));
            }
        }
        return new Settings(path, options.settings());
    }

    /** Refuses compression, which the format has not. */
    public static void refuseCompression(Path path, CreateOptions options) throws DiskImageException {
        if (options.compressed()) {
            throw new DiskImageException(Kind.UNSUPPORTED, path, "the format cannot be compressed");
        }
    }

    /** Refuses a pipe, where what is written first is known last. */
    public static void refusePipe(Path path, CreateOptions options) throws DiskImageException {
        if (options.pipe().isPresent()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "such an image cannot go into a pipe, for its beginning is written last;"
                            + " write it to a file, or as raw, as a fixed VHD or as a stream-optimised VMDK");
        }
    }

    /** Refuses a parent, which the format (or this kind of it) cannot have. */
    public static void refuseParent(Path path, CreateOptions options) throws DiskImageException {
        if (options.parent().isPresent()) {
            throw new DiskImageException(Kind.UNSUPPORTED, path, "such an image cannot have a parent");
        }
    }

    /**
     * One of several words.
     *
     * @param usual the one where none was asked for
     * @throws DiskImageException where it is none of {@code words}; letters count in either case
     */
    public String word(String name, String usual, List<String> words) throws DiskImageException {
        String asked = settings.getOrDefault(name, usual);
        for (String word : words) {
            if (word.toLowerCase(Locale.ROOT).equals(asked.toLowerCase(Locale.ROOT))) {
                return word;
            }
        }
        throw new DiskImageException(
                Kind.UNSUPPORTED, path, name + " cannot be '" + asked + "'; it is one of " + String.join(", ", words));
    }

    /** Whether something is {@code on}; {@code usual} where nothing was asked for. */
    public boolean isOn(String name, boolean usual) throws DiskImageException {
        return word(name, usual ? "on" : "off", List.of("on", "off")).equals("on");
    }
}
