package dev.bothways.filesystem.ext;

import java.util.ArrayList;
import java.util.List;

/**
 * All blocks of a file in memory, to be edited and stored again.
 *
 * @param runs its content's runs in order, no holes among them
 * @param maps the blocks that hold the map itself
 */
record Layout(List<Run> runs, List<Long> maps) {

    static Layout empty() {
        return new Layout(new ArrayList<>(), new ArrayList<>());
    }

    /** Adds a run behind all others, joined to the last where it goes on there. */
    void add(Run run) {
        if (!runs.isEmpty() && runs.getLast().joins(run)) {
            Run last = runs.removeLast();
            runs.add(new Run(last.logical(), last.length() + run.length(), last.physical(), last.unwritten()));
        } else {
            runs.add(run);
        }
    }

    /** Takes out everything from {@code logical} on and gives it back. */
    List<Run> cut(long logical) {
        List<Run> gone = new ArrayList<>();
        while (!runs.isEmpty() && runs.getLast().end() > logical) {
            Run last = runs.removeLast();
            if (last.logical() < logical) {
                runs.add(last.until(logical));
                gone.add(last.from(logical));
            } else {
                gone.add(last);
            }
        }
        return gone;
    }
}
