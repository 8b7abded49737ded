package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text that is no definition, or one in UTF-16, or a broken one: it is told as such, and is a raw disk only where a user says so. */
final class TextSourcesTest {
    private static final Map<String, String> DEFINITIONS = Map.of(
            "a .vmx of VMware", "config.version = \"8\"\nvirtualHW.version = \"19\"\ndisplayName = \"a\"\n",
            "a .conf of Proxmox VE", "bootdisk: scsi0\ncores: 1\nmemory: 512\nname: a\n",
            "a .cfg of xl", "name = \"web01\"\nmemory = 512\n");

    @TempDir
    Path scratch;

    private static List<CommandRun> machines(Path file) {
        String[] bare = {"--memory", "1G", "--cpus", "1", "--firmware", "bios"};
        return List.of(
                CommandRun.of("inspect", file, bare[0], bare[1], bare[2], bare[3], bare[4], bare[5]),
                CommandRun.of(
                        "convert",
                        file,
                        "--to",
                        "kvm",
                        "--dry-run",
                        bare[0],
                        bare[1],
                        bare[2],
                        bare[3],
                        bare[4],
                        bare[5]));
    }

    @Test
    void aDefinitionInUtf16IsNamed() throws IOException {
        for (Map.Entry<String, String> definition : DEFINITIONS.entrySet()) {
            for (Charset charset :
                    List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
                Path file = Files.write(
                        scratch.resolve("a.txt"), definition.getValue().getBytes(charset));
                for (CommandRun run : machines(file)) {
                    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
                    assertThat(run.err()).contains("looks like " + definition.getKey() + " in UTF-16", "iconv");
                }
            }
        }
    }

    @Test
    void whatIsWrongWithXmlIsTold() throws IOException {
        String attributes = "a='1' b='1' ".repeat(1000);
        for (Map.Entry<String, String> wrong : Map.of(
                        "<domain type='kvm'><name>a</na",
                        "is not XML",
                        "<domain " + attributes + "/>",
                        "more than 190 attributes",
                        "<letter><to>you</to></letter>",
                        "its root element is letter")
                .entrySet()) {
            Path file = Files.writeString(scratch.resolve("a.xml"), wrong.getKey());
            for (CommandRun run : machines(file)) {
                assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
                assertThat(run.err()).contains(wrong.getValue());
            }
        }
    }

    @Test
    void otherTextIsTold() throws IOException {
        Path json = Files.writeString(scratch.resolve("a.json"), "{\"hello\": \"world\"}");
        Path large = Files.writeString(scratch.resolve("a.cfg"), "name = \"a\"\n".repeat(500_000));
        for (Path file : List.of(json, large)) {
            for (CommandRun run : machines(file)) {
                assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
                assertThat(run.err()).contains(" is text");
            }
        }
    }

    @Test
    void commandsOfDisksRefuseTextUnlessItIsSaidToBeRaw() throws IOException {
        Path file = Files.writeString(
                scratch.resolve("a.vmx"),
                DEFINITIONS.getOrDefault("a .vmx of VMware", "").repeat(100));
        Path out = scratch.resolve("out.raw");
        for (CommandRun run : List.of(
                CommandRun.of("disk", "info", file),
                CommandRun.of("disk", "map", file),
                CommandRun.of("disk", "compare", file, file),
                CommandRun.of("disk", "convert", file, out),
                CommandRun.of("files", "ls", file))) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
            assertThat(run.err()).contains("this is text");
        }
        assertThat(out).doesNotExist();
        assertThat(CommandRun.of("disk", "info", "-f", "raw", file).exitCode()).isZero();
        CommandRun.of("disk", "convert", "-f", "raw", file, out).orFail();
        assertThat(out).hasSameBinaryContentAs(file);
    }
}
