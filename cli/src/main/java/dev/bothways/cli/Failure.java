package dev.bothways.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** Turns what a command threw into one sentence on stderr and an exit code. */
final class Failure implements CommandLine.IExecutionExceptionHandler {

    /** An error of the virtual machine or of this program, which no command can do anything about. */
    static final class InternalException extends RuntimeException {
        InternalException(Error cause) {
            super(cause.toString(), cause);
        }
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (error instanceof StandardOutput.Lost lost) {
            return lost(lost, err);
        }
        if (error.getCause() instanceof StandardOutput.ClosedPipe) {
            return ExitCode.CLOSED_PIPE;
        }
        int exitCode = ExitCode.of(error);
        if (exitCode == ExitCode.INTERNAL) {
            err.println("bothways: internal error: " + SafeText.of(internal(error))
                    + "; run the command again with BOTHWAYS_TRACE=1 in the environment, and report what it prints and"
                    + " the version (bothways --version) as SECURITY.md or CONTRIBUTING.md says");
        } else {
            err.println("bothways: " + SafeText.of(sentence(error)));
        }
        if (System.getenv("BOTHWAYS_TRACE") != null) {
            StringWriter trace = new StringWriter();
            error.printStackTrace(new PrintWriter(trace));
            err.print(trace);
        }
        err.flush();
        return exitCode;
    }

    private static String internal(Exception error) {
        return switch (error) {
            case InternalException e
            when e.getCause() instanceof OutOfMemoryError ->
                "more memory was needed than the limit of "
                        + (Runtime.getRuntime().maxMemory() >> 20) + " MiB (" + e.getMessage() + ")";
            case InternalException e -> String.valueOf(e.getMessage());
            default -> error.toString();
        };
    }

    /** Of a pipe that nobody reads any more there is nothing to say: {@code | head} is usual. */
    static int lost(StandardOutput.Lost error, PrintWriter err) {
        if (error.getCause() instanceof StandardOutput.ClosedPipe) {
            return ExitCode.CLOSED_PIPE;
        }
        err.println("bothways: " + SafeText.of(String.valueOf(error.getMessage())));
        err.flush();
        return ExitCode.OUTPUT;
    }

    private static String sentence(Exception error) {
        return switch (error) {
            case InvalidPathException e ->
                "'" + e.getInput()
                        + "' is no path of this system in this locale; set LC_ALL=C.UTF-8 in the environment";
            case NoSuchFileException e -> e.getFile() + ": there is no such file; check the path";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case FileSystemException e when e.getReason() == null -> e.getFile() + ": it cannot be opened";
            default -> String.valueOf(error.getMessage());
        };
    }
}
