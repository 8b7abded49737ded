package dev.bothways.conversion.target;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Scripts of the POSIX shell that are put together of what is the same for every machine, and functions for one. */
final class ScriptText {
    private ScriptText() {}

    /** A part that is the same for every machine. */
    static String resource(String name) {
        try (InputStream in = ScriptText.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program is packed without " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A function of these commands. */
    static String function(String name, List<String> commands) {
        StringBuilder out = new StringBuilder(name).append("() {\n");
        commands.forEach(command -> out.append("    ").append(command).append('\n'));
        return out.append(commands.isEmpty() ? "    :\n" : "").append("}\n\n").toString();
    }

    /** Compares the disks with their digests. */
    static String checkDisks(List<Target.ConvertedDisk> disks) {
        return function(
                "check_disks",
                disks.stream()
                        .map(disk -> "check_disk " + PosixShell.quoted(disk.file()) + " " + disk.sha256())
                        .toList());
    }
}
