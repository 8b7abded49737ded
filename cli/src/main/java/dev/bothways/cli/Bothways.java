package dev.bothways.cli;

import dev.bothways.disk.DiskImages;
import java.util.List;
import picocli.CommandLine;

/** The command {@code bothways}: see {@code bothways --help}. */
public final class Bothways {
    static final String VERSION = "bothways 0.1.0";

    private Bothways() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            // Scripts ask for this: answered without loading the command line's library.
            System.out.println(VERSION);
            return;
        }
        DiskImages.prepare();
        System.exit(commandLine(arguments).execute(arguments));
    }

    /** The command line, with only the command that is asked for, or all of them where none is. */
    static CommandLine commandLine(String... arguments) {
        // Picocli looks up methods that read dates and other types that no option here has: 4 ms a start.
        System.setProperty("picocli.converters.excludes", ".*");
        CommandLine line = group().line(List.of(arguments));
        line.setCommandName("bothways");
        line.setExecutionExceptionHandler(new Failure());
        line.setParameterExceptionHandler(new WrongUsage());
        line.setExpandAtFiles(false); // A file may be called @name; what it holds is no part of the command.
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    private static CommandGroup group() {
        return new CommandGroup("Any hypervisor's virtual machine on any other, both ways.")
                .with("inspect", InspectCommand::new)
                .with("convert", ConvertCommand::new)
                .with("rehearse", RehearseCommand::new)
                .with("verify", VerifyCommand::new)
                .with("disk", DiskCommand::group)
                .with("files", FilesCommand::group)
                .telling(
                        "",
                        "Exit codes: 0 done, 1 internal error, 2 usage, 3 the source is malformed, unsafe, unreadable or unsupported,",
                        "4 the guest cannot be made to run on the target, 5 the place for the output, 6 verification or rehearsal failed.");
    }
}
