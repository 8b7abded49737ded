package dev.bothways.conversion.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.conversion.ConversionException;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.Slot;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VirtualHardwareTest {
    @TempDir
    Path folder;

    @Test
    void givesAGen1MachineItsDisksOnIdeAndItsCardsTheirAddresses() throws IOException {
        Machine gen1 = disks(
                        Platform.HYPERV_GEN1,
                        disk(Bus.IDE, 0, 0, ""),
                        disk(Bus.IDE, 0, 1, ""),
                        disk(Bus.SCSI, 0, 0, ""))
                .toBuilder()
                .nics(List.of(Nic.builder().model("synthetic").build()))
                .build();
        List<String> arguments = arguments(
                gen1, "tcg", List.of(Path.of("/d/0"), Path.of("/d/1"), Path.of("/d/2")), List.of("00:16:3e:01:02:03"));
        assertThat(arguments)
                .containsSubsequence("-machine", "pc", "-m", "512", "-smp", "2")
                .containsSubsequence("-accel", "tcg,thread=multi")
                .contains("ide-hd,bus=ide.0,unit=0,drive=disk0,bootindex=1")
                .contains("ide-hd,bus=ide.0,unit=1,drive=disk1,bootindex=2")
                .contains("ide-hd,bus=ide.1,unit=0,drive=disk2,bootindex=3")
                .contains("tulip,netdev=net0,mac=00:16:3e:01:02:03");
        assertThat(arguments(disks(Platform.HYPERV_GEN1), "kvm", List.of(), List.of()))
                .containsSubsequence("-accel", "kvm", "-cpu", "host");
    }

    @Test
    void aCommaInAPathIsNoOptionOfQemus() throws IOException {
        assertThat(arguments(
                        disks(Platform.HYPERV_GEN1, disk(Bus.IDE, 0, 0, "")), List.of(Path.of("/a,read-only=on,,/0"))))
                .contains("driver=qcow2,node-name=disk0,file.driver=file,file.filename=/a,,read-only=on,,,,/0");
    }

    @Test
    void qemuOpensADiskWhosePathHasCommas() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("a,b")).resolve("disk,0.qcow2");
        Oracle.require("qemu-img")
                .run("create", "-q", "-f", "qcow2", disk, "1M")
                .orFail();
        List<String> arguments = arguments(disks(Platform.HYPERV_GEN1, disk(Bus.IDE, 0, 0, "")), List.of(disk));
        String blockdev = arguments.get(arguments.indexOf("-blockdev") + 1);
        Oracle.Result result = Oracle.require("qemu-storage-daemon")
                .run("--blockdev", blockdev, "--blockdev", "driver=absent,node-name=end");
        // The first disk is taken; what ends the program is the second, of a driver that is not there.
        assertThat(result.output()).contains("absent").doesNotContain("disk,0");
    }

    @Test
    void refusesWhatItDoesNotKnowByName() {
        for (Platform platform : Platform.values()) {
            if (!Rehearsal.knows(platform)) {
                refuses(machine(platform).build(), List.of())
                        .withMessage("no rehearsal is known for the platform " + platform.id()
                                + "; it can be made for hyperv-gen1, kvm, vmware and virtualbox");
            }
        }
        assertThat(Platform.values())
                .filteredOn(Rehearsal::knows)
                .containsExactlyInAnyOrder(Platform.HYPERV_GEN1, Platform.KVM, Platform.VMWARE, Platform.VIRTUALBOX);
        refuses(machine(Platform.KVM).firmware(new Firmware.Uefi(false)).build(), List.of())
                .withMessage("a rehearsal starts machines by BIOS alone, and web01 starts by UEFI");
        refuses(disks(Platform.VMWARE, disk(Bus.SCSI, 0, 0, "buslogic")), layers(1))
                .withMessage("a rehearsal has no SCSI adapter of the model buslogic, at which sda is");
        refuses(disks(Platform.KVM, disk(Bus.USB, 0, 0, "")), layers(1))
                .withMessage("a rehearsal has no disks on the bus usb, where sda is");
        refuses(
                        machine(Platform.VMWARE)
                                .nics(List.of(Nic.builder().model("vlance").build()))
                                .build(),
                        List.of())
                .withMessage("a rehearsal has no network card of the model \"vlance\"");
    }

    @Test
    void refusesMoreDisksThanTheControllerHasPlaces() {
        Disk[] five = new Disk[5];
        Arrays.setAll(five, i -> disk(Bus.SCSI, 0, i, ""));
        refuses(disks(Platform.HYPERV_GEN1, five), layers(5))
                .withMessage("a rehearsal has 4 places for disks on IDE, and sde is number 5");
    }

    @Test
    void givesEachPlatformTheControllersAndCardsItHas() throws IOException {
        assertThat(arguments(disks(Platform.KVM, disk(Bus.VIRTIO, 0, 0, ""), disk(Bus.SATA, 0, 3, "")), layers(2)))
                .containsSubsequence("-machine", "q35")
                .contains("virtio-blk-pci,drive=disk0,bootindex=1")
                .containsSubsequence("ich9-ahci,id=sata0", "ide-hd,bus=sata0.0,drive=disk1,bootindex=2");
        assertThat(arguments(disks(Platform.KVM, disk(Bus.IDE, 1, 0, "")), layers(1)))
                .containsSubsequence("-machine", "pc")
                .contains("ide-hd,bus=ide.1,unit=0,drive=disk0,bootindex=1");
        assertThat(arguments(
                        disks(
                                Platform.VMWARE,
                                disk(Bus.SCSI, 0, 0, ""),
                                disk(Bus.SCSI, 0, 1, ""),
                                disk(Bus.SCSI, 1, 8, "lsisas1068"),
                                disk(Bus.NVME, 0, 0, "")),
                        layers(4)))
                .containsSubsequence(
                        "pvscsi,id=scsi0",
                        "scsi-hd,bus=scsi0.0,scsi-id=0,drive=disk0,bootindex=1",
                        "scsi-hd,bus=scsi0.0,scsi-id=1,drive=disk1,bootindex=2",
                        "mptsas1068,id=scsi1",
                        "scsi-hd,bus=scsi1.0,scsi-id=8,drive=disk2,bootindex=3",
                        "nvme,serial=disk3,drive=disk3,bootindex=4")
                .containsOnlyOnce("pvscsi,id=scsi0");
        Machine box = machine(Platform.VIRTUALBOX)
                .nics(List.of(
                        Nic.builder().model("e1000").build(),
                        Nic.builder().model("virtio").build()))
                .build();
        assertThat(arguments(box, "tcg", List.of(), List.of("08:00:27:00:00:01", "08:00:27:00:00:02")))
                .contains(
                        "e1000,netdev=net0,mac=08:00:27:00:00:01", "virtio-net-pci,netdev=net1,mac=08:00:27:00:00:02");
    }

    /** QEMU makes all of it, one after the other; what ends it is the device of an unknown name behind them. */
    @Test
    void qemuKnowsTheDevices() throws IOException {
        Oracle qemu = Oracle.require("qemu-system-x86_64");
        for (Machine machine : List.of(
                disks(Platform.KVM, disk(Bus.VIRTIO, 0, 0, ""), disk(Bus.SATA, 0, 0, ""), disk(Bus.SCSI, 0, 1, "")),
                disks(
                        Platform.VMWARE,
                        disk(Bus.SCSI, 0, 0, ""),
                        disk(Bus.SCSI, 1, 0, "lsisas1068"),
                        disk(Bus.IDE, 0, 1, "")),
                disks(Platform.VIRTUALBOX, disk(Bus.SATA, 0, 0, ""), disk(Bus.NVME, 0, 0, "")),
                disks(Platform.HYPERV_GEN1, disk(Bus.IDE, 0, 0, "")))) {
            List<Path> layers = layers(machine.disks().size());
            for (Path layer : layers) {
                Oracle.require("qemu-img")
                        .run("create", "-q", "-f", "qcow2", layer, "1M")
                        .orFail();
            }
            Path ports = Files.createTempDirectory(folder, "ports");
            try (SerialPort console = new SerialPort(ports.resolve("console"));
                    SerialPort report = new SerialPort(ports.resolve("report"))) {
                List<Object> arguments = new ArrayList<>(
                        new VirtualHardware(machine, layers, List.of()).arguments("tcg", console, report));
                Collections.addAll(arguments, "-device", "absent-device");
                assertThat(qemu.run(arguments.toArray()).output().strip())
                        .endsWith("'absent-device' is not a valid device model name")
                        .hasLineCount(1);
            }
        }
    }

    private List<Path> layers(int count) {
        List<Path> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(folder.resolve("layer" + i + ".qcow2"));
        }
        return layers;
    }

    private static Machine.Builder machine(Platform platform) {
        return Machine.builder("web01", platform)
                .memory(Memory.fixed(512L << 20))
                .processors(Processors.of(2))
                .firmware(new Firmware.Bios());
    }

    private static Machine disks(Platform platform, Disk... disks) {
        return machine(platform).disks(List.of(disks)).build();
    }

    private static Disk disk(Bus bus, int controller, int unit, String adapter) {
        return Disk.builder(Disk.Kind.DISK, Slot.of(bus, controller, unit))
                .adapter(Optional.of(adapter).filter(model -> !model.isEmpty()))
                .build();
    }

    private ThrowableAssertAlternative<ConversionException> refuses(Machine machine, List<Path> layers) {
        return assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> arguments(machine, "tcg", layers, List.of("02:00:00:00:00:01")))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ConversionException.Kind.USAGE));
    }

    private List<String> arguments(Machine machine, List<Path> layers) throws IOException {
        return arguments(machine, "tcg", layers, List.of());
    }

    private List<String> arguments(Machine machine, String accelerator, List<Path> layers, List<String> macs)
            throws IOException {
        try (SerialPort console =
                        new SerialPort(Files.createTempDirectory(folder, "p").resolve("console"));
                SerialPort report =
                        new SerialPort(Files.createTempDirectory(folder, "p").resolve("report"))) {
            return new VirtualHardware(machine, layers, macs).arguments(accelerator, console, report);
        }
    }
}
