package dev.bothways.disk;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The place for the output refused: no space, no permission, gone. The message is one sentence and names the file. */
public final class OutputException extends IOException {
    private final Path path;

    /** A refusal to write to {@code path}; {@code reason} says why in words and what to do. */
    public OutputException(Path path, String reason, @Nullable Throwable cause) {
        super(path + ": " + reason, cause);
        this.path = path;
    }

    /** The file that could not be written. */
    public Path path() {
        return path;
    }
}
