package dev.bothways.guest.fixup;

import dev.bothways.filesystem.FileSystems;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.WritableFileSystem;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Blocks a plan that must change files on a file system that is read but not written, naming the volume and the feature. */
final class ReadOnlyVolumes {
    private ReadOnlyVolumes() {}

    static void block(Draft draft) throws IOException {
        Set<String> told = new HashSet<>();
        for (Edit edit : draft.edits()) {
            Volume volume = VolumeRoom.volume(draft.guest().files(), edit.path());
            boolean writable = volume.fileSystem()
                    .filter(WritableFileSystem.class::isInstance)
                    .isPresent();
            if (!writable && volume.bytes().writable() && told.add(volume.device())) {
                draft.block(
                        edit.path() + " must change, and " + volume.device() + " cannot be written: " + why(volume));
            }
        }
    }

    /** Opening it for writing again gives the reason in the file system's own words. */
    private static String why(Volume volume) throws IOException {
        try (WritableFileSystem opened = FileSystems.openWritable(volume.bytes())) {
            return "its file system " + opened.type() + " was opened for reading only";
        } catch (VolumeException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
