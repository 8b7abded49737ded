package dev.bothways.cli;

/** {@code bothways files}: what is inside an image. */
final class FilesCommand {

    private FilesCommand() {}

    static CommandGroup group() {
        return new CommandGroup("Reads files inside an image, without mounting it.")
                .with("ls", FilesListCommand::new)
                .with("tree", FilesTreeCommand::new)
                .with("cat", FilesPrintCommand::new)
                .with("get", FilesGetCommand::new);
    }
}
