package dev.bothways.cli;

import java.util.Optional;

/** Whether a result is printed for programs, and in whose words: ours ({@code --json}) or qemu-img's ({@code --output=json}). */
final class JsonArguments {
    /** qemu-img's two ways of printing. */
    enum Output {
        HUMAN,
        JSON
    }

    private final Argument<Boolean> json;
    private final Argument<Optional<Output>> output;

    JsonArguments(Command command) {
        json = command.flag("--json", "print the result as JSON");
        output = command.option(
                        "--output",
                        "human|json",
                        ArgumentType.oneOf(Output.class),
                        "json prints JSON with qemu-img's names, as far as they are known here")
                .optional();
    }

    boolean ours() {
        return json.value();
    }

    boolean ofQemu() {
        return !json.value() && output.value().equals(Optional.of(Output.JSON));
    }
}
