package dev.bothways.cli;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * A typical run, which the build records into the ahead-of-time cache: the classes it loads need not be loaded and linked
 * again at every start. It works in a scratch folder and says nothing.
 */
final class AotTraining {

    private AotTraining() {}

    /** Runs the commands. */
    public static void main(String[] arguments) {
        run("--version");
        run("--help");
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
