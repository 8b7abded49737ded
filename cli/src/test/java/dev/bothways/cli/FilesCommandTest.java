package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on files inside an image, on an ext4 that fills a small disk. */
final class FilesCommandTest {
    @TempDir
    static Path shared;

    private static Path image;

    @TempDir
    Path scratch;

    @BeforeAll
    static void makeImage() throws IOException {
        Path tree = shared.resolve("tree");
        Files.createDirectories(tree.resolve("etc/deep/deeper"));
        Files.writeString(tree.resolve("etc/hostname"), "web01\n");
        Files.writeString(tree.resolve("etc/evil\u001b[2J"), "");
        Files.write(tree.resolve("etc/deep/binary"), new byte[] {0, (byte) 0xff, '\n', 0});
        Files.createSymbolicLink(tree.resolve("etc/link"), Path.of("/etc/hostname"));
        Files.createSymbolicLink(tree.resolve("etc/out"), Path.of("../../../etc/passwd"));
        image = shared.resolve("disk.img");
        Oracle.require("mkfs.ext4").run("-q", "-F", "-d", tree, image, "8M").orFail();
    }

    @Test
    void listsAFolderWithNamesFitForATerminal() {
        String list = CommandRun.of("files", "ls", image + ":/etc").orFail().out();
        assertThat(list)
                .containsPattern("-rw-r--r-- +\\S+ +6 +\\S+ +hostname")
                .containsPattern("drwxr-xr-x .* deep\n")
                .containsPattern("lrwxrwxrwx .* link\n")
                .contains("evil\\u001b[2J")
                .doesNotContain("\u001b");
        assertThat(CommandRun.of("files", "ls", image).orFail().out()).contains("etc", "lost+found");
        assertThat(CommandRun.of("files", "ls", image + ":/etc/hostname")
                        .orFail()
                        .out())
                .contains("/etc/hostname");
    }

    @Test
    void listsAllBelowAFolder() {
        assertThat(CommandRun.of("files", "tree", image + ":/etc")
                        .orFail()
                        .out()
                        .lines())
                .containsExactlyInAnyOrder(
                        "/etc/deep",
                        "/etc/deep/binary",
                        "/etc/deep/deeper",
                        "/etc/evil\\u001b[2J",
                        "/etc/hostname",
                        "/etc/link",
                        "/etc/out");
        assertThat(CommandRun.of("files", "tree", "--depth", "1", image + ":/etc")
                        .orFail()
                        .out()
                        .lines())
                .hasSize(5);
    }

    @Test
    void writesAFileToStdoutByteForByte() throws IOException {
        assertThat(printed(image + ":/etc/deep/binary")).isEqualTo(new byte[] {0, (byte) 0xff, '\n', 0});
        assertThat(printed(image + ":/etc/link"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("web01\n");
    }

    @Test
    void copiesAFileOut() throws IOException {
        Path copy = scratch.resolve("copy");
        CommandRun.of("files", "get", image + ":/etc/deep/binary", copy).orFail();
        assertThat(copy).hasBinaryContent(new byte[] {0, (byte) 0xff, '\n', 0});
        CommandRun again = CommandRun.of("files", "get", image + ":/etc/hostname", copy);
        assertThat(again.exitCode()).isEqualTo(5);
        assertThat(again.err()).isEqualTo("bothways: " + copy + ": is there already; name another file\n");
        assertThat(Files.size(copy)).isEqualTo(4);
    }

    @Test
    void aPlaceThatIsNotThereIs5() {
        CommandRun run = CommandRun.of("files", "get", image + ":/etc/hostname", scratch.resolve("absent/copy"));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
        assertThat(run.err()).contains("its folder does not exist; make it first");
    }

    @Test
    void copiesNoFolderAndLeavesNothing() {
        CommandRun run = CommandRun.of("files", "get", image + ":/etc", scratch.resolve("copy"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("bothways: /etc is no regular file; name a file inside the image\n");
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void followsNoLinkOutOfTheImage() {
        // Inside the image /../.. is /, and there is no /etc/passwd in this one.
        CommandRun run = CommandRun.of("files", "get", image + ":/etc/out", scratch.resolve("copy"));
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void namesAPathThatIsNotThere() {
        CommandRun run = CommandRun.of("files", "ls", image + ":/srv");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).isEqualTo("bothways: /srv: there is no such file; check the path\n");
    }

    private static byte[] printed(String place) throws IOException {
        ProgramRun run = ProgramRun.shell(shared, "bothways files cat '" + place + "'");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.output().getBytes(StandardCharsets.ISO_8859_1);
    }
}
