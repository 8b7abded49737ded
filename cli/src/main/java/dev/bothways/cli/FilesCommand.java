package dev.bothways.cli;

import dev.bothways.cli.Bothways.Part;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code bothways files}: what is inside an image. */
@Command(
        name = "files",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Reads files inside an image, without mounting it.")
final class FilesCommand {

    /** What it can do, in the order of its help. */
    static Map<String, Part> commands() {
        Map<String, Part> commands = new LinkedHashMap<>();
        commands.put("ls", new Part(FilesListCommand::new));
        commands.put("tree", new Part(FilesTreeCommand::new));
        commands.put("cat", new Part(FilesPrintCommand::new));
        commands.put("get", new Part(FilesGetCommand::new));
        return commands;
    }
}
