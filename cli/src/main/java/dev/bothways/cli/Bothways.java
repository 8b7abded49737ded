package dev.bothways.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code bothways}: see {@code bothways --help}. */
@Command(
        name = "bothways",
        version = Bothways.VERSION,
        mixinStandardHelpOptions = true,
        description = "Any hypervisor's virtual machine on any other, both ways.")
public final class Bothways {

    static final String VERSION = "bothways 0.1.0";

    Bothways() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            // Scripts ask for this: answered without loading the command line's library.
            System.out.println(VERSION);
            return;
        }
        System.exit(new CommandLine(new Bothways()).execute(arguments));
    }
}
