package dev.bothways.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A typical run, which the build records into the ahead-of-time cache: the classes it loads need not be loaded and linked
 * again at every start. It works in a scratch folder and says nothing.
 */
final class AotTraining {

    private AotTraining() {}

    /** Runs the commands. */
    public static void main(String[] arguments) throws IOException {
        Path scratch = Files.createTempDirectory("bothways-training");
        try {
            run("--version");
            run("--help");
            disks(scratch);
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void disks(Path scratch) throws IOException {
        String raw = scratch.resolve("disk.raw").toString();
        run("disk", "create", raw, "64M");
        Files.write(Path.of(raw), new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
        for (String ending : new String[] {"vhd", "vhdx"}) {
            String image = scratch.resolve("disk." + ending).toString();
            String back = scratch.resolve(ending + ".raw").toString();
            run("disk", "convert", raw, image);
            run("disk", "info", image);
            run("disk", "info", "--json", image);
            run("disk", "check", image);
            run("disk", "convert", "--hash", image, back);
            run("disk", "compare", raw, back);
            run("disk", "map", back);
        }
    }

    private static void run(String... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        int exitCode =
                Bothways.commandLine(arguments).setOut(nowhere).setErr(nowhere).execute(arguments);
        if (exitCode != 0) {
            throw new IllegalStateException("exit code " + exitCode + " of " + String.join(" ", arguments));
        }
    }
}
