package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong gives one sentence on stderr, and the exit code that the help names. */
final class ExitCodeTest {
    @TempDir
    Path scratch;

    @BeforeEach
    void resolve() throws IOException {
        scratch = scratch.toRealPath();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "absent",
                "--absent",
                "disk absent",
                "disk info",
                "disk create a.raw",
                "disk create a.raw 1X",
                "disk create a.odd 1M",
                "disk create -O odd a.raw 1M",
                "disk convert a.raw b.odd",
                "convert web01",
                "convert web01 --to hyperv",
                "convert web01 --to absent --dry-run",
                "convert web01 --to hyperv --platform absent --dry-run",
                "convert web01 --to hyperv --memory 0 --dry-run",
                "convert web01 --to hyperv --cpus 0 --dry-run",
                "inspect web01 --firmware odd",
                "inspect web01 --memory much",
                "rehearse web01 --timeout 0",
                "files cat",
            })
    void wrongUsageIs2(String words) {
        CommandRun run = CommandRun.of((Object[]) words.split(" "));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isNotBlank().startsWith("bothways: ").doesNotContain("internal error:", "Exception");
    }

    @Test
    void anAbsentSourceIs3() {
        Path absent = scratch.resolve("absent");
        for (List<Object> command : List.<List<Object>>of(
                List.of("inspect", absent),
                List.of("convert", absent, "--to", "hyperv", "--dry-run"),
                List.of("verify", absent),
                List.of("rehearse", absent),
                List.of("disk", "info", absent),
                List.of("disk", "check", absent),
                List.of("disk", "map", absent),
                List.of("disk", "compare", absent, absent),
                List.of("disk", "convert", absent, scratch.resolve("out.vhdx")),
                List.of("files", "ls", absent),
                List.of("files", "get", absent + ":/etc/hostname", scratch.resolve("out")))) {
            CommandRun run = CommandRun.of(command.toArray());
            assertThat(run.exitCode()).as(command + " " + run.err()).isEqualTo(3);
            oneSentence(run);
            assertThat(run.err()).contains(absent.toString());
        }
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void aFormatThatIsNotReadIs3() throws IOException {
        Path qcow2 = Files.write(scratch.resolve("disk.img"), header("QFI\u00fb\0\0\0\u0003"));
        for (List<Object> command : List.<List<Object>>of(
                List.of("disk", "info", qcow2),
                List.of("disk", "convert", qcow2, scratch.resolve("out.vhdx")),
                List.of("files", "ls", qcow2),
                List.of("inspect", qcow2, "--memory", "1G", "--cpus", "1", "--firmware", "bios"))) {
            CommandRun run = CommandRun.of(command.toArray());
            assertThat(run.exitCode()).as(command + " " + run.err()).isEqualTo(3);
            oneSentence(run);
        }
    }

    @Test
    void aDamagedImageOrDefinitionIs3() throws IOException {
        Path vhdx = Files.write(scratch.resolve("disk.vhdx"), header("vhdxfile"));
        CommandRun image = CommandRun.of("disk", "info", vhdx);
        assertThat(image.exitCode()).as(image.err()).isEqualTo(3);
        oneSentence(image);
        Path cfg = Files.writeString(scratch.resolve("web01.cfg"), "name = 'web01\n");
        CommandRun definition = CommandRun.of("inspect", cfg);
        assertThat(definition.exitCode()).as(definition.err()).isEqualTo(3);
        oneSentence(definition);
        Path noDisk = Files.writeString(scratch.resolve("web02.cfg"), "name = 'web02'\nbootloader = 'pygrub'\n");
        CommandRun empty = CommandRun.of("convert", noDisk, "--to", "kvm", "--dry-run");
        assertThat(empty.exitCode()).isEqualTo(3);
        assertThat(empty.err()).contains("has no hard disk", "--as-is");
    }

    @Test
    void aDiskWithoutAnOperatingSystemIs3() throws IOException {
        Path disk = Files.write(scratch.resolve("disk.raw"), new byte[1 << 20]);
        CommandRun run = CommandRun.of("convert", disk, "--to", "kvm", "--dry-run");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        oneSentence(run);
        assertThat(run.err()).contains("no operating system was found", "--as-is");
    }

    @Test
    void aGuestThatCannotBeMadeToRunIs4() throws IOException {
        Path guest = TinyXenGuest.make(scratch, List.of("xen_blkfront", "xen_netfront"));
        CommandRun run = CommandRun.of("convert", guest, "--to", "hyperv", "--dry-run");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
        oneSentence(run);
        assertThat(run.err()).contains("cannot reach a disk on hyperv-gen1");
    }

    @Test
    void anOutputThatIsThereIs5AndStaysAsItIs() throws IOException {
        Path disk = scratch.resolve("disk.raw");
        CommandRun.of("disk", "create", disk, "1M").orFail();
        Path taken = Files.writeString(scratch.resolve("taken.vhdx"), "letter");
        for (List<Object> command : List.<List<Object>>of(
                List.of("disk", "create", taken, "1M"), List.of("disk", "convert", disk, taken))) {
            CommandRun run = CommandRun.of(command.toArray());
            assertThat(run.exitCode()).as(command + " " + run.err()).isEqualTo(5);
            oneSentence(run);
            assertThat(taken).hasContent("letter");
        }
        CommandRun.of("disk", "convert", "--force", disk, taken).orFail();
        assertThat(CommandRun.of("disk", "info", taken).out()).contains("vhdx");
    }

    @Test
    void aPlaceThatIsNotThereIs5() {
        Path nowhere = scratch.resolve("absent/disk.raw");
        CommandRun run = CommandRun.of("disk", "create", nowhere, "1M");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
        oneSentence(run);
    }

    @Test
    void aMachineThatWasChangedIs6() throws IOException {
        Path folder = scratch.resolve("machine");
        Files.createDirectory(folder);
        Files.write(folder.resolve("a.raw"), new byte[512]);
        Files.writeString(folder.resolve("bothways.json"), """
                {"schema": 1, "bothways": "0.1.0", "target": "xen", "platform": "xen-pv",
                 "source": {"definition": "a.cfg", "dialect": "xl", "disks": []}, "machine": {},
                 "disks": [{"file": "a.raw", "format": "raw", "size": 512, "guestHash": "guest-sha256:00",
                            "fileSize": 512, "sha256": "00"}],
                 "files": [], "changes": [], "fixups": [], "lost": [], "warnings": []}
                """);
        CommandRun run = CommandRun.of("verify", folder);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(6);
        assertThat(run.out())
                .contains("WRONG a.raw was changed after the conversion")
                .endsWith("the machine is not as it was converted" + System.lineSeparator());
        CommandRun json = CommandRun.of("verify", "--json", folder);
        assertThat(json.exitCode()).isEqualTo(6);
        assertThat(json.out()).contains("\"failed\"");
    }

    @Test
    void hostileNamesReachNoTerminal() throws IOException {
        String name = "evil\u001b[2J\u202e\u0007";
        List<CommandRun> runs = List.of(
                CommandRun.of("inspect", scratch.resolve(name)),
                CommandRun.of("disk", "info", scratch.resolve(name)),
                CommandRun.of("disk", "create", scratch.resolve(name), "1M"),
                CommandRun.of("disk", "create", scratch.resolve("a.raw"), name),
                CommandRun.of("convert", scratch, "--to", name, "--dry-run"),
                CommandRun.of("convert", scratch, "--to", "xen", "--platform", name, "--dry-run"),
                CommandRun.of("--" + name),
                CommandRun.of(name));
        for (CommandRun run : runs) {
            assertThat(run.exitCode()).isBetween(2, 3);
            assertThat(run.out() + run.err()).contains("\\u001b[2J\\u202e\\u0007");
            assertThat(run.out() + run.err()).doesNotContain("\u001b", "\u202e", "\u0007");
        }
        Path folder = Files.createDirectory(scratch.resolve("cfg"));
        Files.write(folder.resolve("root.img"), new byte[4096]);
        Files.writeString(
                folder.resolve("evil.cfg"),
                "name = '" + name + "'\nbootloader = 'pygrub'\ndisk = [ '" + name + ",raw,xvda,w' ]\n");
        CommandRun run = CommandRun.of("inspect", folder);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.err()).doesNotContain("\u001b", "\u202e", "\u0007");
    }

    @Test
    void aFileThatIsCalledAfterAnArgumentFileIsAFile() throws IOException {
        Path list = Files.writeString(scratch.resolve("list"), "--help");
        CommandRun run = CommandRun.of("disk", "info", "@" + list);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).startsWith("bothways: @" + list + ": there is no such file");
    }

    @Test
    void nothingIsLeftWhereACommandFails() throws IOException {
        Path qcow2 = Files.write(scratch.resolve("in"), header("QFI\u00fb\0\0\0\u0003"));
        CommandRun.of("disk", "convert", qcow2, scratch.resolve("out.vhdx"));
        try (Stream<Path> files = Files.list(scratch)) {
            assertThat(files).containsExactly(qcow2);
        }
    }

    private static byte[] header(String text) {
        byte[] file = new byte[1 << 16];
        byte[] beginning = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        System.arraycopy(beginning, 0, file, 0, beginning.length);
        return file;
    }

    private static void oneSentence(CommandRun run) {
        assertThat(run.out()).isEmpty();
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.err()).startsWith("bothways: ").doesNotContain("Exception", "null");
    }
}
