package dev.bothways.cli;

import dev.bothways.disk.DiskImages;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;

/** The command {@code bothways}: see {@code bothways --help}. */
public final class Bothways {
    static final String VERSION = "bothways 0.1.0";

    private Bothways() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        PrintWriter out = StandardOutput.writer();
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        try {
            if (arguments.length == 1 && arguments[0].equals("--version")) {
                // Scripts ask for this: answered without loading the command line's library.
                out.println(VERSION);
                out.flush();
                return ExitCode.DONE;
            }
            DiskImages.prepare();
            Interruption interruption = Interruption.watch(err);
            int exitCode = commandLine(arguments).setOut(out).setErr(err).execute(arguments);
            interruption.over();
            out.flush();
            return exitCode;
        } catch (StandardOutput.Lost e) {
            return Failure.lost(e, err);
        }
    }

    /** The command line, with only the command that is asked for, or all of them where none is. */
    static CommandLine commandLine(String... arguments) {
        // Picocli looks up methods that read dates and other types that no option here has: 4 ms a start.
        System.setProperty("picocli.converters.excludes", ".*");
        CommandLine line = group().line(List.of(arguments));
        line.setCommandName("bothways");
        line.setExecutionStrategy(Bothways::execute);
        line.setExecutionExceptionHandler(new Failure());
        line.setParameterExceptionHandler(new WrongUsage());
        line.setExpandAtFiles(false); // A file may be called @name; what it holds is no part of the command.
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    /** Also where the help is printed, which is not a command of ours: what fails there would else be told with a stack trace. */
    private static int execute(CommandLine.ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (StandardOutput.Lost e) {
            throw new CommandLine.ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
        }
    }

    private static CommandGroup group() {
        return new CommandGroup("Any hypervisor's virtual machine on any other, both ways.")
                .with("inspect", InspectCommand::new)
                .with("convert", ConvertCommand::new)
                .with("rehearse", RehearseCommand::new)
                .with("verify", VerifyCommand::new)
                .with("disk", DiskCommand::group)
                .with("files", FilesCommand::group)
                .with("demo", DemoCommand::new)
                .telling(
                        "",
                        "Exit codes: 0 success, 1 internal error, 2 usage error, 3 source malformed, unsafe, unreadable or unsupported,",
                        "4 guest cannot run on the target, 5 output could not be written, 6 verification or rehearsal failed,",
                        "63 nothing to check in this format (disk check); 130 and 143 when interrupted, 141 when the reader of",
                        "standard output has gone.");
    }
}
