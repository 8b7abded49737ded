package dev.bothways.cli;

import java.io.IOException;
import java.io.OutputStream;

/** {@code bothways files cat}. */
final class FilesPrintCommand extends Command {
    private final InsideArguments inside = new InsideArguments(this);

    FilesPrintCommand() {
        super("Writes a file inside an image to stdout, byte for byte.");
    }

    @Override
    int run() throws IOException {
        OutputStream out = System.out;
        inside.run((files, path) -> FilesGetCommand.copy(files, path, out));
        out.flush();
        return ExitCode.DONE;
    }
}
