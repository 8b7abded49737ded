package dev.bothways.conversion;

import dev.bothways.guest.Assessment;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The hardware for a guest in which nothing is changed, and what someone must see to on the target. It gets what it has now, as far
 * as the platform has it too, and else what nearly every operating system has a driver for.
 */
final class UnchangedGuest {
    /** Buses whose driver is the same on every platform that has them; SCSI is not, for its controllers differ. */
    private static final Set<Bus> ONE_DRIVER = EnumSet.of(Bus.IDE, Bus.SATA, Bus.NVME, Bus.VIRTIO, Bus.XEN);

    private static final Set<Bus> COMMON = EnumSet.of(Bus.IDE, Bus.SATA);
    private static final String COMMON_CARD = "e1000";

    private UnchangedGuest() {}

    /** The platforms in the order in which they are tried: the guest's own, then those that start it by the same firmware. */
    static List<Platform> platforms(List<Platform> offered, Platform source, Firmware starts) {
        return offered.stream()
                .sorted(Comparator.comparingInt(platform -> platform == source
                        ? 0
                        : PlatformDevices.of(platform).firmware(starts).getClass() == starts.getClass() ? 1 : 2))
                .toList();
    }

    /** The buses in the order in which a drive is put on them. */
    static List<PlatformDevices.Places> buses(PlatformDevices devices, Bus now) {
        return devices.buses().stream()
                .sorted(Comparator.comparingInt(places ->
                        places.bus() == now && ONE_DRIVER.contains(now) ? 0 : COMMON.contains(places.bus()) ? 1 : 2))
                .toList();
    }

    /** The model of a network card that the platform does not have. */
    static String network(PlatformDevices devices) {
        return PlatformDevices.keptModels(devices.platform()).contains(COMMON_CARD) ? COMMON_CARD : devices.network();
    }

    /** What someone must see to, a sentence each. */
    static List<String> tasks(Machine source, Machine target, Inside inside, String hypervisor) throws IOException {
        List<String> tasks = new ArrayList<>();
        switch (inside) {
            case Inside.NotUnderstood not ->
                tasks.add("Whether the guest starts on " + target.platform().id()
                        + " is not known; try it before you give up the source.");
            case Inside.Understood(LinuxGuest guest) -> {
                Assessment assessment = Assessment.of(guest, target.platform());
                if (!assessment.boots()) {
                    tasks.add("As it is, the guest does not start on "
                            + target.platform().id() + ": " + String.join("; ", assessment.reasons())
                            + ". Change that before the conversion, or convert without --as-is.");
                }
            }
        }
        firmware(source.firmware(), target.firmware(), tasks);
        List<Disk> before = hardDisks(source);
        List<Disk> after = hardDisks(target);
        for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
            drive(i, before.get(i), after.get(i), target.platform(), tasks);
        }
        IntStream.range(0, Math.min(source.nics().size(), target.nics().size()))
                .forEach(i -> card(i, source.nics().get(i), target.nics().get(i), source.platform(), target, tasks));
        if (source.platform() != target.platform()) {
            tasks.add("Drivers and tools of the former hypervisor stay installed; remove them once the guest runs on "
                    + hypervisor + ".");
        }
        return tasks;
    }

    private static List<Disk> hardDisks(Machine machine) {
        return machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .toList();
    }

    private static void firmware(Firmware before, Firmware after, List<String> tasks) {
        if (before.getClass() != after.getClass()) {
            tasks.add("The machine was started by " + name(before) + " and is now started by " + name(after) + ": "
                    + needs(after));
        } else if (!before.equals(after)) {
            tasks.add("The machine is started by " + name(after)
                    + " as before, with other settings; check them in the new definition.");
        } else {
            tasks.add("The machine is started by " + name(after) + ", as before.");
        }
    }

    private static String name(Firmware firmware) {
        return switch (firmware) {
            case Firmware.Bios bios -> "BIOS";
            case Firmware.Uefi uefi -> "UEFI";
            case Firmware.DirectKernel kernel -> "a kernel that the host supplies";
            case Firmware.HostBootLoader loader -> loader.program() + " on the host";
            case Firmware.ParavirtualGrub grub -> "the host's GRUB for paravirtual guests";
        };
    }

    private static String needs(Firmware after) {
        return switch (after) {
            case Firmware.Bios bios ->
                "its first disk needs a boot loader in the master boot record, and a kernel on the disk.";
            case Firmware.Uefi uefi -> "its disk needs an EFI system partition with a boot loader in EFI/BOOT.";
            case Firmware.DirectKernel kernel -> "the target's host must have that kernel.";
            case Firmware.HostBootLoader loader ->
                "the guest must be a Linux or BSD with a kernel that runs paravirtualized, and a menu or kernel path that "
                        + loader.program()
                        + " can read; where it has none, choose a platform with firmware by --platform.";
            case Firmware.ParavirtualGrub grub ->
                "the guest needs a GRUB menu that the host's GRUB can read, and a kernel that runs paravirtualized.";
        };
    }

    private static void drive(int index, Disk before, Disk after, Platform platform, List<String> tasks) {
        String name = "Disk " + before.slot().deviceName() + (index == 0 ? " (the boot disk)" : "");
        Bus bus = after.slot().bus();
        boolean sameDriver = before.slot().bus() == bus && ONE_DRIVER.contains(bus);
        if (before.slot().partition().isPresent() && after.slot().partition().isEmpty()) {
            tasks.add(name + " was attached as a single partition and becomes a disk of its own without a partition"
                    + " table; the guest sees it under another name.");
        }
        if (sameDriver && index == 0) {
            tasks.add(name + " stays on " + bus.id() + "; the target's firmware must start from there.");
        }
        if (!sameDriver && !before.equals(after)) {
            tasks.add(name + " moves from " + before.slot().bus().id() + " to " + bus.id()
                    + ": the guest needs a driver for " + controller(bus, platform)
                    + (index == 0 ? " that is loaded when it starts." : "."));
        }
    }

    private static String controller(Bus bus, Platform platform) {
        return switch (bus) {
            case SATA -> "SATA (AHCI)";
            case IDE -> "IDE";
            case NVME -> "NVMe";
            case VIRTIO -> "virtio block devices";
            case XEN -> "Xen's block devices";
            case FLOPPY -> "floppy drives";
            case USB -> "USB storage";
            case SCSI ->
                switch (platform) {
                    case HYPERV_GEN1, HYPERV_GEN2 -> "Hyper-V's SCSI controller (storvsc)";
                    case KVM -> "virtio SCSI";
                    case VMWARE -> "the SCSI controller that the definition names";
                    case VIRTUALBOX -> "LSI Logic SCSI";
                    case XEN_PV, XEN_PVH, XEN_HVM -> "emulated SCSI";
                };
        };
    }

    private static void card(int index, Nic before, Nic after, Platform from, Machine target, List<String> tasks) {
        if (from == target.platform() && before.equals(after)) {
            return;
        }
        boolean sameModel = before.model().equals(after.model());
        tasks.add("Network card " + (index + 1)
                + (sameModel
                        ? " keeps its model"
                        : " becomes " + after.model().orElse("the platform's usual model") + " (was "
                                + before.model().orElse("not given") + "), for which the guest needs a driver,")
                + " and may get another name in the guest; check the network configuration there"
                + after.network()
                        .map(name -> ", and that the target has the network \"" + name + "\"")
                        .orElse("")
                + ".");
    }
}
