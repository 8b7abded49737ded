package dev.bothways.cli;

/** {@code bothways demo}: a script that the launcher of a checkout starts itself; here for the help, and for who starts Java without it. */
final class DemoCommand extends Command {
    DemoCommand() {
        super(
                "Converts a real Debian guest from Xen to Hyper-V, boots it, and converts it back; only from a checkout of the sources.",
                "./bothways demo --help tells what it needs, what it installs, how long it takes and what it leaves.");
    }

    @Override
    int run() {
        throw wrongUsage("the demo is started by the launcher of a checkout of the sources: ./bothways demo");
    }
}
