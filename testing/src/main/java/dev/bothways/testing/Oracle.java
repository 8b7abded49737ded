package dev.bothways.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of other people's that knows the right answer ({@code qemu-img}, {@code e2fsck} ...).
 *
 * <p>Where it is not installed, the test is skipped aloud; with {@code CI=true} in the environment it fails instead.
 */
public final class Oracle {
    private static final List<String> MORE_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin");

    private final Path program;

    private Oracle(Path program) {
        this.program = program;
    }

    /** What a run of an oracle gave: exit code, and stdout and stderr together. */
    public record Result(int exitCode, String output) {
        /** This result, which must be one of success. */
        public Result orFail() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + ": " + output);
            }
            return this;
        }
    }

    /** The oracle of this name; the calling test ends here where there is none. */
    public static Oracle require(String name) {
        for (String folder : folders()) {
            Path candidate = Path.of(folder, name);
            if (Files.isExecutable(candidate)) {
                return new Oracle(candidate);
            }
        }
        throw missing("the oracle " + name);
    }

    private static List<String> folders() {
        List<String> folders =
                new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)));
        folders.addAll(MORE_FOLDERS);
        return folders;
    }

    /** As {@link #require(String)}, for files of {@code what} that lie in a folder of their own. */
    public static Path requireFolder(Path folder, String what) {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        throw missing(what);
    }

    /**
     * A pipeline of the shell.
     *
     * @param programs every program in it that is no part of a minimal system; the calling test ends here where one is missing
     */
    public static Result shell(String script, String... programs) {
        for (String program : programs) {
            require(program);
        }
        return require("sh").start(List.of("-c", script));
    }

    /** Ends the calling test where something that is no program is not there, such as a file or a library. */
    public static void require(boolean there, String what) {
        if (!there) {
            throw missing(what);
        }
    }

    /**
     * Ends the calling test, which has found that something is missing.
     *
     * @return never; to be thrown, for the compiler
     */
    public static AssertionError missing(String what) {
        if ("true".equals(System.getenv("CI"))) {
            return new AssertionError(what + " is missing, and in CI it must be there");
        }
        Assumptions.abort("skipped: " + what + " is missing");
        return new AssertionError("unreachable");
    }

    /** Runs it to its end (five minutes at most). */
    public Result run(Object... arguments) {
        List<String> words = Stream.of(arguments).map(Object::toString).toList();
        if (program.endsWith("sh") && words.contains("-c")) {
            throw new AssertionError("a script of the shell says which programs it needs: see Oracle.shell");
        }
        return start(words);
    }

    private Result start(List<String> words) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(words);
        try {
            Path output = Files.createTempFile("oracle", ".txt");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .redirectInput(new File("/dev/null"));
                builder.environment().put("PATH", String.join(File.pathSeparator, folders()));
                Process process = builder.start();
                if (!process.waitFor(5, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " did not end within five minutes");
                }
                return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(command + " was interrupted", e);
        }
    }
}
