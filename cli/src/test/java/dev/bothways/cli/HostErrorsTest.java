package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command in a process of its own, whose system calls on one file the kernel refuses, by strace: an error of the source is one
 * sentence with the file and exit code 3, one of the output is one sentence with the file and exit code 5, and nothing is left.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostErrorsTest {
    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Bothways.class.getName());

    @TempDir
    static Path temporary;

    private Path scratch = Path.of("");

    private Path guest = Path.of("");
    private Path image = Path.of("");
    private Path qcow2 = Path.of("");
    private Path split = Path.of("");
    private Path machine = Path.of("");
    private Path ova = Path.of("");
    private Path xva = Path.of("");

    @BeforeAll
    void makeSources() throws IOException {
        scratch = temporary.toRealPath();
        begin();
        guest = TinyXenGuest.make(scratch);
        image = guest.resolve("root.img");
        qcow2 = scratch.resolve("disk.qcow2");
        CommandRun.of("disk", "convert", image, qcow2).orFail();
        split = scratch.resolve("split.vmdk");
        CommandRun.of("disk", "convert", "-o", "subformat=twoGbMaxExtentFlat", image, split)
                .orFail();
        machine = scratch.resolve("machine");
        CommandRun.of("convert", guest, "--to", "kvm", "-o", machine).orFail();
        CommandRun.of("convert", guest, "--to", "virtualbox", "--bundle", "ova", "-o", scratch.resolve("vbox"))
                .orFail();
        ova = only(scratch.resolve("vbox"), ".ova");
        CommandRun.of("convert", guest, "--to", "xenserver", "-o", scratch.resolve("xapi"))
                .orFail();
        xva = only(scratch.resolve("xapi"), ".xva");
    }

    /** The folder that outputs go to, empty. */
    private void begin() throws IOException {
        Path work = scratch.resolve("work");
        if (Files.exists(work)) {
            try (Stream<Path> files = Files.walk(work)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectory(work);
    }

    private static Path only(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Oracle.Result run(List<Path> files, String injected, List<Object> words) {
        List<Object> command = new ArrayList<>(List.of("-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null"));
        for (Path file : files) {
            command.addAll(List.of("-P", file));
        }
        command.addAll(List.of("-e", "inject=" + injected));
        command.addAll(JAVA);
        command.addAll(words);
        return Oracle.require("strace").run(command.toArray());
    }

    private static void oneSentence(Oracle.Result result, int exitCode, String where) {
        assertThat(result.exitCode()).as(result.output()).isEqualTo(exitCode);
        List<String> lines = result.output()
                .lines()
                .filter(line -> line.startsWith("bothways: "))
                .toList();
        assertThat(lines).as(result.output()).hasSize(1);
        assertThat(lines.getFirst()).contains(where).doesNotContain("Exception", "null", "internal error");
    }

    private DynamicTest unreadable(Path file, Object... words) {
        return dynamicTest(List.of(words) + " cannot read " + file.getFileName(), () -> {
            boolean failed = false;
            for (String when : List.of("1+", "3+")) {
                begin();
                Oracle.Result result = run(List.of(file), "pread64,read:error=EIO:when=" + when, List.of(words));
                if (result.exitCode() != ExitCode.DONE || when.equals("1+")) {
                    oneSentence(result, ExitCode.SOURCE, file.toString());
                    assertThat(result.output()).containsIgnoringCase("input/output error");
                    assertThat(result.output()).contains("at byte ");
                    failed = true;
                    nothingLeft();
                }
            }
            assertThat(failed).isTrue();
        });
    }

    private void nothingLeft() throws IOException {
        try (Stream<Path> files = Files.list(scratch.resolve("work"))) {
            assertThat(files).isEmpty();
        }
    }

    @TestFactory
    Stream<DynamicTest> anUnreadableSourceIs3() {
        Path out = scratch.resolve("work/out");
        Path outDisk = scratch.resolve("work/out.vhdx");
        return Stream.of(
                unreadable(image, "inspect", guest),
                unreadable(guest.resolve("web01.cfg"), "inspect", guest),
                unreadable(image, "convert", guest, "--to", "hyperv", "--dry-run"),
                unreadable(image, "convert", guest, "--to", "hyperv", "-o", out),
                unreadable(ova, "inspect", ova),
                unreadable(ova, "convert", ova, "--to", "kvm", "-o", out),
                unreadable(xva, "inspect", xva),
                unreadable(xva, "convert", xva, "--to", "kvm", "-o", out),
                unreadable(qcow2, "disk", "info", qcow2),
                unreadable(qcow2, "disk", "check", qcow2),
                unreadable(qcow2, "disk", "map", qcow2),
                unreadable(qcow2, "disk", "compare", image, qcow2),
                unreadable(qcow2, "disk", "convert", qcow2, outDisk),
                unreadable(scratch.resolve("split-f001.vmdk"), "disk", "convert", split, outDisk),
                unreadable(split, "disk", "info", split),
                unreadable(ova, "disk", "info", ova),
                unreadable(qcow2, "files", "ls", qcow2),
                unreadable(qcow2, "files", "tree", qcow2),
                unreadable(qcow2, "files", "cat", qcow2 + ":/etc/os-release"),
                unreadable(qcow2, "files", "get", qcow2 + ":/etc/os-release", out),
                unreadable(machine.resolve("bothways.json"), "verify", machine),
                unreadable(machine.resolve("web01-vda.qcow2"), "verify", machine));
    }

    private DynamicTest unwritable(String file, Object... words) {
        Path path = scratch.resolve(file);
        return dynamicTest(List.of(words) + " cannot write " + file, () -> {
            begin();
            for (String error : List.of("ENOSPC", "EIO")) {
                String calls = "pwrite64,write,ftruncate,fallocate:error=";
                oneSentence(run(List.of(path), calls + error, List.of(words)), ExitCode.OUTPUT, path.toString());
                nothingLeft();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> anUnwritableOutputIs5() {
        Path out = scratch.resolve("work/out");
        Path outDisk = scratch.resolve("work/out.vhdx");
        return Stream.of(
                unwritable(
                        "work/out.unfinished/Virtual Hard Disks/web01-0.vhdx",
                        "convert",
                        guest,
                        "--to",
                        "hyperv",
                        "-o",
                        out),
                unwritable("work/out.unfinished/bothways.json", "convert", guest, "--to", "hyperv", "-o", out),
                unwritable(
                        "work/out.unfinished/web01.ova",
                        "convert",
                        guest,
                        "--to",
                        "virtualbox",
                        "--bundle",
                        "ova",
                        "-o",
                        out),
                unwritable("work/out.unfinished/web01.xva", "convert", guest, "--to", "xenserver", "-o", out),
                unwritable("work/out.vhdx.partial", "disk", "convert", qcow2, outDisk),
                unwritable("work/out.vhdx.partial", "disk", "create", outDisk, "64M"),
                unwritable("work/out", "files", "get", qcow2 + ":/etc/os-release", out));
    }

    /** What was written is read back; it is the output that fails then, not the source. */
    @TestFactory
    Stream<DynamicTest> anOutputThatCannotBeReadBackIs5() {
        Path written = scratch.resolve("work/out.unfinished/Virtual Hard Disks/web01-0.vhdx");
        return Stream.of(dynamicTest("convert", () -> {
            begin();
            List<Object> words = List.of("convert", guest, "--to", "hyperv", "-o", scratch.resolve("work/out"));
            oneSentence(
                    run(List.of(written), "pread64,read:error=EIO:when=2+", words),
                    ExitCode.OUTPUT,
                    written.toString());
            nothingLeft();
        }));
    }
}
