package dev.bothways.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A file of the source that the host could not read, or that changed while it was read. The message is one sentence: which file,
 * where in it, what was tried, why it failed.
 */
public final class InputException extends IOException {
    private final Path path;
    private final OptionalLong offset;

    /** A failure of the file as a whole; {@code reason} says in words what was tried and why it failed. */
    public InputException(Path path, String reason, @Nullable Throwable cause) {
        super(path + ": " + reason, cause);
        this.path = path;
        this.offset = OptionalLong.empty();
    }

    /** A failure at byte {@code offset} of the file. */
    public InputException(Path path, long offset, String reason, @Nullable Throwable cause) {
        super(path + ", at byte " + offset + ": " + reason, cause);
        this.path = path;
        this.offset = OptionalLong.of(offset);
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Where in the file, in bytes, if it is one place. */
    public OptionalLong offset() {
        return offset;
    }
}
