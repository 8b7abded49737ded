package dev.bothways.disk;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A disk that lies in one or more files of the host. It owns them: closing it closes them. */
public interface DiskImage extends VirtualDisk {

    /** What the image says of itself. */
    ImageDescription describe() throws IOException;

    /**
     * Looks at all of the image's structure (not at the guest's data) and tells what is wrong with it; empty if nothing is.
     * It finds what opening does not need to look at: ranges of the file used twice, space lost, copies that differ.
     */
    List<Finding> check() throws IOException;

    /**
     * Whether there is a structure that {@link #check} looks at. Without one, no finding means nothing: any bytes are such an
     * image, or opening it has looked at everything.
     */
    default boolean isCheckable() {
        return true;
    }

    /** The image that this one holds the differences to, if there is one; closing this one closes it. */
    default Optional<DiskImage> parent() {
        return Optional.empty();
    }

    /** One thing wrong with an image, in one sentence that names the place. */
    record Finding(Severity severity, String message) {}

    /** How bad a {@link Finding} is. */
    enum Severity {
        /** Some guest data is wrong or may become so when the image is written to. */
        ERROR,
        /** Only space is lost, or a spare copy. */
        LEAK,
        /** Allowed, but other programs may stumble over it. */
        NOTE
    }
}
