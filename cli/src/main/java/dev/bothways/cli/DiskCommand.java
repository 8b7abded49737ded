package dev.bothways.cli;

import picocli.CommandLine.Command;

/** {@code bothways disk}: virtual disks by themselves. */
@Command(
        name = "disk",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Looks at, checks, compares, converts and makes virtual disks (what qemu-img does).",
        subcommands = {
            DiskInfoCommand.class,
            DiskConvertCommand.class,
            DiskCheckCommand.class,
            DiskCompareCommand.class,
            DiskMapCommand.class,
            DiskCreateCommand.class
        })
final class DiskCommand {}
