package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code disk convert - OUT} in a process of its own, with a pipe or a file as its standard input. */
final class StandardInputTest {
    @TempDir
    Path folder = Path.of("");

    private record Ended(int exitCode, String errors) {}

    private static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Bothways.class.getName(),
                "disk",
                "convert",
                "--progress=none"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static Ended piped(byte[] input, String... arguments) throws IOException {
        Process process = command(arguments).start();
        try (OutputStream to = process.getOutputStream()) {
            to.write(input);
        } catch (IOException e) {
            // It ended without reading everything: what it says is looked at below.
            assertThat(process.onExit().join().exitValue()).isNotZero();
        }
        return ended(process);
    }

    private static Ended ended(Process process) throws IOException {
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.onExit().join().exitValue(), errors);
    }

    private static byte[] disk() {
        byte[] bytes = new byte[3 << 20];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void readsAPipeInOnePass() throws IOException {
        Path vmdk = folder.resolve("a.vmdk");
        Path raw = folder.resolve("a.raw");
        assertThat(piped(disk(), "--size", "3M", "-o", "subformat=streamOptimized", "-", vmdk.toString()))
                .isEqualTo(new Ended(ExitCode.DONE, ""));
        assertThat(piped(Files.readAllBytes(vmdk), "-", raw.toString())).isEqualTo(new Ended(ExitCode.DONE, ""));
        assertThat(raw).hasBinaryContent(disk());
    }

    @Test
    void readsAFileThatTheShellOpenedAsThatFile() throws IOException {
        Path raw = Files.write(folder.resolve("a.raw"), disk());
        Path qcow2 = folder.resolve("a.qcow2");
        Path back = folder.resolve("back.raw");
        Process made =
                command("-", qcow2.toString()).redirectInput(raw.toFile()).start();
        assertThat(ended(made)).isEqualTo(new Ended(ExitCode.DONE, ""));
        Process read =
                command("-", back.toString()).redirectInput(qcow2.toFile()).start();
        assertThat(ended(read)).isEqualTo(new Ended(ExitCode.DONE, ""));
        assertThat(back).hasBinaryContent(disk());
    }

    @Test
    void saysWhatItNeeds() throws IOException {
        String out = folder.resolve("a.vhdx").toString();
        assertThat(piped(disk(), "-", out))
                .isEqualTo(new Ended(
                        ExitCode.SOURCE,
                        "bothways: standard input: the bytes of a raw disk do not tell how many will come;"
                                + " say the disk's size (--size)\n"));
        assertThat(piped(new byte[0], "-", out))
                .isEqualTo(new Ended(
                        ExitCode.SOURCE,
                        "bothways: standard input: nothing comes; see what the program that sends it says\n"));
        assertThat(piped(disk(), "-", "-", out).exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(piped(disk(), "--size", "3M", "--snapshot", "x", "-", out).exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(folder).isEmptyDirectory();
    }
}
