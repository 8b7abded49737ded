package dev.bothways.conversion.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.conversion.target.Target.ConvertedDisk;
import dev.bothways.conversion.target.Target.Definition;
import dev.bothways.conversion.target.Target.DefinitionFile;
import dev.bothways.disk.DiskFormat;
import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Lost;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script runs in real shells; {@code qm} is one that writes down what it was asked for. */
@DisabledOnOs(OS.WINDOWS)
final class ProxmoxTargetTest {
    private static final Target PROXMOX = Targets.find("proxmox").orElseThrow();
    private static final String HOSTILE =
            "x'; touch evil; '\" $(touch evil) `touch evil` \\ #\n; touch evil\n\u2019 -rf --purge %s \u202e";

    @TempDir
    Path scratch;

    /** What came of a run of the script. */
    private record Run(int exitCode, String output, List<List<String>> calls) {}

    @Test
    void writesADefinitionAndAScript() throws Exception {
        Machine machine = server("web01", "text");
        Definition definition = PROXMOX.definition(machine, disks(machine));
        assertThat(definition.files()).extracting(DefinitionFile::path).containsExactly("web01.conf", "import.sh");
        assertThat(definition.files().getFirst().text()).isEqualTo("""
                #text
                bios: ovmf
                boot: order=scsi0;sata0;net0
                cores: 2
                cpu: host
                memory: 2048
                name: web01
                net0: virtio=00:16:3E:00:00:01,bridge=br0,tag=7
                net1: e1000=00:16:3E:00:00:02
                ostype: win11
                sata0: none,media=cdrom
                scsi0: web01-0.qcow2,discard=on
                scsi1: web01-1.qcow2,ro=1
                scsihw: virtio-scsi-pci
                serial0: socket
                sockets: 1
                """);
        assertThat(definition.lost())
                .extracting(Lost::item)
                .containsExactly("import-from of drive sda", "medium in drive sda", "lock", "svga.present");
        Machine carried = PROXMOX.carried(machine, definition);
        assertThat(carried.firmware()).isEqualTo(new Firmware.Uefi(true));
        assertThat(carried.securityChip()).contains(SecurityChip.TPM_2_0);
        assertThat(carried.guestOs()).contains("win11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash"})
    void createsTheMachine(String shell) throws Exception {
        Machine machine = server("web01", "text");
        write(machine);
        Run run = run(shell, "--vmid", "120", "--storage", "tank", "--bridge", "vmbr3");
        assertThat(run.exitCode()).as(run.output()).isZero();
        Path folder = scratch.toRealPath();
        assertThat(run.calls())
                .containsExactly(
                        List.of(
                                "create",
                                "120",
                                "--name",
                                "web01",
                                "--description",
                                "text",
                                "--bios",
                                "ovmf",
                                "--cores",
                                "2",
                                "--cpu",
                                "host",
                                "--memory",
                                "2048",
                                "--net0",
                                "virtio=00:16:3E:00:00:01,tag=7,bridge=vmbr3",
                                "--net1",
                                "e1000=00:16:3E:00:00:02,bridge=vmbr3",
                                "--ostype",
                                "win11",
                                "--sata0",
                                "none,media=cdrom",
                                "--scsihw",
                                "virtio-scsi-pci",
                                "--serial0",
                                "socket",
                                "--sockets",
                                "1"),
                        List.of("set", "120", "--scsi0", "tank:0,import-from=" + folder + "/web01-0.qcow2,discard=on"),
                        List.of("set", "120", "--scsi1", "tank:0,import-from=" + folder + "/web01-1.qcow2,ro=1"),
                        List.of("set", "120", "--efidisk0", "tank:1,efitype=4m,pre-enrolled-keys=1"),
                        List.of("set", "120", "--tpmstate0", "tank:1,version=v2.0"),
                        List.of("set", "120", "--boot", "order=scsi0;sata0;net0"));
    }

    @Test
    void takesTheNextNumberTheUsualStorageAndABridgeThatIsThere() throws Exception {
        Machine machine = server("web01", "text").toBuilder()
                .nics(List.of(
                        Nic.builder().network("lo").model("virtio").build(),
                        Nic.builder().network("nowhere0").model("virtio").build()))
                .build();
        write(machine);
        Run run = run("sh");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.calls().getFirst()).contains("105", "virtio,bridge=lo", "virtio,bridge=vmbr0");
        assertThat(run.calls().get(1)).anyMatch(argument -> argument.startsWith("local-lvm:0,import-from="));
        assertThat(run.output()).contains("start it with: qm start 105");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash"})
    void passesHostileTextsOnAsTheyAre(String shell) throws Exception {
        Machine machine = server(HOSTILE, HOSTILE);
        write(machine);
        Run run = run(shell, "--vmid", "120");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.calls().getFirst())
                .containsSubsequence("--name", "x-touch-evil-touch-evil-touch-evil-touch-evil--rf---purge-s")
                .containsSubsequence("--description", PlainText.ofLines(HOSTILE));
        assertThat(scratch.resolve("evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash"})
    void showsWhatItWouldDoSoThatItCouldBeTyped(String shell) throws Exception {
        Machine machine = server("web01", HOSTILE);
        write(machine);
        Run dry = run(shell, "--vmid", "120", "--dry-run");
        assertThat(dry.exitCode()).as(dry.output()).isZero();
        assertThat(dry.calls()).isEmpty();
        Files.writeString(scratch.resolve("import.sh"), dry.output().replaceAll("(?m)^Checking .*\n", ""));
        Run typed = run(shell);
        write(machine);
        assertThat(typed.calls()).isEqualTo(run(shell, "--vmid", "120").calls());
    }

    @Test
    void refusesDisksThatAreNotThoseConverted() throws Exception {
        Machine machine = server("web01", "text");
        write(machine);
        Files.writeString(scratch.resolve("web01-1.qcow2"), "changed");
        Run run = run("sh", "--vmid", "120");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("web01-1.qcow2 is not what was converted: its SHA-256 is ");
        assertThat(run.calls()).isEmpty();
        assertThat(run("sh", "--vmid", "120", "--skip-hash-check").exitCode()).isZero();
        Files.delete(scratch.resolve("web01-0.qcow2"));
        assertThat(run("sh", "--vmid", "120", "--skip-hash-check").output()).contains("web01-0.qcow2 is not there");
    }

    @Test
    void removesTheMachineThatAStepFailedFor() throws Exception {
        write(server("web01", "text"));
        Files.writeString(scratch.resolve("fails"), "--scsi1");
        Run run = run("sh", "--vmid", "120");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.calls().getLast()).containsExactly("destroy", "120", "--purge", "1");
    }

    @Test
    void leavesAMachineAloneThatIsThereAlready() throws Exception {
        write(server("web01", "text"));
        Files.writeString(scratch.resolve("fails"), "create");
        Run run = run("sh", "--vmid", "120");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.calls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--storage a,b", "--bridge a=b", "--vmid x", "--vmid", "--nonsense", "--bridge $(id)"})
    void refusesOptionsThatAreNone(String options) throws Exception {
        write(server("web01", "text"));
        Run run = run("sh", options.split(" "));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.calls()).isEmpty();
        assertThat(run.output()).startsWith("import.sh: ");
    }

    @Test
    void tellsItsOptions() throws Exception {
        write(server("web01", "text"));
        Run run = run("sh", "--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).startsWith("Usage: sh import.sh").contains("--dry-run");
    }

    @Test
    void writesScriptsThatShellcheckPasses() throws Exception {
        Oracle shellcheck = Oracle.require("shellcheck");
        write(server("web01", "text"));
        shellcheck.run("--shell=sh", scratch.resolve("import.sh")).orFail();
        write(server(HOSTILE, HOSTILE));
        // That nothing expands between single quotes, and that there are typographic ones, is as it should be here.
        shellcheck
                .run("--shell=sh", "--exclude=SC2016,SC1112", scratch.resolve("import.sh"))
                .orFail();
        write(Machine.builder("empty", Platform.KVM).build());
        shellcheck.run("--shell=sh", scratch.resolve("import.sh")).orFail();
    }

    @Test
    void createsAMachineOfNothing() throws Exception {
        write(Machine.builder("empty", Platform.KVM).build());
        Run run = run("sh", "--vmid", "1000");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.calls())
                .containsExactly(List.of("create", "1000", "--name", "empty", "--cpu", "host", "--memory", "128"));
    }

    @Test
    void refusesWhatProxmoxHasNoRoomFor() {
        List<Disk> drives = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            drives.add(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.VIRTIO, 0, i)).build());
        }
        drives.add(Disk.builder(Disk.Kind.DISK, Slot.of(Bus.XEN, 0, 0)).build());
        drives.add(Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.VIRTIO, 0, 17)).build());
        Machine machine = Machine.builder("big", Platform.KVM)
                .disks(drives)
                .processors(Processors.of(5000))
                .memory(Memory.fixed(1L << 43))
                .nics(List.of(
                        Nic.builder().mac(new MacAddress("01:00:5e:00:00:01")).build()))
                .build();
        assertThat(PROXMOX.refusals(machine, List.of(), DiskFormat.QCOW2))
                .containsExactly(
                        "the machine has 1 drives on xen, and Proxmox gives a guest 0",
                        "the machine has 18 drives on virtio, and Proxmox gives a guest 16",
                        "the CD drive vdr is on virtio, where Proxmox has none",
                        "the machine has 5000 processors, and Proxmox gives a guest 4096",
                        "the machine has 8796093022208 bytes of memory, and Proxmox gives a guest 4381940383744",
                        "the MAC address 01:00:5e:00:00:01 is one of a group, which Proxmox refuses");
        assertThat(PROXMOX.refusals(server("web01", "text"), List.of(1L, 1L), DiskFormat.RAW))
                .isEmpty();
    }

    private static Machine server(String name, String description) {
        return Machine.builder(name, Platform.KVM)
                .description(description)
                .firmware(new Firmware.Uefi(true))
                .securityChip(Optional.of(SecurityChip.TPM_2_0))
                .guestOs("win2k22")
                .memory(Memory.fixed(2L << 30))
                .processors(Processors.of(2))
                .clock(new Clock(Clock.Base.LOCAL_TIME, 0))
                .bootOrder(List.of(BootDevice.DISK, BootDevice.CDROM, BootDevice.NETWORK))
                .disks(List.of(
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 0))
                                .boot(true)
                                .medium("a", "qcow2")
                                .extras(List.of(
                                        new Extra("proxmox", "discard", "on"),
                                        new Extra("proxmox", "size", "9G"),
                                        new Extra("proxmox", "import-from", "/etc/shadow")))
                                .build(),
                        Disk.builder(Disk.Kind.DISK, Slot.of(Bus.SCSI, 0, 1))
                                .medium("b", "qcow2")
                                .readOnly(true)
                                .build(),
                        Disk.builder(Disk.Kind.CDROM, Slot.of(Bus.SATA, 0, 0))
                                .medium("/etc/shadow", "raw")
                                .build()))
                .nics(List.of(
                        Nic.builder()
                                .mac(new MacAddress("00:16:3e:00:00:01"))
                                .model("virtio")
                                .network("br0")
                                .vlan(7)
                                .build(),
                        Nic.builder()
                                .mac(new MacAddress("00:16:3e:00:00:02"))
                                .model("e1000")
                                .build()))
                .consoles(List.of(Console.pty(Console.Type.SERIAL)))
                .extras(List.of(new Extra("proxmox", "lock", "backup"), new Extra("vmx", "svga.present", "TRUE")))
                .build();
    }

    private static List<ConvertedDisk> disks(Machine machine) throws NoSuchAlgorithmException {
        List<ConvertedDisk> disks = new ArrayList<>();
        for (int i = 0; i < HardDisks.of(machine).size(); i++) {
            String file = PROXMOX.diskFile(machine, i, DiskFormat.QCOW2);
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(file.getBytes(StandardCharsets.UTF_8)));
            disks.add(new ConvertedDisk(file, DiskFormat.QCOW2, 1 << 20, digest));
        }
        return disks;
    }

    /** Lays out the folder; each disk's content is its file's name. */
    private void write(Machine machine) throws IOException, NoSuchAlgorithmException {
        for (DefinitionFile file : PROXMOX.definition(machine, disks(machine)).files()) {
            Files.writeString(scratch.resolve(file.path()), file.text());
        }
        for (ConvertedDisk disk : disks(machine)) {
            Files.writeString(scratch.resolve(disk.file()), disk.file());
        }
    }

    private Run run(String shell, String... options) throws IOException, InterruptedException {
        Path tools = Files.createDirectories(scratch.resolve("tools"));
        Path calls = scratch.resolve("calls");
        Files.deleteIfExists(calls);
        program(tools.resolve("pvesh"), "[ \"$*\" = 'get /cluster/nextid' ] && echo 105");
        program(tools.resolve("qm"), """
                for argument in "$@"; do printf '%s\\0' "$argument" >>"$CALLS"; done
                printf '\\001\\0' >>"$CALLS"
                for argument in "$@"; do
                    if [ -f "$FAILS" ] && [ "$argument" = "$(cat "$FAILS")" ]; then exit 3; fi
                done
                """);
        List<String> command = new ArrayList<>(List.of(shell, "import.sh"));
        command.addAll(Arrays.asList(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(scratch.toFile()).redirectErrorStream(true);
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        builder.environment().put("CALLS", calls.toString());
        builder.environment().put("FAILS", scratch.resolve("fails").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output, Files.exists(calls) ? callsIn(Files.readString(calls)) : List.of());
    }

    private static void program(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Arguments end with a NUL, calls with one that is the character 1. */
    private static List<List<String>> callsIn(String text) {
        List<List<String>> calls = new ArrayList<>();
        for (String call : text.split("\u0001\0")) {
            calls.add(List.of(call.split("\0")));
        }
        return calls;
    }
}
