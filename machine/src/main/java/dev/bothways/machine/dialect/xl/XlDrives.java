package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The drives of {@code disk=}, and which of them is booted from. */
final class XlDrives {
    private final XlSettings settings;

    XlDrives(XlSettings settings) {
        this.settings = settings;
    }

    List<Disk> read(Firmware firmware, List<BootDevice> bootOrder) throws DefinitionException {
        int line = settings.line("disk");
        List<Disk> disks = new ArrayList<>();
        Set<Slot> taken = new HashSet<>();
        for (String specification : settings.list("disk").orElse(List.of())) {
            try {
                Disk disk = DiskSpecification.parse(specification);
                if (!taken.add(disk.slot())) {
                    throw new MalformedSpecificationException(
                            "has the vdev of another drive, " + disk.slot().deviceName());
                }
                disks.add(disk);
            } catch (MalformedSpecificationException e) {
                throw DefinitionException.inKey(
                        settings.fileName(), line, "disk", "'" + specification + "' " + e.getMessage());
            }
        }
        bootDisk(disks, firmware).ifPresent(disk -> markBoot(disks, disk));
        if (bootOrder.contains(BootDevice.CDROM)) {
            first(disks, Disk.Kind.CDROM).ifPresent(disk -> markBoot(disks, disk));
        }
        return disks;
    }

    /** pygrub looks into the first disk of the list; a BIOS boots the one of the lowest number; a host's kernel none. */
    private static Optional<Disk> bootDisk(List<Disk> disks, Firmware firmware) {
        return switch (firmware) {
            case Firmware.HostBootLoader ignored -> first(disks, Disk.Kind.DISK);
            case Firmware.ParavirtualGrub ignored -> first(disks, Disk.Kind.DISK);
            case Firmware.DirectKernel ignored -> Optional.empty();
            case Firmware.Bios ignored -> lowest(disks);
            case Firmware.Uefi ignored -> lowest(disks);
        };
    }

    private static Optional<Disk> first(List<Disk> disks, Disk.Kind kind) {
        return disks.stream().filter(disk -> disk.kind() == kind).findFirst();
    }

    private static Optional<Disk> lowest(List<Disk> disks) {
        return disks.stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .min(Comparator.comparingInt(disk -> disk.slot().index()));
    }

    private static void markBoot(List<Disk> disks, Disk boot) {
        disks.replaceAll(disk -> disk.equals(boot) ? disk.toBuilder().boot(true).build() : disk);
    }
}
