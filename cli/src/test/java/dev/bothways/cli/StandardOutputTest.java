package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a command writes to standard output arrives, or the command fails. */
final class StandardOutputTest {
    @TempDir
    static Path shared;

    private static Path guest;

    @TempDir
    Path scratch;

    @BeforeAll
    static void make() throws IOException {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        assumeThat(Files.exists(Path.of("/dev/full"))).as("/dev/full is there").isTrue();
        guest = TinyXenGuest.make(shared);
        Path disk = guest.resolve("root.img");
        Files.createSymbolicLink(shared.resolve("disk.raw"), disk);
        CommandRun.of("disk", "convert", disk, shared.resolve("disk.qcow2")).orFail();
        CommandRun.of("convert", guest, "--to", "hyperv", "-o", shared.resolve("machine"))
                .orFail();
    }

    /** Every command that prints, in each of its forms, as words for a shell in the folder of the test's files. */
    static Stream<String> printing() {
        List<String> commands =
                new ArrayList<>(List.of("--help", "--version", "-V", "disk --help", "files get --help"));
        for (String json : List.of("", " --json")) {
            commands.add("inspect " + guest + json);
            commands.add("convert " + guest + " --to hyperv --dry-run" + json);
            commands.add("verify machine" + json);
            commands.add("disk info disk.qcow2" + json);
            commands.add("disk check disk.qcow2" + json);
            commands.add("disk map disk.qcow2" + json);
            commands.add("disk compare disk.raw disk.qcow2" + json);
            commands.add("disk convert --hash disk.qcow2 $OUT/copy.raw" + json);
        }
        commands.add("disk convert -O raw disk.qcow2 -");
        commands.add("files ls disk.raw:/etc");
        commands.add("files tree disk.raw");
        commands.add("files cat disk.raw:/etc/fstab");
        return commands.stream();
    }

    @ParameterizedTest
    @MethodSource("printing")
    void aFullDiskIs5(String command) throws IOException {
        ProgramRun run = run(command + " >/dev/full");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OUTPUT);
        assertThat(run.err().strip().lines().filter(line -> line.startsWith("bothways: ")))
                .as(run.err())
                .hasSize(1)
                .allMatch(line -> line.contains("cannot be written"));
    }

    @Test
    void aClosedFileIs5() throws IOException {
        for (String command : List.of("--version", "--help", "disk info disk.qcow2", "files cat disk.raw:/etc/fstab")) {
            ProgramRun run = run(command + " >&-");
            assertThat(run.exitCode()).as(command + ": " + run.err()).isEqualTo(ExitCode.OUTPUT);
            assertThat(run.err()).contains("standard output: cannot be written");
        }
    }

    /** As other programs do, which SIGPIPE ends. */
    @Test
    void aPipeThatNobodyReadsEndsItQuietly() throws IOException {
        for (String command : List.of(
                "--help",
                "files tree disk.raw",
                "files cat disk.raw:/boot/vmlinuz-6.1.0-50-amd64",
                "disk map --json disk.qcow2",
                "inspect " + guest,
                "disk convert -O raw disk.qcow2 -")) {
            ProgramRun run = run("set -o pipefail; " + "bothways " + command + " | exec true", "");
            assertThat(run.err()).as(command).isEmpty();
            assertThat(run.exitCode()).as(command).isEqualTo(ExitCode.CLOSED_PIPE);
        }
    }

    @Test
    void aPlanThatCannotBePrintedIsNotExecuted() throws IOException {
        ProgramRun run = run("convert " + guest + " --to hyperv -o $OUT/new >/dev/full");
        assertThat(run.exitCode()).isEqualTo(ExitCode.OUTPUT);
        assertThat(scratch).isEmptyDirectory();
    }

    private ProgramRun run(String command) throws IOException {
        return run("", "bothways " + command);
    }

    private ProgramRun run(String before, String command) throws IOException {
        return ProgramRun.shell(shared, "cd '" + shared + "'; OUT='" + scratch + "'; " + before + command);
    }
}
