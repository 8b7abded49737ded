package dev.bothways.conversion;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What Linux calls a machine's hard disks. Under Xen the definition gives the names; elsewhere a driver counts the disks that it
 * finds, those of one bus after those of another, and CD drives apart from them.
 */
final class LinuxDiskNames {
    private LinuxDiskNames() {}

    /** The names of these disks, which are all hard disks of the machine, without {@code /dev/}, in their order. */
    static List<String> of(Platform platform, List<Disk> disks) {
        List<String> names = new ArrayList<>();
        for (Disk disk : disks) {
            Slot slot = disk.slot();
            names.add(
                    switch (platform) {
                        // Whatever bus the definition names, Xen's own driver serves the disk.
                        case XEN_PV, XEN_PVH, XEN_HVM ->
                            new Slot(Bus.XEN, 0, slot.index(), slot.partition()).deviceName();
                        case HYPERV_GEN1, HYPERV_GEN2, VMWARE, KVM, VIRTUALBOX -> counted(slot, disks);
                    });
        }
        return names;
    }

    private static String counted(Slot slot, List<Disk> disks) {
        List<Bus> buses =
                disks.stream().map(disk -> disk.slot().bus()).distinct().toList();
        int before = (int) disks.stream()
                .map(Disk::slot)
                .filter(other -> driver(other.bus()) == driver(slot.bus()))
                .sorted(Comparator.comparingInt((Slot other) -> buses.indexOf(other.bus()))
                        .thenComparingInt(Slot::index))
                .takeWhile(other -> !other.equals(slot))
                .count();
        return Slot.ofIndex(driver(slot.bus()), before).deviceName();
    }

    /** One bus for all that share a driver's names. */
    private static Bus driver(Bus bus) {
        return switch (bus) {
            case VIRTIO, NVME, XEN -> bus;
            case IDE, SATA, SCSI, USB, FLOPPY -> Bus.SCSI;
        };
    }
}
