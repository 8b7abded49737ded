package dev.bothways.guest.fixup;

import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.Place;
import dev.bothways.guest.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a set of edits takes on each volume, and what was free there before: what a refusal tells, by the volume's name. */
final class VolumeRoom {
    private static final double MEBIBYTE = 1 << 20;

    private final GuestFiles files;
    private final Map<String, Long> needed = new HashMap<>();
    private final Map<String, Long> free = new HashMap<>();

    private VolumeRoom(GuestFiles files) {
        this.files = files;
    }

    static VolumeRoom before(List<Edit> edits, GuestFiles files) throws IOException {
        VolumeRoom room = new VolumeRoom(files);
        for (Volume volume : files.mounts().values()) {
            room.free.put(
                    volume.device(),
                    volume.fileSystem().map(FileSystem::freeBytes).orElse(0L));
        }
        for (Edit edit : edits) {
            room.needed.merge(volume(files, edit.path()).device(), growth(edit), Long::sum);
        }
        return room;
    }

    private static long growth(Edit edit) {
        return switch (edit) {
            case Edit.WriteFile write ->
                Math.max(
                        0,
                        write.after().size()
                                - write.before().map(FileContent::size).orElse(0));
            case Edit.WriteFolder folder ->
                folder.files().values().stream().mapToLong(FileContent::size).sum();
            case Edit.AppendFile append -> append.added().size();
            case Edit.RemoveFile remove -> 0;
            case Edit.MakeLink link -> 0;
            case Edit.MakeDirectory directory -> 0;
            case Edit.WriteBytes bytes -> 0;
        };
    }

    /** The volume that holds a path, or will: its directory may be one that is still to be made. */
    static Volume volume(GuestFiles files, String path) throws IOException {
        String at = path;
        while (true) {
            try {
                Place place = files.placeOfLink(at);
                return place.volume();
            } catch (NoSuchFileException e) {
                int slash = at.lastIndexOf('/');
                if (slash <= 0) {
                    return files.place("/").volume();
                }
                at = at.substring(0, slash);
            }
        }
    }

    /** The error of an edit with the volume's name in it; where there is no room, with how much is needed. */
    VolumeException told(Edit edit, VolumeException e) throws IOException {
        String device = volume(files, edit.path()).device();
        String sentence = device + ": " + e.getMessage();
        if (e.kind() == VolumeException.Kind.FULL) {
            sentence += String.format(
                    java.util.Locale.ROOT,
                    " (the changes need %.1f MiB there, and %.1f MiB are free)",
                    needed.getOrDefault(device, 0L) / MEBIBYTE,
                    free.getOrDefault(device, 0L) / MEBIBYTE);
        }
        VolumeException named = new VolumeException(e.kind(), sentence);
        named.initCause(e);
        return named;
    }
}
