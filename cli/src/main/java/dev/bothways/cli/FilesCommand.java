package dev.bothways.cli;

import picocli.CommandLine.Command;

/** {@code bothways files}: what is inside an image. */
@Command(
        name = "files",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Reads files inside an image, without mounting it.",
        subcommands = {FilesListCommand.class, FilesTreeCommand.class, FilesPrintCommand.class, FilesGetCommand.class})
final class FilesCommand {}
