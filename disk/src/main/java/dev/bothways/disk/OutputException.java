package dev.bothways.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A file of the output that the host could not write: no space, no permission, gone. The message is one sentence: which file,
 * where in it, what was tried, why it failed.
 */
public final class OutputException extends IOException {
    private final Path path;
    private final OptionalLong offset;

    /** A refusal to write to {@code path}; {@code reason} says why in words and what to do. */
    public OutputException(Path path, String reason, @Nullable Throwable cause) {
        super(path + ": " + reason, cause);
        this.path = path;
        this.offset = OptionalLong.empty();
    }

    /** A failure at byte {@code offset} of the file. */
    public OutputException(Path path, long offset, String reason, @Nullable Throwable cause) {
        super(path + ", at byte " + offset + ": " + reason, cause);
        this.path = path;
        this.offset = OptionalLong.of(offset);
    }

    /** The file that could not be written. */
    public Path path() {
        return path;
    }

    /** Where in the file, in bytes, if it is one place. */
    public OptionalLong offset() {
        return offset;
    }
}
