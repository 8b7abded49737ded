package dev.bothways.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** A parameter that is being declared: the last call says how often it comes, and so what is read from it. */
final class Parameter<T> {
    private final CommandSpec command;
    private final PositionalParamSpec.Builder builder;
    private final ArgumentType<T> type;
    private final int index;

    Parameter(CommandSpec command, PositionalParamSpec.Builder builder, ArgumentType<T> type) {
        this.command = command;
        this.builder = builder.converters(type.converters());
        this.type = type;
        this.index = command.positionalParameters().size();
    }

    /** It must be there. */
    Argument<T> required() {
        PositionalParamSpec spec =
                add(builder.type(type.type()).index(Integer.toString(index)).required(true));
        return spec::getValue;
    }

    /** It may be there. */
    Argument<Optional<T>> optional() {
        PositionalParamSpec spec =
                add(builder.type(type.type()).index(Integer.toString(index)).arity("0..1"));
        return () -> Optional.ofNullable(spec.getValue());
    }

    /**
     * All words from here on are such ones, and there must be so many at least; options may stand between them. The label stands
     * for them all.
     */
    Argument<List<T>> atLeast(int least) {
        PositionalParamSpec spec = add(builder.type(List.class)
                .auxiliaryTypes(type.type())
                .hideParamSyntax(true)
                .index(index + "..*")
                .arity("0..*")
                .initialValue(List.of()));
        return () -> {
            List<T> given = spec.getValue();
            if (given.size() < least) {
                throw new ParameterException(
                        command.commandLine(), "missing arguments: " + spec.paramLabel() + " are needed");
            }
            return given;
        };
    }

    private PositionalParamSpec add(PositionalParamSpec.Builder finished) {
        PositionalParamSpec spec = finished.build();
        command.addPositional(spec);
        return spec;
    }
}
