package dev.bothways.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Commands under one word, in the order of its help; each is made only when it is wanted, for start-up counts. */
final class CommandGroup implements Part {
    private final CommandSpec spec;
    private final Map<String, Supplier<? extends Part>> parts = new LinkedHashMap<>();
    private final Map<String, String> elsewhere = new LinkedHashMap<>();

    CommandGroup(String... description) {
        spec = Part.describe(CommandSpec.wrapWithoutInspection(this), description);
        spec.usageMessage().synopsisSubcommandLabel("COMMAND");
    }

    CommandGroup with(String name, Supplier<? extends Part> part) {
        parts.put(name, part);
        return this;
    }

    /** A command that another program has here: what to use in its place, or that it is not done. */
    CommandGroup without(String name, String instead) {
        elsewhere.put(name, instead);
        return this;
    }

    @Override
    public Map<String, String> elsewhere() {
        return elsewhere;
    }

    /** What the group tells of itself below its commands. */
    CommandGroup telling(String... footer) {
        spec.usageMessage().footer(footer);
        return this;
    }

    /** With only the command that is asked for, or all of them where none is. */
    @Override
    public CommandLine line(List<String> arguments) {
        CommandLine line = new CommandLine(spec);
        Supplier<? extends Part> asked = arguments.isEmpty() ? null : parts.get(arguments.getFirst());
        if (asked == null) {
            parts.forEach((name, part) -> line.addSubcommand(name, part.get().line(List.of())));
        } else {
            List<String> rest = arguments.subList(1, arguments.size());
            line.addSubcommand(arguments.getFirst(), asked.get().line(rest));
        }
        return line;
    }
}
