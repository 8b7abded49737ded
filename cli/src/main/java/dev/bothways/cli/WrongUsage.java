package dev.bothways.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Turns words that make no command into one sentence on stderr and exit code 2; where a command is lacking, the help follows. */
final class WrongUsage implements CommandLine.IParameterExceptionHandler {

    @Override
    public int handleParseException(CommandLine.ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println("bothways: " + SafeText.of(String.valueOf(error.getMessage())) + "; see " + name + " --help");
        if (!command.getSubcommands().isEmpty()) {
            command.usage(err);
        }
        err.flush();
        return ExitCode.USAGE;
    }
}
