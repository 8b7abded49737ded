package dev.bothways.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a run of the command line, in this process, gave. */
record CommandRun(int exitCode, String out, String err) {

    static CommandRun of(Object... arguments) {
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Bothways.commandLine(texts)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(texts);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /** This run, which must be one of success. */
    CommandRun orFail() {
        if (exitCode != ExitCode.DONE) {
            throw new AssertionError("exit code " + exitCode + ": " + err);
        }
        return this;
    }
}
