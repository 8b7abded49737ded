package dev.bothways.cli;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code bothways files ls}. */
final class FilesListCommand extends Command {
    private static final String BITS = "rwxrwxrwx";
    private final InsideArguments inside = new InsideArguments(this);

    FilesListCommand() {
        super("Lists a folder inside an image.");
    }

    @Override
    int run() throws IOException {
        PrintWriter out = out();
        inside.run((files, path) -> list(files, path, out));
        return ExitCode.DONE;
    }

    private static void list(GuestFiles files, String path, PrintWriter out) throws IOException {
        FileStatus status = InsideArguments.status(files, path);
        List<List<String>> rows = new ArrayList<>();
        if (status.isDirectory()) {
            for (String name : files.list(path)) {
                String each = path.endsWith("/") ? path + name : path + "/" + name;
                Optional<FileStatus> found = files.findLink(each);
                if (found.isPresent()) {
                    rows.add(row(found.get(), name));
                }
            }
        } else {
            rows.add(row(status, path));
        }
        if (!rows.isEmpty()) {
            Table.print(rows, out);
        }
    }

    private static List<String> row(FileStatus status, String name) {
        return List.of(
                mode(status),
                status.user() + ":" + status.group(),
                Long.toString(status.size()),
                status.modified().toString(),
                name);
    }

    private static String mode(FileStatus status) {
        char kind = switch (status.kind()) {
            case REGULAR -> '-';
            case DIRECTORY -> 'd';
            case SYMBOLIC_LINK -> 'l';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
            case FIFO -> 'p';
            case SOCKET -> 's';
        };
        StringBuilder text = new StringBuilder().append(kind);
        for (int i = 0; i < BITS.length(); i++) {
            text.append((status.mode() & (0400 >> i)) != 0 ? BITS.charAt(i) : '-');
        }
        return text.toString();
    }
}
