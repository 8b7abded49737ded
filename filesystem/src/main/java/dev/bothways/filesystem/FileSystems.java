package dev.bothways.filesystem;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.ext.ExtFileSystem;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The doors: what a volume holds, and opening it. The volume stays the caller's to close. */
public final class FileSystems {
    private FileSystems() {}

    /** What the volume says it holds; empty where nothing known is on it. A few blocks are read. */
    public static Optional<VolumeIdentity> probe(VirtualDisk volume) throws IOException {
        return new Probe(volume).identity();
    }

    /**
     * Opens the file system for reading; the volume is not written to.
     *
     * @throws VolumeException of kind {@code UNSUPPORTED} where it holds something else, with its name
     */
    public static FileSystem open(VirtualDisk volume) throws IOException {
        if (ExtFileSystem.recognises(volume)) {
            return ExtFileSystem.open(volume);
        }
        throw notOpened(volume);
    }

    /**
     * Opens the file system for reading and writing; see {@link WritableFileSystem}.
     *
     * @param volume a writable one, usually an overlay
     * @param time what new and changed files get as their time
     * @throws VolumeException of kind {@code UNSUPPORTED} where it holds something else or is not written, by name
     */
    public static WritableFileSystem openWritable(VirtualDisk volume, Instant time) throws IOException {
        if (ExtFileSystem.recognises(volume)) {
            return ExtFileSystem.openWritable(volume, time);
        }
        throw notOpened(volume);
    }

    /**
     * As {@link #openWritable(VirtualDisk, Instant)}; new and changed files get the time at which the file system was written to
     * last, so that the same volume and the same edits give the same bytes.
     */
    public static WritableFileSystem openWritable(VirtualDisk volume) throws IOException {
        if (ExtFileSystem.recognises(volume)) {
            return ExtFileSystem.openWritable(volume, ExtFileSystem.lastWritten(volume));
        }
        throw notOpened(volume);
    }

    private static VolumeException notOpened(VirtualDisk volume) throws IOException {
        String found = probe(volume)
                .map(identity -> "the volume holds " + identity.kind().description()
                        + ", which is not read; only ext2, ext3 and ext4 are")
                .orElse("the volume holds no file system that is known; check that it is the right one");
        return new VolumeException(VolumeException.Kind.UNSUPPORTED, found);
    }
}
