package dev.bothways.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/**
 * A command. What it takes is declared in its fields, each of which reads what was typed; what it does is {@link #run()}:
 *
 * <pre>{@code
 * private final Argument<Path> image = parameter("IMAGE", ArgumentType.PATH, "the image").required();
 * private final Argument<Optional<Long>> rate =
 *         option("-r, --rate", "SIZE", ArgumentType.SIZE, "read at most so much in a second").optional();
 * private final Argument<Boolean> json = flag("--json", "for programs");
 * }</pre>
 *
 * <p>Picocli is told of them without its annotations: finding and reading those takes longer than most commands run.
 */
abstract class Command implements Part, Callable<Integer> {
    private final CommandSpec spec;
    private final Map<String, String> elsewhere = new LinkedHashMap<>();

    /** A command that its group's help tells of in these lines. */
    Command(String... description) {
        spec = Part.describe(CommandSpec.wrapWithoutInspection(this), description);
    }

    /** Does what the command is for. Gives the exit code. */
    abstract int run() throws IOException;

    @Override
    public final Integer call() throws IOException {
        try {
            int exitCode = run();
            out().flush();
            return exitCode;
        } catch (Error e) {
            // Picocli hands on exceptions alone; the memory or stack that ran out is free again here.
            throw new Failure.InternalException(e);
        }
    }

    @Override
    public final CommandLine line(List<String> arguments) {
        return new CommandLine(spec);
    }

    /** An option of another program that changes nothing here, so that a habit does no harm. */
    final void accepts(String names, boolean withValue, String why) {
        OptionSpec.Builder builder = builder(names, why).hidden(true);
        if (withValue) {
            new Option<>(spec, builder.paramLabel("VALUE"), ArgumentType.TEXT).ignored();
        } else {
            new Option<>(spec, builder, ArgumentType.FLAG).ignored();
        }
    }

    /** An option of another program that this command has not: what to use in its place, or that it is not done. */
    final void refuses(String name, String instead) {
        elsewhere.put(name, instead);
    }

    @Override
    public final Map<String, String> elsewhere() {
        return elsewhere;
    }

    /** An option that is there or not. */
    final Argument<Boolean> flag(String names, String description) {
        return new Option<>(spec, builder(names, description), ArgumentType.FLAG).or(false);
    }

    /**
     * An option with a value; say of it whether it must be there.
     *
     * @param names its names, a comma between them
     * @param label what stands for its value in the help
     */
    final <T> Option<T> option(String names, String label, ArgumentType<T> type, String description) {
        return new Option<>(spec, builder(names, description).paramLabel(label), type);
    }

    private static OptionSpec.Builder builder(String names, String description) {
        return OptionSpec.builder(names.split(", ")).description(description);
    }

    /** The next word that is no option; say of it whether it must be there. */
    final <T> Parameter<T> parameter(String label, ArgumentType<T> type, String... description) {
        return new Parameter<>(
                spec, PositionalParamSpec.builder().paramLabel(label).description(description), type);
    }

    /** Where results go. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where progress goes. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** What to throw where the words make no sense together: the message, and where the help is. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
