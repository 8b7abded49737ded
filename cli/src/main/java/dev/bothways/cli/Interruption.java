package dev.bothways.cli;

import dev.bothways.disk.Unfinished;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is said when the program is told to end (SIGINT, SIGTERM) before its command has: one line on stderr. The JVM itself gives
 * the exit code, 128 and the number of the signal.
 */
final class Interruption {
    private volatile boolean over;

    /** Watches from now on. */
    static Interruption watch(PrintWriter err) {
        Interruption watched = new Interruption();
        Unfinished.whenEnding(ending -> {
            if (!watched.over) {
                err.println(Progress.eraser() + SafeText.of(line(ending)));
                err.flush();
            }
        });
        return watched;
    }

    /** The command has ended by itself. */
    void over() {
        over = true;
    }

    private static String line(Unfinished.Ending ending) {
        StringBuilder line = new StringBuilder("bothways: interrupted");
        if (!ending.removed().isEmpty()) {
            line.append("; removed the unfinished ").append(names(ending.removed()));
        }
        ending.left().forEach(left -> line.append("; ").append(left));
        return line.toString();
    }

    /** The last one registered is first, and the first one is what the user asked for. */
    private static String names(List<Path> removed) {
        return removed.reversed().stream().map(Path::toString).limit(3).collect(Collectors.joining(", "))
                + (removed.size() > 3 ? " and " + (removed.size() - 3) + " more" : "");
    }
}
