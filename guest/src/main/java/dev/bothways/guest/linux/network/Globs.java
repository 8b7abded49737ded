package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.linux.ShellPattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Paths with shell patterns in them. */
final class Globs {
    private static final int MOST = 1_000;

    private Globs() {}

    /** The guest's paths that fit, in order. */
    static List<String> expand(GuestFiles files, String pattern) throws IOException {
        List<String> found = List.of("");
        for (String part : pattern.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            List<String> next = new ArrayList<>();
            for (String directory : found) {
                if (part.matches("[^*?\\[]*")) {
                    next.add(directory + "/" + part);
                    continue;
                }
                for (String name : files.list(directory.isEmpty() ? "/" : directory)) {
                    if (next.size() < MOST && !name.startsWith(".") && new ShellPattern(part).matches(name)) {
                        next.add(directory + "/" + name);
                    }
                }
            }
            found = next;
        }
        return found;
    }
}
