package dev.bothways.conversion.rehearse;

import dev.bothways.conversion.ConversionException;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The virtual hardware of a machine's platform as QEMU is told to make it, with as much memory and as many processors as a
 * rehearsal needs.
 *
 * @param machine what to rehearse
 * @param layers the throw-away layers over the machine's hard disks, in their order; qcow2
 * @param macs the hardware addresses of its network cards, in their order
 */
record VirtualHardware(Machine machine, List<Path> layers, List<String> macs) {
    private static final long MIB = 1 << 20;

    /** Enough for any guest to come up, and little enough for the host. */
    private static final long LEAST_MEMORY = 512 * MIB;

    private static final long MOST_MEMORY = 2048 * MIB;
    private static final int MOST_PROCESSORS = 2;

    /** QEMU's devices for the models of network cards. Of Hyper-V's, only the one from DEC that Gen1 has has one. */
    private static final Map<String, String> CARDS = Map.of(
            "virtio", "virtio-net-pci",
            "vmxnet3", "vmxnet3",
            "e1000", "e1000",
            "e1000e", "e1000e",
            "rtl8139", "rtl8139",
            "pcnet", "pcnet",
            "ne2k_pci", "ne2k_pci",
            "tulip", "tulip");

    /** Whether there is a rehearsal for a platform. */
    static boolean isKnown(Platform platform) {
        return switch (platform) {
            case HYPERV_GEN1, KVM, VMWARE, VIRTUALBOX -> true;
            // Xen's devices and VMBus need those hypervisors.
            case XEN_PV, XEN_PVH, XEN_HVM, HYPERV_GEN2 -> false;
        };
    }

    /** The arguments of {@code qemu-system-x86_64}, without the program's name. */
    List<String> arguments(String accelerator, SerialPort console, SerialPort report) throws ConversionException {
        Platform platform = machine.platform();
        if (!isKnown(platform)) {
            throw refused("no rehearsal is known for the platform " + platform.id()
                    + "; it can be made for hyperv-gen1, kvm, vmware and virtualbox");
        }
        if (!(machine.firmware() instanceof Firmware.Bios)) {
            throw refused("a rehearsal starts machines by BIOS alone, and " + machine.name() + " starts by UEFI");
        }
        List<String> arguments = new ArrayList<>(List.of(
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-vga",
                "std",
                "-no-reboot",
                "-monitor",
                "none",
                "-machine",
                board(),
                "-m",
                Long.toString(Math.clamp(machine.memory().startup(), LEAST_MEMORY, MOST_MEMORY) / MIB),
                "-smp",
                Integer.toString(Math.min(machine.processors().count(), MOST_PROCESSORS)),
                "-chardev",
                console.chardev("console"),
                "-serial",
                "chardev:console",
                "-chardev",
                report.chardev("report"),
                "-serial",
                "chardev:report"));
        if (accelerator.equals("kvm")) {
            arguments.addAll(List.of("-accel", "kvm", "-cpu", "host"));
        } else {
            arguments.addAll(List.of("-accel", "tcg,thread=multi", "-cpu", "max"));
        }
        arguments.addAll(drives());
        List<Nic> nics = machine.nics();
        for (int i = 0; i < nics.size(); i++) {
            arguments.addAll(List.of(
                    "-netdev",
                    "user,id=net" + i,
                    "-device",
                    card(nics.get(i)) + ",netdev=net" + i + ",mac=" + macs.get(i)));
        }
        return arguments;
    }

    /** The board with PCI Express is what KVM's machines are made with today; it alone has no IDE. */
    private String board() {
        boolean ide = machine.disks().stream().anyMatch(disk -> disk.slot().bus() == Bus.IDE);
        return machine.platform() == Platform.KVM && !ide ? "q35" : "pc";
    }

    private List<String> drives() throws ConversionException {
        DriveDevices devices = new DriveDevices(machine.platform());
        List<Disk> disks = machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .toList();
        for (int i = 0; i < layers.size(); i++) {
            devices.add(disks.get(i), layers.get(i));
        }
        return devices.arguments();
    }

    private String card(Nic nic) throws ConversionException {
        if (machine.platform() == Platform.HYPERV_GEN1) {
            return "tulip"; // The legacy network adapter of Gen1, a DEC 21140, which a guest finds without VMBus.
        }
        String model = nic.model().orElse("");
        String device = CARDS.get(model);
        if (device == null) {
            throw refused("a rehearsal has no network card of the model \"" + model + "\"");
        }
        return device;
    }

    static ConversionException refused(String sentence) {
        return new ConversionException(ConversionException.Kind.USAGE, sentence);
    }
}
