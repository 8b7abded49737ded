package dev.bothways.filesystem;

import java.io.IOException;

/** A partition table, volume or file system that cannot be read or edited. One sentence: what, where, what to do. */
public final class VolumeException extends IOException {

    /** What is the matter, for programs. */
    public enum Kind {
        /** The bytes contradict the specification. */
        MALFORMED,
        /** Valid, but with a feature that is not read or not written; the message names it. */
        UNSUPPORTED,
        /** Reading on would use time or memory without bound. */
        UNSAFE,
        /** No room for an edit. */
        FULL
    }

    private final Kind kind;

    /** An error with a sentence that stands by itself. */
    public VolumeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What is the matter. */
    public Kind kind() {
        return kind;
    }
}
