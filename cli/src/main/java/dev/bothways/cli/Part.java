package dev.bothways.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a word of the command line stands for: a {@link Command}, or a {@link CommandGroup}. */
interface Part {
    /**
     * Its command line.
     *
     * @param arguments the words behind its own, by which a group makes only what is asked for
     */
    CommandLine line(List<String> arguments);

    /** Words of other programs that this part does not know, each with what to say of it. */
    default Map<String, String> elsewhere() {
        return Map.of();
    }

    /** Describes a part to picocli, with the options that every one has. */
    static CommandSpec describe(CommandSpec spec, String... description) {
        spec.version(Bothways.VERSION).usageMessage().description(description);
        return spec.addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help message and exit.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print version information and exit.")
                        .build());
    }
}
