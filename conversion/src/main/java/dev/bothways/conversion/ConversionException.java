package dev.bothways.conversion;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A verb that could not do what was asked. The message is one sentence: what, where, what to do about it. */
public final class ConversionException extends IOException {

    /** Whose matter it is; decides the exit code of the command line. */
    public enum Kind {
        /** What was asked makes no sense; nothing was opened. */
        USAGE,
        /** The source is malformed, unsafe or unsupported. */
        SOURCE,
        /** The guest cannot be made to run on the target. */
        GUEST,
        /** The place for the output: space, permission, it exists already. */
        OUTPUT,
        /** A converted machine is not what its manifest says, or did not boot. */
        VERIFICATION
    }

    private final Kind kind;

    /** An error with a sentence that stands by itself. */
    public ConversionException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** An error with the exception underneath, if there is one. */
    public ConversionException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Whose matter it is. */
    public Kind kind() {
        return kind;
    }
}
