package dev.bothways.cli;

import dev.bothways.cli.Bothways.Part;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code bothways disk}: virtual disks by themselves. */
@Command(
        name = "disk",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Looks at, checks, compares, converts and makes virtual disks (what qemu-img does).")
final class DiskCommand {

    /** What it can do, in the order of its help. */
    static Map<String, Part> commands() {
        Map<String, Part> commands = new LinkedHashMap<>();
        commands.put("info", new Part(DiskInfoCommand::new));
        commands.put("convert", new Part(DiskConvertCommand::new));
        commands.put("check", new Part(DiskCheckCommand::new));
        commands.put("compare", new Part(DiskCompareCommand::new));
        commands.put("map", new Part(DiskMapCommand::new));
        commands.put("create", new Part(DiskCreateCommand::new));
        return commands;
    }
}
