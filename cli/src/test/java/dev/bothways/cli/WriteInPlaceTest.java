package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code disk convert -n}: a disk of 4 MiB, half of it zeros, over what is there already. */
final class WriteInPlaceTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path scratch;

    private byte[] content = {};
    private Path source;

    @BeforeEach
    void makeDisk() throws IOException {
        content = new byte[4 * MIB];
        byte[] random = new byte[MIB];
        new Random(9).nextBytes(random);
        System.arraycopy(random, 0, content, MIB, MIB);
        System.arraycopy(random, 0, content, 3 * MIB - 512, 512);
        Path raw = Files.write(scratch.resolve("source.raw"), content);
        source = scratch.resolve("source.qcow2");
        CommandRun.of("disk", "convert", raw, source).orFail();
    }

    @ParameterizedTest
    @ValueSource(ints = {4 * MIB, 6 * MIB})
    void overwritesAFileAndLeavesWhatLiesBeyondTheDisk(int size) throws IOException {
        byte[] former = full(size);
        Path target = Files.write(scratch.resolve("target.raw"), former);
        CommandRun.of("disk", "convert", "-n", source, target).orFail();
        System.arraycopy(content, 0, former, 0, content.length);
        assertThat(target).hasBinaryContent(former);
        assertThat(scratch.resolve("target.raw.partial")).doesNotExist();
    }

    @Test
    void refusesWhatIsSmallerAndLeavesItAsItWas() throws IOException {
        byte[] former = full(3 * MIB);
        Path target = Files.write(scratch.resolve("target.raw"), former);
        refused(ExitCode.OUTPUT, "has 3145728 bytes, and the disk has 4194304", "-n", source, target);
        assertThat(target).hasBinaryContent(former);
    }

    @Test
    void refusesWhatItCannotDoInPlace() throws IOException {
        Path absent = scratch.resolve("absent.raw");
        refused(ExitCode.OUTPUT, "-n creates nothing", "-n", source, absent);
        assertThat(absent).doesNotExist();
        refused(ExitCode.OUTPUT, "neither a regular file nor a block device", "-n", source, scratch);
        refused(ExitCode.OUTPUT, "is the image that is being read", "-n", "-O", "raw", source, source);
        Path image = scratch.resolve("image.qcow2");
        CommandRun.of("disk", "create", image, "8M").orFail();
        refused(ExitCode.USAGE, "as raw only, not as qcow2", "-n", "-O", "qcow2", source, image);
        refused(ExitCode.USAGE, "holds a qcow2 image", "-n", source, image);
        Path target = Files.write(scratch.resolve("target.raw"), full(4 * MIB));
        refused(ExitCode.USAGE, "-n writes plain bytes", "-n", "-c", source, target);
        assertThat(target).hasBinaryContent(full(4 * MIB));
    }

    /** Without -n a device is never written, and the advice is the same with --force and without. */
    @Test
    void writesABlockDeviceOnlyWithN() throws IOException {
        Path backing = Files.write(scratch.resolve("backing"), full(6 * MIB));
        Path device = loop(backing);
        try {
            refused(ExitCode.OUTPUT, "is a block device; -n writes the disk into it", "-O", "raw", source, device);
            refused(
                    ExitCode.OUTPUT,
                    "is a block device; -n writes the disk into it",
                    "--force",
                    "-O",
                    "raw",
                    source,
                    device);
            CommandRun.of("disk", "convert", "-n", "--sync", source, device).orFail();
            byte[] written = Files.readAllBytes(device);
            byte[] expected = full(6 * MIB);
            System.arraycopy(content, 0, expected, 0, content.length);
            assertThat(Arrays.mismatch(written, expected)).isEqualTo(-1);
            Oracle.require("mkfs.ext4").run("-q", "-F", device).orFail();
            Path mounted = Files.createDirectory(scratch.resolve("mounted"));
            if (Oracle.require("mount").run(device, mounted).exitCode() == 0) {
                try {
                    refused(ExitCode.OUTPUT, "is in use", "-n", source, device);
                } finally {
                    Oracle.require("umount").run(mounted).orFail();
                }
            }
        } finally {
            Oracle.require("losetup").run("-d", device).orFail();
        }
    }

    private static Path loop(Path backing) {
        Oracle.Result made = Oracle.require("losetup").run("-f", "--show", backing);
        assumeThat(made.exitCode())
                .as("a loop device can be made: " + made.output())
                .isZero();
        return Path.of(made.output().strip());
    }

    private static byte[] full(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 0x5a);
        return bytes;
    }

    private static void refused(int exitCode, String words, Object... options) {
        Object[] arguments = new Object[options.length + 2];
        arguments[0] = "disk";
        arguments[1] = "convert";
        System.arraycopy(options, 0, arguments, 2, options.length);
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(words);
        assertThat(run.err().strip().lines()).hasSize(1);
    }
}
