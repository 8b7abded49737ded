package dev.bothways.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** An image that cannot be read as what it claims to be. The message is one sentence: what, where, what to do. */
public final class DiskImageException extends IOException {

    /** What is the matter, for programs. */
    public enum Kind {
        /** The bytes contradict the format's specification. */
        MALFORMED,
        /** The file ends before what it describes. */
        TRUNCATED,
        /** Valid, but of a kind or with a feature that is not read; the message names it. */
        UNSUPPORTED,
        /** What was asked of a new image is not possible in its format: a size, a setting, a parent. */
        REQUEST,
        /** Reading on would open a file that was not allowed, or use time or memory without bound. */
        UNSAFE
    }

    private final Kind kind;
    private final Path path;
    private final OptionalLong offset;

    /** An error of the file as a whole. */
    public DiskImageException(Kind kind, Path path, String message) {
        super(path + ": " + message);
        this.kind = kind;
        this.path = path;
        this.offset = OptionalLong.empty();
    }

    /** An error at byte {@code offset} of the file. */
    public DiskImageException(Kind kind, Path path, long offset, String message) {
        super(path + ", at byte " + offset + ": " + message);
        this.kind = kind;
        this.path = path;
        this.offset = OptionalLong.of(offset);
    }

    /** What is the matter. */
    public Kind kind() {
        return kind;
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
