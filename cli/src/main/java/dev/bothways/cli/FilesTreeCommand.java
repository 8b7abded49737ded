package dev.bothways.cli;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bothways files tree}. */
@Command(
        name = "tree",
        mixinStandardHelpOptions = true,
        description = "Lists all paths below a folder inside an image.")
final class FilesTreeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private InsideArguments inside = new InsideArguments();

    @Option(names = "--depth", paramLabel = "N", description = "go down so many folders at most (${DEFAULT-VALUE})")
    private int depth = 64;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        inside.run((files, path) -> {
            InsideArguments.status(files, path);
            walk(files, path, depth, out);
        });
        out.flush();
        return ExitCode.DONE;
    }

    /** Links are shown, not followed, so no path comes twice. */
    private static void walk(GuestFiles files, String path, int left, PrintWriter out) throws IOException {
        for (String name : files.list(path)) {
            String each = path.endsWith("/") ? path + name : path + "/" + name;
            out.println(SafeText.of(each));
            Optional<FileStatus> found = files.findLink(each);
            if (left > 1 && found.isPresent() && found.get().isDirectory()) {
                walk(files, each, left - 1, out);
            }
        }
    }
}
