package dev.bothways.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code bothways}: see {@code bothways --help}. */
@Command(
        name = "bothways",
        version = Bothways.VERSION,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Any hypervisor's virtual machine on any other, both ways.",
        footer = {
            "",
            "Exit codes: 0 done, 1 a fault of ours, 2 usage, 3 the source is malformed, unsafe or unsupported,",
            "4 the guest cannot be made to run on the target, 5 the place for the output, 6 verification or rehearsal failed."
        })
public final class Bothways {
    static final String VERSION = "bothways 0.1.0";

    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    Bothways() {}

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("inspect", InspectCommand::new);
        commands.put("convert", ConvertCommand::new);
        commands.put("rehearse", RehearseCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("disk", DiskCommand::new);
        commands.put("files", FilesCommand::new);
        return commands;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            // Scripts ask for this: answered without loading the command line's library.
            System.out.println(VERSION);
            return;
        }
        System.exit(commandLine(arguments).execute(arguments));
    }

    /** The command line, with the one command that is asked for, or all of them where none is: start-up counts. */
    static CommandLine commandLine(String... arguments) {
        CommandLine line = new CommandLine(new Bothways());
        Supplier<Object> asked = arguments.length > 0 ? COMMANDS.get(arguments[0]) : null;
        if (asked != null) {
            line.addSubcommand(arguments[0], asked.get());
        } else {
            COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
        }
        line.setExecutionExceptionHandler(new Failure());
        line.setParameterExceptionHandler(new WrongUsage());
        line.setExpandAtFiles(false); // A file may be called @name; what it holds is no part of the command.
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }
}
