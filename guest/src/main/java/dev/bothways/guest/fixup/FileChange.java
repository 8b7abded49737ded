package dev.bothways.guest.fixup;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.Place;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that happens to one file of the guest, whichever fix-ups ask for it.
 *
 * @param path of the guest, as the first edit has it
 * @param causes the fix-ups that ask for it, each with its reason, in order
 * @param summary what changes from before the first edit to after the last one, as {@link Edit#summary} tells it
 */
public record FileChange(String path, List<Cause> causes, List<String> summary) {

    /** A fix-up, and why the guest would not boot, or would lose its network or console, without it. */
    public record Cause(String fixup, String reason) {}

    /** Copies the lists. */
    public FileChange {
        causes = List.copyOf(causes);
        summary = List.copyOf(summary);
    }

    /** The changes of a plan's edits, in the order of each file's first one. */
    static List<FileChange> of(List<Edit> edits, GuestFiles files) throws IOException {
        Map<String, List<Edit>> byFile = new LinkedHashMap<>();
        for (Edit edit : edits) {
            byFile.computeIfAbsent(key(edit.path(), files), path -> new ArrayList<>())
                    .add(edit);
        }
        return byFile.values().stream()
                .map(FileChange::of)
                .filter(change -> !change.summary().isEmpty())
                .toList();
    }

    /** Two paths may lead to one file. */
    private static String key(String path, GuestFiles files) throws IOException {
        try {
            Place place = files.placeOfLink(path);
            return place.volume().device() + ":" + place.path();
        } catch (NoSuchFileException e) {
            return path; // Its directory is still to be made.
        }
    }

    private static FileChange of(List<Edit> edits) {
        List<Edit> merged = new ArrayList<>();
        for (Edit edit : edits) {
            if (edit instanceof Edit.WriteFile later
                    && !merged.isEmpty()
                    && merged.getLast() instanceof Edit.WriteFile earlier) {
                merged.removeLast();
                merged.add(new Edit.WriteFile(
                        later.fixup(),
                        later.path(),
                        earlier.before(),
                        later.after(),
                        later.attributes(),
                        later.reason()));
            } else {
                merged.add(edit);
            }
        }
        return new FileChange(
                edits.getFirst().path(),
                edits.stream()
                        .map(edit -> new Cause(edit.fixup(), edit.reason()))
                        .distinct()
                        .toList(),
                merged.stream().flatMap(edit -> edit.summary().stream()).toList());
    }
}
