package dev.bothways.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bothways files cat}. */
@Command(
        name = "cat",
        mixinStandardHelpOptions = true,
        description = "Writes a file inside an image to stdout, byte for byte.")
final class FilesPrintCommand implements Callable<Integer> {
    @Mixin
    private InsideArguments inside = new InsideArguments();

    @Override
    public Integer call() throws IOException {
        OutputStream out = System.out;
        inside.run((files, path) -> FilesGetCommand.copy(files, path, out));
        out.flush();
        return ExitCode.DONE;
    }
}
