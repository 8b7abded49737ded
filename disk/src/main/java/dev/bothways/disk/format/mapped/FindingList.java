package dev.bothways.disk.format.mapped;

import dev.bothways.disk.DiskImage.Finding;
import dev.bothways.disk.DiskImage.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Findings about a file as they are made: the first hundred, and how many more there were. A hostile file may give millions. */
public final class FindingList {
    private static final int KEPT = 100;

    private final Path path;
    private final List<Finding> kept = new ArrayList<>();
    private Severity worstOfMore = Severity.NOTE;
    private long more;

    /** No findings about this file yet. */
    public FindingList(Path path) {
        this.path = path;
    }

    /** Adds one about the file as a whole. */
    public void add(Severity severity, String message) {
        if (kept.size() < KEPT) {
            kept.add(new Finding(severity, path + ": " + message));
            return;
        }
        more++;
        if (severity.compareTo(worstOfMore) < 0) {
            worstOfMore = severity;
        }
    }

    /** Adds one about byte {@code offset} of the file. */
    public void add(Severity severity, long offset, String message) {
        add(severity, "at byte " + offset + ": " + message);
    }

    /** What was found, in order. */
    public List<Finding> findings() {
        List<Finding> all = new ArrayList<>(kept);
        if (more > 0) {
            all.add(new Finding(worstOfMore, path + ": " + more + " more were found"));
        }
        return List.copyOf(all);
    }
}
