package dev.bothways.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code bothways}: see {@code bothways --help}. */
@Command(
        name = "bothways",
        version = "bothways 0.1.0",
        mixinStandardHelpOptions = true,
        description = "Any hypervisor's virtual machine on any other, both ways.")
public final class Bothways {

    private Bothways() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bothways()).execute(arguments));
    }
}
