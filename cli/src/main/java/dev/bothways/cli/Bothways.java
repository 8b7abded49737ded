package dev.bothways.cli;

import dev.bothways.disk.DiskImages;
import java.util.LinkedHashMap;
import java.util.List;
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

    private static final Map<String, Part> COMMANDS = commands();

    /**
     * A command, made only when it is wanted: reading its annotations takes time.
     *
     * @param commands those below it, by name
     */
    record Part(Supplier<Object> command, Map<String, Part> commands) {
        Part(Supplier<Object> command) {
            this(command, Map.of());
        }
    }

    Bothways() {}

    private static Map<String, Part> commands() {
        Map<String, Part> commands = new LinkedHashMap<>();
        commands.put("inspect", new Part(InspectCommand::new));
        commands.put("convert", new Part(ConvertCommand::new));
        commands.put("rehearse", new Part(RehearseCommand::new));
        commands.put("verify", new Part(VerifyCommand::new));
        commands.put("disk", new Part(DiskCommand::new, DiskCommand.commands()));
        commands.put("files", new Part(FilesCommand::new, FilesCommand.commands()));
        return commands;
    }

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

    /** The command line, with only the command that is asked for, or all of them where none is: start-up counts. */
    static CommandLine commandLine(String... arguments) {
        CommandLine line = new CommandLine(new Bothways());
        add(line, COMMANDS, List.of(arguments));
        line.setExecutionExceptionHandler(new Failure());
        line.setParameterExceptionHandler(new WrongUsage());
        line.setExpandAtFiles(false); // A file may be called @name; what it holds is no part of the command.
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    private static void add(CommandLine line, Map<String, Part> commands, List<String> arguments) {
        Part asked = arguments.isEmpty() ? null : commands.get(arguments.getFirst());
        Map<String, Part> added = asked == null ? commands : Map.of(arguments.getFirst(), asked);
        List<String> rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        added.forEach((name, part) -> {
            CommandLine below = new CommandLine(part.command().get());
            add(below, part.commands(), rest);
            line.addSubcommand(name, below);
        });
    }
}
