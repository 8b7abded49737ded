package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program, told to end while it works: nothing is left, one line says so, and the exit code names the signal. */
final class InterruptionTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path scratch;

    private Path folder;
    private Path errors;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(scratch.resolve("folder"));
        errors = scratch.resolve("stderr");
    }

    @ParameterizedTest
    @CsvSource({"INT, 130, raw", "TERM, 143, qcow2", "TERM, 143, vhdx", "INT, 130, vmdk"})
    void removesAnImageThatIsBeingWritten(String signal, int exitCode, String format) throws Exception {
        Path out = folder.resolve("out." + format);
        Process process = slowConvert(out);
        end(process, signal, () -> names().stream().anyMatch(name -> name.endsWith(".partial")));
        assertThat(process.exitValue()).isEqualTo(exitCode);
        assertThat(names()).isEmpty();
        assertThat(Files.readString(errors)).isEqualTo("bothways: interrupted; removed the unfinished " + out + "\n");
    }

    @Test
    void removesAllFilesOfAnImageThatHasSeveral() throws Exception {
        Path out = folder.resolve("out.vmdk");
        Process process = slowConvert(out, "-o", "subformat=monolithicFlat");
        end(process, "TERM", () -> names().contains("out-flat.vmdk.partial"));
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(names()).isEmpty();
        assertThat(Files.readString(errors))
                .startsWith("bothways: interrupted; removed the unfinished ")
                .hasLineCount(1);
    }

    @Test
    void keepsTheImageThatWasToBeReplaced() throws Exception {
        Path out = Files.writeString(folder.resolve("out.raw"), "former");
        Process process = slowConvert(out, "--force");
        end(process, "INT", () -> names().contains("out.raw.partial"));
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(names()).containsExactly("out.raw");
        assertThat(out).hasContent("former");
    }

    @Test
    void saysThatATargetIsPartlyWritten() throws Exception {
        Path out = folder.resolve("out.raw");
        try (RandomAccessFile file = new RandomAccessFile(out.toFile(), "rw")) {
            file.setLength(16 << 20);
        }
        Process process = slowConvert(out, "-n");
        end(process, "TERM", () -> holdsData(out));
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(Files.readString(errors)).isEqualTo("bothways: interrupted; " + out + " is only partly written\n");
    }

    /** Killed outright, it leaves its file; the next run replaces that, and needs no --force for it. */
    @Test
    void aDeadConversionsFileIsReplacedAndALivingOnesIsNot() throws Exception {
        Path out = folder.resolve("out.qcow2");
        Process process = slowConvert(out);
        await(() -> names().contains("out.qcow2.partial"));
        CommandRun second = CommandRun.of("disk", "create", "--force", out, "1M");
        assertThat(second.exitCode()).isEqualTo(ExitCode.OUTPUT);
        assertThat(second.err()).contains("is being written by another conversion");
        process.destroyForcibly().waitFor();
        assertThat(names()).containsExactlyInAnyOrder("out.qcow2.partial", "out.qcow2.partial.lock");
        CommandRun.of("disk", "create", out, "1M").orFail();
        assertThat(names()).containsExactly("out.qcow2");
    }

    @Test
    void aDeadConversionsSecondFilesAreReplacedToo() throws Exception {
        Path out = folder.resolve("out.vmdk");
        Process process = slowConvert(out, "-o", "subformat=monolithicFlat");
        await(() -> names().contains("out-flat.vmdk.partial"));
        process.destroyForcibly().waitFor();
        CommandRun.of("disk", "create", "-o", "subformat=monolithicFlat", out, "1M")
                .orFail();
        assertThat(names()).containsExactlyInAnyOrder("out.vmdk", "out-flat.vmdk");
    }

    @Test
    void aFileThatNoConversionLeftIsKeptWithoutForce() throws IOException {
        Path own = Files.writeString(folder.resolve("out.raw.partial"), "letter");
        CommandRun refused = CommandRun.of("disk", "create", folder.resolve("out.raw"), "1M");
        assertThat(refused.exitCode()).isEqualTo(ExitCode.OUTPUT);
        assertThat(refused.err()).contains(own + ": is in the way");
        assertThat(own).hasContent("letter");
        assertThat(names()).containsExactly("out.raw.partial");
        CommandRun.of("disk", "create", "--force", folder.resolve("out.raw"), "1M")
                .orFail();
        assertThat(names()).containsExactly("out.raw");
    }

    @Test
    void removesAFolderThatIsBeingWritten() throws Exception {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        Path guest = TinyXenGuest.make(scratch);
        Path out = folder.resolve("machine");
        Process process = ProgramRun.start(errors, "convert", guest, "--to", "hyperv", "-o", out);
        end(process, "TERM", () -> names().contains("machine.unfinished"));
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(names()).isEmpty();
        List<String> lines = Files.readAllLines(errors);
        assertThat(lines.getLast()).isEqualTo("bothways: interrupted; removed the unfinished " + out);
        assertThat(lines).filteredOn(line -> line.startsWith("bothways:")).hasSize(1);
    }

    @Test
    void endsTheGuestOfARehearsalAndRemovesItsFiles() throws Exception {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        Oracle.require("qemu-system-x86_64");
        Oracle.require("qemu-img");
        Path guest = TinyXenGuest.make(scratch);
        Path machine = scratch.resolve("machine");
        CommandRun.of("convert", guest, "--to", "hyperv", "-o", machine).orFail();
        Path log = folder.resolve("serial.log");
        Path temporary = Files.createDirectory(scratch.resolve("tmp"));
        List<String> command = ProgramRun.interruptible();
        command.add(command.indexOf("-cp"), "-Djava.io.tmpdir=" + temporary);
        command.addAll(List.of("rehearse", "--accelerator", "tcg", "--log", log.toString(), machine.toString()));
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        end(
                process,
                "TERM",
                () -> process.children()
                        .anyMatch(child -> child.info().command().orElse("").contains("qemu-system")));
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(names()).isEmpty();
        assertThat(temporary).isEmptyDirectory();
        assertThat(Files.readString(errors)).isEqualTo("bothways: interrupted; removed the unfinished " + log + "\n");
    }

    @Test
    void removesAFileThatIsBeingCopiedOut() throws Exception {
        Path tree = Files.createDirectory(scratch.resolve("tree"));
        byte[] large = new byte[96 << 20];
        new Random(2).nextBytes(large);
        Files.write(tree.resolve("large"), large);
        Path image = scratch.resolve("image.raw");
        Oracle.require("mkfs.ext4").run("-q", "-F", "-d", tree, image, "160M").orFail();
        Path out = folder.resolve("large");
        Process process = ProgramRun.start(errors, "files", "get", image + ":/large", out);
        await(() -> names().contains("large"));
        signal(process, "INT");
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(names()).isEmpty();
        assertThat(Files.readString(errors)).isEqualTo("bothways: interrupted; removed the unfinished " + out + "\n");
    }

    /** Of a disk of 16 MiB, at a rate that takes minutes. */
    private Process slowConvert(Path out, String... options) throws IOException {
        Path disk = scratch.resolve("disk.raw");
        byte[] content = new byte[16 << 20];
        new Random(1).nextBytes(content);
        Files.write(disk, content);
        List<Object> arguments = new ArrayList<>(List.of("disk", "convert", "-r", "64k", "--progress", "none"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(disk, out));
        return ProgramRun.start(errors, arguments.toArray());
    }

    private static void end(Process process, String signal, BooleanSupplier working) throws Exception {
        await(working);
        signal(process, signal);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static void signal(Process process, String signal) throws Exception {
        // The shell's own kill: a minimal system has no program of that name.
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time to wait").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static boolean holdsData(Path file) {
        byte[] beginning = new byte[512];
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            open.readFully(beginning);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return !new String(beginning, StandardCharsets.ISO_8859_1).isBlank() && beginning[1] != 0;
    }

    private List<String> names() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
