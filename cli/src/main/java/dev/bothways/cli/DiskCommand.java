package dev.bothways.cli;

/** {@code bothways disk}: virtual disks by themselves. */
final class DiskCommand {

    private DiskCommand() {}

    static CommandGroup group() {
        return new CommandGroup("Looks at, checks, compares, converts and makes virtual disks (what qemu-img does).")
                .with("info", DiskInfoCommand::new)
                .with("convert", DiskConvertCommand::new)
                .with("check", DiskCheckCommand::new)
                .with("compare", DiskCompareCommand::new)
                .with("map", DiskMapCommand::new)
                .with("create", DiskCreateCommand::new);
    }
}
