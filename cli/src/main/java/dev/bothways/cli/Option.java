package dev.bothways.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** An option that is being declared: the last call says whether it must be there, and so what is read from it. */
final class Option<T> {
    private final CommandSpec command;
    private final OptionSpec.Builder builder;
    private final ArgumentType<T> type;

    Option(CommandSpec command, OptionSpec.Builder builder, ArgumentType<T> type) {
        this.command = command;
        this.builder = builder.converters(type.converters());
        this.type = type;
    }

    /** What the help names as values, for {@code ${COMPLETION-CANDIDATES}}; usually all names of an enum. */
    Option<T> offering(List<String> candidates) {
        builder.completionCandidates(candidates);
        return this;
    }

    /** It must be there. */
    Argument<T> required() {
        OptionSpec spec = add(builder.type(type.type()).required(true));
        return spec::getValue;
    }

    /** It may be there. */
    Argument<Optional<T>> optional() {
        OptionSpec spec = add(builder.type(type.type()));
        return () -> Optional.ofNullable(spec.getValue());
    }

    /** It may be there, and nobody asks for it. */
    void ignored() {
        add(builder.type(type.type()));
    }

    /** It may be there; else this stands for it. */
    Argument<T> or(T usual) {
        OptionSpec spec = add(builder.type(type.type()).initialValue(usual));
        return spec::getValue;
    }

    /** It may be there any number of times. */
    Argument<List<T>> repeated() {
        OptionSpec spec =
                add(builder.type(List.class).auxiliaryTypes(type.type()).initialValue(List.of()));
        return spec::getValue;
    }

    /** It may be there any number of times, each with any number of {@code NAME=VALUE} between commas. */
    Argument<Map<String, T>> settings() {
        OptionSpec spec = add(builder.type(Map.class)
                .auxiliaryTypes(String.class, type.type())
                .splitRegex(",")
                .initialValue(Map.of()));
        return spec::getValue;
    }

    private OptionSpec add(OptionSpec.Builder finished) {
        OptionSpec spec = finished.build();
        command.addOption(spec);
        return spec;
    }
}
