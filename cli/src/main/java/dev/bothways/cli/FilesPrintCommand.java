package dev.bothways.cli;

import java.io.IOException;

/** {@code bothways files cat}. */
final class FilesPrintCommand extends Command {
    private final InsideArguments inside = new InsideArguments(this);

    FilesPrintCommand() {
        super("Writes a file inside an image to standard output, byte for byte.");
    }

    @Override
    int run() throws IOException {
        inside.run((files, path) -> FilesGetCommand.copy(files, path, StandardOutput.stream()));
        return ExitCode.DONE;
    }
}
