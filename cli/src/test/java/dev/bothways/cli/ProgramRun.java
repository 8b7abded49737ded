package dev.bothways.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of the program in a process of its own, for what only the system can do to it: signals, closed files, full disks.
 *
 * @param output the bytes of standard output, a character each (ISO 8859-1)
 */
record ProgramRun(int exitCode, String output, String err) {

    /** The words that start the program, before its arguments. */
    static List<String> java() {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Bothways.class.getName()));
    }

    /**
     * The same words, for a program that is to be interrupted: a build in the background of a shell has SIGINT ignored, which
     * all that it starts inherits, and a program that ignores it from its start is not interrupted by it.
     */
    static List<String> interruptible() {
        List<String> command = java();
        if (System.getProperty("os.name").equals("Linux")) {
            command.addAll(0, List.of("env", "--default-signal=INT,TERM"));
        }
        return command;
    }

    /** Starts it, its standard error going to a file, so that signals end it. */
    static Process start(Path errors, Object... arguments) throws IOException {
        List<String> command = interruptible();
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command).redirectError(errors.toFile()).start();
    }

    /** Has a shell run it: {@code bothways} in the script is the program. */
    static ProgramRun shell(Path scratch, String script) throws IOException {
        Path errors = Files.createTempFile(scratch, "stderr", "");
        String quoted =
                String.join(" ", java().stream().map(word -> "'" + word + "'").toList());
        Process shell = new ProcessBuilder("bash", "-c", "bothways() { " + quoted + " \"$@\"; }\n" + script)
                .redirectError(errors.toFile())
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        int exitCode = shell.onExit().join().exitValue();
        String err = Files.readString(errors, StandardCharsets.UTF_8);
        Files.delete(errors);
        return new ProgramRun(exitCode, output, err);
    }
}
