package dev.bothways.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns words that make no command into one sentence on stderr and exit code 2; where a command is lacking, the help follows. */
final class WrongUsage implements CommandLine.IParameterExceptionHandler {
    private static final int LONGEST_WORD = 200;

    @Override
    public int handleParseException(CommandLine.ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println("bothways: " + SafeText.of(sentence(error, arguments)) + "; see " + name + " --help");
        boolean lacking = !command.getSubcommands().isEmpty() && !(error instanceof UnmatchedArgumentException);
        if (lacking) {
            command.usage(err);
        }
        err.flush();
        return ExitCode.USAGE;
    }

    private static String sentence(CommandLine.ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        Map<String, String> elsewhere = command.getCommand() instanceof Part part ? part.elsewhere() : Map.of();
        for (String argument : arguments) {
            String word = argument.startsWith("--") ? argument.replaceFirst("=.*", "") : argument;
            if (elsewhere.containsKey(word)) {
                return word + ": " + elsewhere.get(word);
            }
        }
        if (!(error instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return String.valueOf(error.getMessage());
        }
        String typed = unmatched.getUnmatched().getFirst();
        String shown = typed.length() > LONGEST_WORD ? typed.substring(0, LONGEST_WORD) + "..." : typed;
        if (typed.startsWith("-") && typed.length() > 1) {
            List<String> options = command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .flatMap(option -> Stream.of(option.names()))
                    .toList();
            String option = typed.replaceFirst("=.*", "");
            return "there is no option '" + shown + "'" + Suggestion.after(option, options);
        }
        if (command.getSubcommands().isEmpty()) {
            return "'" + shown + "' is one argument too many";
        }
        List<String> commands = List.copyOf(command.getSubcommands().keySet());
        String suggestion = Suggestion.after(typed, commands);
        return "there is no command '" + shown + "'"
                + (suggestion.isEmpty() ? "; there are " + String.join(", ", commands) : suggestion);
    }
}
