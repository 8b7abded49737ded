package dev.bothways.disk;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program asked of the kernel, by strace: what it opened, wrote, made durable and renamed, in order.
 *
 * @param calls that succeeded, in the order in which they ended
 * @param output what the program said
 */
record Trace(List<Call> calls, String output) {
    private static final String CALLS = "openat,open,write,writev,pwrite64,pwritev,ftruncate,fallocate,copy_file_range,"
            + "fsync,fdatasync,rename,renameat,renameat2";
    private static final Pattern WHOLE = Pattern.compile("^(\\d+) +(\\w+)\\((.*)\\) += (-?\\d+)(?:<([^>]*)>)?.*$");
    private static final Pattern BEGUN = Pattern.compile("^(\\d+) +(\\w+)\\((.*?)(?: <unfinished \\.\\.\\.>)$");
    private static final Pattern ENDED =
            Pattern.compile("^(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)\\) += (-?\\d+)(?:<([^>]*)>)?.*$");
    private static final Pattern DESCRIPTOR = Pattern.compile("^\\d+<([^>]*)>");
    private static final Pattern NAME = Pattern.compile("\"([^\"]*)\"");

    /**
     * A call.
     *
     * @param begun the line of the log in which it began
     * @param ended the line in which it ended
     * @param file the file it is about, links resolved; of a renaming the old name
     * @param to the new name of a renaming; else empty text
     */
    record Call(String name, int begun, int ended, String file, String to) {
        boolean writes() {
            return name.contains("write") || (name.startsWith("f") && !syncs()) || name.equals("copy_file_range");
        }

        boolean syncs() {
            return name.equals("fsync") || name.equals("fdatasync");
        }

        boolean renames() {
            return name.startsWith("rename");
        }

        boolean opens() {
            return name.startsWith("open");
        }
    }

    /** Runs the {@code main} of a class under strace. */
    static Trace of(Path scratch, Class<?> program, Object... arguments) throws IOException {
        Path log = scratch.resolve("trace.log");
        List<Object> command = new ArrayList<>(List.of(
                "-f",
                "-qq",
                "-y",
                "-s",
                "0",
                "-e",
                "trace=" + CALLS,
                "-o",
                log,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Oracle.Result result = Oracle.require("strace").run(command.toArray()).orFail();
        Trace trace = new Trace(parse(Files.readAllLines(log)), result.output());
        Files.delete(log);
        return trace;
    }

    private static List<Call> parse(List<String> lines) {
        List<Call> calls = new ArrayList<>();
        Map<String, String> open = new HashMap<>();
        Map<String, Integer> since = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher begun = BEGUN.matcher(lines.get(i));
            Matcher ended = ENDED.matcher(lines.get(i));
            Matcher whole = WHOLE.matcher(lines.get(i));
            if (begun.matches()) {
                open.put(begun.group(1), begun.group(3));
                since.put(begun.group(1), i);
            } else if (ended.matches()) {
                String pid = ended.group(1);
                add(calls, ended, since.getOrDefault(pid, i), i, open.getOrDefault(pid, "") + ended.group(3));
            } else if (whole.matches()) {
                add(calls, whole, i, i, whole.group(3));
            }
        }
        return calls;
    }

    private static void add(List<Call> calls, Matcher line, int begun, int ended, String arguments) {
        if (line.group(4).startsWith("-")) {
            return;
        }
        String name = line.group(2);
        List<String> names =
                NAME.matcher(arguments).results().map(found -> found.group(1)).toList();
        Matcher descriptor = DESCRIPTOR.matcher(arguments);
        String file;
        if (name.startsWith("open")) {
            file = line.group(5) == null ? "" : line.group(5);
        } else if (name.startsWith("rename")) {
            file = names.isEmpty() ? "" : names.getFirst();
        } else {
            file = descriptor.find() ? descriptor.group(1) : "";
        }
        calls.add(new Call(name, begun, ended, file, name.startsWith("rename") ? names.getLast() : ""));
    }
}
