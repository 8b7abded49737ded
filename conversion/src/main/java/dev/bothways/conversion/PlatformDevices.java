package dev.bothways.conversion;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The devices that a converted machine gets on a platform: the ones a guest drives best there.
 *
 * @param buses where drives go, in order; the first ones are filled first
 * @param network the model of network cards
 * @param consoles its text consoles
 */
record PlatformDevices(Platform platform, List<Places> buses, String network, List<Console> consoles) {
    private static final int UNLIMITED = Integer.MAX_VALUE;

    /**
     * A bus and how many drives it takes.
     *
     * @param cdroms whether CDs may be there too
     */
    record Places(Bus bus, int most, boolean cdroms) {
        /** Of VMware's SCSI adapters, whatever the model: sixteen units, of which the adapter itself is number 7. */
        private static final int VMWARE_SCSI = 4 * 15;

        private static final int ADAPTER = 7;
        /** Of VirtualBox's one SCSI adapter. */
        private static final int VIRTUALBOX_SCSI = 15;

        private static final int VMWARE_SATA = 4 * 30;

        /** The place of the drive that is number {@code index} on the bus, from 0. */
        Slot slot(int index) {
            if (bus == Bus.SCSI && (most == VMWARE_SCSI || most == VIRTUALBOX_SCSI)) {
                int unit = index % 15;
                return Slot.of(bus, index / 15, unit < ADAPTER ? unit : unit + 1);
            }
            if (bus == Bus.SATA && most == VMWARE_SATA) {
                return Slot.of(bus, index / 30, index % 30);
            }
            return Slot.ofIndex(bus, index);
        }
    }

    static PlatformDevices of(Platform platform) {
        return switch (platform) {
            case XEN_PV, XEN_PVH ->
                new PlatformDevices(
                        platform,
                        List.of(new Places(Bus.XEN, UNLIMITED, true)),
                        "netfront",
                        List.of(Console.pty(Console.Type.XEN)));
            case XEN_HVM ->
                new PlatformDevices(
                        platform,
                        List.of(new Places(Bus.XEN, UNLIMITED, true)),
                        "e1000",
                        List.of(Console.pty(Console.Type.SERIAL)));
            case HYPERV_GEN1 ->
                new PlatformDevices(
                        platform,
                        // The firmware of Gen1 starts from IDE alone; four controllers of SCSI take the rest.
                        List.of(new Places(Bus.IDE, 4, true), new Places(Bus.SCSI, 4 * 64, false)),
                        "synthetic",
                        List.of(Console.pty(Console.Type.SERIAL)));
            case HYPERV_GEN2 ->
                new PlatformDevices(
                        platform,
                        List.of(new Places(Bus.SCSI, 4 * 64, true)),
                        "synthetic",
                        List.of(Console.pty(Console.Type.SERIAL)));
            case VMWARE ->
                new PlatformDevices(
                        platform,
                        List.of(
                                new Places(Bus.SCSI, Places.VMWARE_SCSI, false),
                                new Places(Bus.SATA, Places.VMWARE_SATA, true)),
                        "vmxnet3",
                        // A file needs nobody at the other end; VMware has no pseudo-terminals.
                        List.of(new Console(Console.Type.SERIAL, Console.Connection.FILE, Optional.of("serial0.log"))));
            case KVM ->
                new PlatformDevices(
                        platform,
                        List.of(
                                new Places(Bus.VIRTIO, UNLIMITED, false),
                                // Where the host has no more places for virtio, drives of virtio-scsi; CDs are SATA's.
                                new Places(Bus.SCSI, UNLIMITED, false),
                                new Places(Bus.SATA, 6, true),
                                new Places(Bus.SCSI, UNLIMITED, true)),
                        "virtio",
                        List.of(Console.pty(Console.Type.SERIAL)));
            case VIRTUALBOX ->
                new PlatformDevices(
                        platform,
                        List.of(new Places(Bus.SATA, 30, true), new Places(Bus.SCSI, Places.VIRTUALBOX_SCSI, false)),
                        "e1000",
                        // VirtualBox wants a whole path of the host for any other end.
                        List.of(new Console(Console.Type.SERIAL, Console.Connection.NULL, Optional.empty())));
        };
    }

    /** Whether the platform has such a bus at all, whatever a converted machine gets. */
    boolean knows(Bus bus) {
        return switch (platform) {
            case XEN_PV, XEN_PVH, XEN_HVM -> bus != Bus.VIRTIO && bus != Bus.NVME && bus != Bus.SATA;
            case HYPERV_GEN1 -> bus == Bus.IDE || bus == Bus.SCSI || bus == Bus.FLOPPY;
            case HYPERV_GEN2 -> bus == Bus.SCSI;
            case VMWARE, VIRTUALBOX -> bus != Bus.XEN && (bus != Bus.VIRTIO || platform == Platform.VIRTUALBOX);
            case KVM -> bus != Bus.XEN;
        };
    }

    /** How many network cards the platform takes. */
    int mostNics() {
        return switch (platform) {
            case HYPERV_GEN1, HYPERV_GEN2, XEN_PV, XEN_PVH, XEN_HVM, VIRTUALBOX -> 8;
            case VMWARE -> 10;
            case KVM -> 32;
        };
    }

    /**
     * What starts the machine there.
     *
     * @param source what starts it now
     */
    Firmware firmware(Firmware source) {
        return switch (platform) {
            case XEN_PV, XEN_PVH ->
                switch (source) {
                    case Firmware.DirectKernel kernel -> kernel;
                    case Firmware.HostBootLoader loader -> loader;
                    case Firmware.ParavirtualGrub grub -> grub;
                    case Firmware.Bios bios -> pygrub();
                    case Firmware.Uefi uefi -> pygrub();
                };
            case HYPERV_GEN1 -> new Firmware.Bios();
            case HYPERV_GEN2 -> new Firmware.Uefi(source instanceof Firmware.Uefi uefi && uefi.secureBoot());
            case XEN_HVM, VMWARE, KVM, VIRTUALBOX ->
                source instanceof Firmware.Uefi uefi ? new Firmware.Uefi(uefi.secureBoot()) : new Firmware.Bios();
        };
    }

    private static Firmware pygrub() {
        return new Firmware.HostBootLoader("pygrub", List.of(), Optional.empty(), Optional.empty(), "");
    }

    /** The network models that the guest of any platform of this family sees as its own. */
    static Set<String> keptModels(Platform platform) {
        return switch (platform) {
            case HYPERV_GEN1 -> Set.of("synthetic", "tulip");
            case HYPERV_GEN2 -> Set.of("synthetic");
            case XEN_PV, XEN_PVH -> Set.of("netfront");
            case XEN_HVM -> Set.of("e1000", "rtl8139", "ne2k_pci", "netfront");
            case VMWARE -> Set.of("vmxnet3", "e1000", "e1000e");
            case KVM -> Set.of("virtio", "e1000", "e1000e", "rtl8139");
            case VIRTUALBOX -> Set.of("e1000", "virtio", "pcnet");
        };
    }
}
