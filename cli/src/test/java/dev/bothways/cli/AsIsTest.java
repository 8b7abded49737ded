package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A guest that is not understood is told by what its disks hold, and converted as it is. */
final class AsIsTest {
    @TempDir
    Path scratch;

    private Path disk;

    @BeforeEach
    void name() {
        disk = scratch.resolve("disk.img");
    }

    private void size(long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    private void put(long at, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek(at);
            file.write(bytes);
        }
    }

    /** The disk is told and converted; what the guest sees stays the same. */
    private void toldAndConverted(String... words) {
        String inspected = CommandRun.of("inspect", disk).orFail().out();
        assertThat(inspected).contains(words).contains("not understood", "--as-is");
        JsonNode facts = JsonMapper.shared()
                .readTree(CommandRun.of("inspect", disk, "--json").orFail().out());
        assertThat(facts.path("disks")).hasSize(1);
        assertThat(facts.path("notUnderstood").asString()).isNotBlank();
        CommandRun refused = CommandRun.of("convert", disk, "--to", "kvm", "--dry-run");
        assertThat(refused.exitCode()).isEqualTo(ExitCode.SOURCE);
        assertThat(refused.err()).contains("--as-is");
        for (String target : List.of("kvm", "hyperv", "xen", "vmware", "virtualbox")) {
            Path out = scratch.resolve(target);
            CommandRun plan = CommandRun.of("convert", disk, "--to", target, "--as-is", "-o", out)
                    .orFail();
            assertThat(plan.out())
                    .contains("To do on the target", "Changes inside the guest: none")
                    .contains(words);
            assertThat(CommandRun.of("verify", out).orFail().out()).contains("converted as it is");
            assertThat(JsonMapper.shared()
                            .readTree(read(out.resolve("bothways.json")))
                            .path("asIs")
                            .asBoolean())
                    .isTrue();
        }
        CommandRun.of("disk", "compare", disk, scratch.resolve("kvm/disk-vda.qcow2"))
                .orFail();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mkfs.xfs -q, 320, XFS",
        "mkfs.btrfs -q, 128, btrfs",
        "mkntfs -q -F -Q, 16, NTFS",
        "mkfs.fat -F 32, 64, FAT32",
        "mkfs.fat -F 16, 32, FAT16",
        "mkswap -q, 4, swap"
    })
    void whateverFileSystemIsOnIt(String command, int mebibytes, String name) throws IOException {
        size((long) mebibytes << 20);
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        Oracle program = Oracle.require(words.removeFirst());
        words.add(disk.toString());
        program.run(words.toArray()).orFail();
        toldAndConverted(name);
    }

    @Test
    void aHibernatedSystem() throws IOException {
        size(4 << 20);
        Oracle.require("mkswap").run("-q", disk).orFail();
        put(4096 - 10, "S1SUSPEND\0".getBytes(StandardCharsets.US_ASCII));
        toldAndConverted("swap with a hibernated system");
    }

    @Test
    void anEmptyDisk() throws IOException {
        size(1 << 20);
        toldAndConverted("no partition table: empty");
    }

    @Test
    void aDiskOfNoise() throws IOException {
        byte[] noise = new byte[1 << 20];
        new Random(12).nextBytes(noise);
        put(0, noise);
        toldAndConverted("not recognized");
    }

    @Test
    void anEncryptedDisk() throws IOException {
        size(1 << 20);
        put(0, "LUKS\u00ba\u00be\0\u0002".getBytes(StandardCharsets.ISO_8859_1));
        toldAndConverted("LUKS2");
    }

    /** An MBR with a slice of FreeBSD that begins with UFS2. */
    @Test
    void aBsd() throws IOException {
        size(4 << 20);
        byte[] entry = {(byte) 0x80, 0, 0, 0, (byte) 0xa5, 0, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0};
        put(446, entry);
        put(510, new byte[] {0x55, (byte) 0xaa});
        put((1 << 20) + 65536 + 1372, new byte[] {0x19, 0x01, 0x54, 0x19});
        toldAndConverted("MBR partition table", "FreeBSD: UFS");
    }

    @Test
    void aDefinitionWithoutDisks() throws IOException {
        Path definition = Files.writeString(scratch.resolve("net.cfg"), """
                name = "net"
                builder = "hvm"
                memory = 512
                """);
        assertThat(CommandRun.of("inspect", definition).orFail().out()).contains("disks: none", "memory: 512.0 MiB");
        CommandRun.of("inspect", definition, "--json").orFail();
        for (String target : List.of("kvm", "xen", "hyperv", "vmware", "virtualbox", "proxmox")) {
            CommandRun.of("convert", definition, "--to", target, "--as-is", "-o", scratch.resolve(target))
                    .orFail();
            CommandRun.of("verify", scratch.resolve(target)).orFail();
        }
        for (List<Object> archive :
                List.<List<Object>>of(List.of("--to", "xenserver"), List.of("--to", "vmware", "--bundle", "ova"))) {
            List<Object> words = new ArrayList<>(List.of("convert", definition, "--as-is", "--dry-run"));
            words.addAll(archive);
            CommandRun refused = CommandRun.of(words.toArray());
            assertThat(refused.exitCode()).isEqualTo(ExitCode.GUEST);
            assertThat(refused.err()).contains("no hard disk");
        }
    }

    /** The boot disk comes to a bus that every system has a driver for; what the platform shares with the source stays. */
    @Test
    void aGuestThatIsNotPreparedGetsHardwareThatItKnows() throws IOException {
        CommandRun.of("disk", "create", scratch.resolve("disk.vmdk"), "1M").orFail();
        Path definition = Files.writeString(scratch.resolve("win.vmx"), """
                config.version = "8"
                displayName = "win"
                firmware = "efi"
                memsize = "2048"
                scsi0.present = "TRUE"
                scsi0.virtualDev = "lsisas1068"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "disk.vmdk"
                ethernet0.present = "TRUE"
                ethernet0.virtualDev = "vmxnet3"
                """);
        String plan = CommandRun.of("convert", definition, "--to", "kvm", "--as-is", "--dry-run")
                .orFail()
                .out();
        assertThat(plan)
                .contains("disk sda: scsi 0:0 -> sata 0:0", "vmxnet3 -> e1000")
                .contains("started by UEFI, as before", "driver for SATA (AHCI)", "becomes e1000");
        assertThat(CommandRun.of("convert", definition, "--to", "hyperv", "--as-is", "--dry-run")
                        .orFail()
                        .out())
                .contains("(hyperv-gen2)", "storvsc");
        assertThat(CommandRun.of("convert", definition, "--to", "xen", "--as-is", "--dry-run")
                        .orFail()
                        .out())
                .contains("(xen-hvm)");
        assertThat(CommandRun.of("convert", definition, "--to", "xen", "--platform", "xen-pv", "--as-is", "--dry-run")
                        .orFail()
                        .out())
                .contains("pygrub on the host", "--platform");
    }
}
