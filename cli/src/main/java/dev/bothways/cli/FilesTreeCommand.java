package dev.bothways.cli;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

/** {@code bothways files tree}. */
final class FilesTreeCommand extends Command {
    private final InsideArguments inside = new InsideArguments(this);
    private final Argument<Integer> depth = option(
                    "--depth",
                    "N",
                    ArgumentType.NUMBER,
                    "descend at most this many folders (default: ${DEFAULT-VALUE})")
            .or(64);

    FilesTreeCommand() {
        super("Lists all paths below a folder inside an image.");
    }

    @Override
    int run() throws IOException {
        PrintWriter out = out();
        inside.run((files, path) -> {
            InsideArguments.status(files, path);
            walk(files, path, depth.value(), out);
        });
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
