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

    /** Of a package that says another size of its disk than that has. */
    @Test
    void readsAPackageThatBreaksItsSpecificationWhereAskedTo() throws IOException {
        Path bundle = Files.createDirectory(scratch.resolve("package"));
        Path disk = bundle.resolve("disk1.vmdk");
        CommandRun.of("disk", "convert", "-o", "subformat=streamOptimized", source.resolve("root.img"), disk)
                .orFail();
        Path ovf = Files.writeString(bundle.resolve("web01.ovf"), """
                <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
                    xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData">
                  <References><File ovf:id="f" ovf:href="disk1.vmdk" ovf:size="4711"/></References>
                  <DiskSection><Info/>
                    <Disk ovf:diskId="d" ovf:fileRef="f" ovf:capacity="48" ovf:capacityAllocationUnits="byte * 2^20"
                        ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
                  </DiskSection>
                  <VirtualSystem ovf:id="web01"><Info/>
                    <VirtualHardwareSection><Info/>
                      <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>
                        <rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                      <Item><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType>
                        <rasd:VirtualQuantity>64</rasd:VirtualQuantity></Item>
                      <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>6</rasd:ResourceType></Item>
                      <Item><rasd:InstanceID>4</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType>
                        <rasd:Parent>3</rasd:Parent><rasd:HostResource>ovf:/disk/d</rasd:HostResource></Item>
                    </VirtualHardwareSection>
                  </VirtualSystem>
                </Envelope>
                """);
        CommandRun refused = CommandRun.of("inspect", ovf);
        assertThat(refused.exitCode()).isEqualTo(ExitCode.SOURCE);
        String reason = disk + " has " + Files.size(disk) + " bytes, and the envelope says 4711";
        assertThat(refused.err())
                .isEqualTo("bothways: " + ovf + ": " + reason
                        + "; get the package anew, or have it read all the same with --lax\n");
        CommandRun read = CommandRun.of("inspect", "--lax", ovf).orFail();
        assertThat(read.out() + read.err()).contains("Debian GNU/Linux 12", reason);
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
