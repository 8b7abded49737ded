package dev.bothways.filesystem.ext;

import dev.bothways.filesystem.VolumeException;

/** The sentences of refusal, all of one form. */
final class Faults {
    private Faults() {}

    /** The bytes contradict the layout; {@code what} names the place and the contradiction. */
    static VolumeException malformed(String what) {
        return new VolumeException(
                VolumeException.Kind.MALFORMED, "the ext file system is damaged: " + what + "; run e2fsck -f on it");
    }

    /** Valid, but not read or written here; {@code what} names the feature and the way out. */
    static VolumeException unsupported(String what) {
        return new VolumeException(VolumeException.Kind.UNSUPPORTED, "the ext file system " + what);
    }

    /** Following it would take time or memory without bound. */
    static VolumeException unsafe(String what) {
        return new VolumeException(VolumeException.Kind.UNSAFE, "the ext file system is not followed further: " + what);
    }

    /** No room for an edit. */
    static VolumeException full(String what) {
        return new VolumeException(VolumeException.Kind.FULL, "the ext file system is full: " + what);
    }
}
