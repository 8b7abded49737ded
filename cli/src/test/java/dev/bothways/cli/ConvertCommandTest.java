package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verbs on a small guest of Xen. */
final class ConvertCommandTest {
    @TempDir
    static Path shared;

    private static Path source;

    @TempDir
    Path scratch;

    @BeforeAll
    static void makeGuest() throws IOException {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
        source = TinyXenGuest.make(shared);
    }

    @Test
    void inspectTellsWhatIsInsideAndWhereItWouldBoot() {
        String out = CommandRun.of("inspect", source).orFail().out();
        assertThat(out.lines().findFirst().orElse(""))
                .contains("web01", "Debian GNU/Linux 12 (bookworm)", "no boot loader", "6.1.0-50-amd64", "root ext4");
        assertThat(out).containsPattern("xen-pv +yes").containsPattern("hyperv-gen1 +no");
        JsonNode facts = JsonMapper.shared()
                .readTree(CommandRun.of("inspect", "--json", source).orFail().out());
        assertThat(facts.path("name").asString()).isEqualTo("web01");
        assertThat(facts.path("platforms")).hasSize(8);
    }

    @Test
    void aDryRunPrintsThePlanAndWritesNothing() {
        Path folder = scratch.resolve("web01");
        CommandRun run = CommandRun.of("convert", source, "--to", "hyperv", "-o", folder, "--dry-run")
                .orFail();
        assertThat(run.out())
                .contains("hyperv-gen1", "partition table", "/etc/fstab", "initramfs")
                .doesNotContain("written to");
        assertThat(scratch).isEmptyDirectory();
        String json = CommandRun.of("convert", source, "--to", "hyperv", "--dry-run", "--json")
                .orFail()
                .out();
        assertThat(JsonMapper.shared().readTree(json).isObject()).isTrue();
    }

    @Test
    void convertsVerifiesAndKeepsWhatIsThere() throws IOException {
        Path folder = scratch.resolve("web01");
        CommandRun run =
                CommandRun.of("convert", source, "--to", "hyperv", "-o", folder).orFail();
        assertThat(run.out()).contains("written to " + folder + " and verified", "import.ps1");
        assertThat(run.err()).contains("copying disk 1 of 1", "verifying");
        assertThat(CommandRun.of("verify", folder).orFail().out())
                .endsWith("the machine is as it was converted" + System.lineSeparator());
        Path letter = Files.writeString(folder.resolve("letter"), "dear");
        CommandRun again = CommandRun.of("convert", source, "--to", "hyperv", "-o", folder, "--progress", "none");
        assertThat(again.exitCode()).isEqualTo(5);
        assertThat(again.err())
                .isEqualTo("bothways: " + folder
                        + " is there already and not empty; name another folder, or replace it with --force\n");
        assertThat(letter).exists();
        CommandRun.of("convert", source, "--to", "hyperv", "-o", folder, "--force")
                .orFail();
        assertThat(letter).doesNotExist();
        assertThat(CommandRun.of("files", "ls", folder.resolve("Virtual Hard Disks/web01-0.vhdx") + ":/boot")
                        .orFail()
                        .out())
                .contains("vmlinuz-6.1.0-50-amd64", "grub");
    }

    @Test
    void packsTheMachineIntoOneFileWhereTheTargetHasOne() {
        Path folder = scratch.resolve("web01");
        CommandRun run = CommandRun.of("convert", source, "--to", "virtualbox", "--bundle", "ova", "-o", folder)
                .orFail();
        assertThat(run.out()).contains("web01.ova/web01-0.vmdk", "VBoxManage import web01.ova");
        assertThat(folder.resolve("web01.ova")).isRegularFile();
        CommandRun.of("verify", folder).orFail();
        CommandRun wrong = CommandRun.of("convert", source, "--to", "kvm", "--bundle", "ova", "--dry-run");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("the target kvm makes no bundle 'ova'; there are xva of xenserver, ova of vmware, ova of"
                        + " virtualbox");
    }
}
