package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

final class HelpTest {

    static List<String> commands() {
        List<String> names = new ArrayList<>();
        collect(Bothways.commandLine(), "", names);
        return names;
    }

    private static void collect(CommandLine line, String name, List<String> names) {
        names.add(name);
        line.getSubcommands().forEach((word, command) -> collect(command, (name + " " + word).strip(), names));
    }

    private static String[] words(String command, String... more) {
        List<String> words = new ArrayList<>(command.isEmpty() ? List.of() : List.of(command.split(" ")));
        words.addAll(List.of(more));
        return words.toArray(new String[0]);
    }

    private static CommandSpec spec(String command) {
        CommandLine line = Bothways.commandLine(words(command));
        for (String word : words(command)) {
            line = Objects.requireNonNull(line.getSubcommands().get(word));
        }
        return line.getCommandSpec();
    }

    @Test
    void thereAreTheCommandsThatTheGuideTellsOf() {
        assertThat(commands())
                .contains("inspect", "convert", "rehearse", "verify")
                .contains("disk info", "disk convert", "disk check", "disk compare", "disk map", "disk create")
                .contains("files ls", "files tree", "files cat", "files get")
                .contains("demo");
    }

    @Test
    void theDemoIsTheLaunchers() {
        assertThat(CommandRun.of("--help").orFail().out()).contains("demo ");
        CommandRun run = CommandRun.of("demo");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("./bothways demo");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTellsWhatItDoes(String command) {
        String[] description = spec(command).usageMessage().description();
        assertThat(description).isNotEmpty();
        CommandRun help = CommandRun.of((Object[]) words(command, "--help"));
        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: bothways").contains(description[0].substring(0, 20));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionAndParameterIsDocumented(String command) {
        CommandSpec spec = spec(command);
        List<ArgSpec> arguments = new ArrayList<>(spec.options());
        arguments.addAll(spec.positionalParameters());
        assertThat(arguments).allSatisfy(argument -> {
            assertThat(argument.description()).as(argument.toString()).isNotEmpty();
            assertThat(String.join("", argument.description())).isNotBlank();
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTellsTheVersion(String command) {
        assertThat(CommandRun.of((Object[]) words(command, "-V")).orFail().out().strip())
                .isEqualTo(Bothways.VERSION);
    }

    @Test
    void namesTheImagesOfAConversionOnce() {
        String help = CommandRun.of("disk", "convert", "--help").orFail().out();
        assertThat(help).containsPattern("\\s+IN\\.\\.\\. OUT\\R").doesNotContain("OUT IN...");
    }

    @Test
    void tellsItsVersion() {
        assertThat(CommandRun.of("--version").out().strip()).isEqualTo(Bothways.VERSION);
    }
}
