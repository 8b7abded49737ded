package dev.bothways.cli;

/** {@code bothways disk}: virtual disks by themselves. */
final class DiskCommand {

    private DiskCommand() {}

    static CommandGroup group() {
        return QemuHabits.commands(
                new CommandGroup("Inspects, checks, compares, converts and creates virtual disks (as qemu-img does).")
                        .with("info", DiskInfoCommand::new)
                        .with("convert", DiskConvertCommand::new)
                        .with("check", DiskCheckCommand::new)
                        .with("compare", DiskCompareCommand::new)
                        .with("map", DiskMapCommand::new)
                        .with("create", DiskCreateCommand::new));
    }
}
