package dev.bothways.guest;

import java.io.IOException;

/** A guest that cannot be inspected. The message is one sentence: what, where, what to do. */
public final class GuestException extends IOException {

    /** What is the matter, for programs. */
    public enum Kind {
        /** No operating system was found. */
        NONE,
        /** More than one was found. */
        AMBIGUOUS,
        /** It lies on something that is not read yet; the message names it. */
        UNSUPPORTED,
        /** A file of the guest contradicts its format. */
        MALFORMED,
        /** Reading on would use time or memory without bound, or leave the guest's own tree. */
        UNSAFE
    }

    private final Kind kind;

    /** An error with a sentence that stands by itself. */
    public GuestException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What is the matter. */
    public Kind kind() {
        return kind;
    }
}
