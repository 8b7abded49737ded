package dev.bothways.filesystem;

import java.util.Optional;

/**
 * What a volume says it holds.
 *
 * @param uuid the identity in the form that {@code blkid} prints, where it is cheap to find
 * @param label the label, where it is cheap to find
 */
public record VolumeIdentity(FileSystemKind kind, Optional<String> uuid, Optional<String> label) {

    /** The kind's name for programs: {@code ext4}, {@code xfs}, {@code LVM2_member}. */
    public String type() {
        return kind.type();
    }
}
