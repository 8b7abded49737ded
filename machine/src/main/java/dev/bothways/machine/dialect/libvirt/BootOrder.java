package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the machine boots from. libvirt says it in one of two ways: by classes of devices in {@code <os>}, or by a number in
 * each device. The numbers are turned into classes and boot flags where these say as much; else they are kept too.
 */
final class BootOrder {
    /** The key of the extra that keeps a device's number. */
    static final String KEY = "boot";

    private BootOrder() {}

    /** A device with a number. */
    private record Numbered(int order, BootDevice kind, boolean first, boolean plain) {}

    static void read(
            List<DriveReader.Drive> drives,
            List<NicForm.Read> nics,
            List<XmlElement> others,
            FirmwareReader.Read firmware,
            Flavour flavour,
            Machine.Builder machine,
            Values values)
            throws DefinitionException {
        List<Disk> disks =
                new ArrayList<>(drives.stream().map(DriveReader.Drive::disk).toList());
        List<Nic> cards = new ArrayList<>(nics.stream().map(NicForm.Read::nic).toList());
        List<Numbered> numbered = numbered(drives, nics);
        if (!numbered.isEmpty() && !firmware.bootOrder().isEmpty()) {
            throw values.wrong(
                    firmware.type().element(),
                    "has boot devices beside it, while devices have numbers in the boot order: take one of both out");
        }
        Set<BootDevice> kinds = new HashSet<>();
        boolean tellable = others.stream().noneMatch(other -> other.child(KEY).isPresent())
                && firmware.bootOrder().isEmpty()
                && DomainReader.hasFirmware(firmware.firmware());
        for (Numbered each : numbered) {
            tellable &= each.plain() && kinds.add(each.kind());
            tellable &= each.first() || each.kind() == BootDevice.DISK || each.kind() == BootDevice.CDROM;
        }
        List<BootDevice> order = firmware.bootOrder().isEmpty()
                ? numbered.stream().map(Numbered::kind).distinct().toList()
                : firmware.bootOrder();
        Set<Integer> flagged = usual(disks, firmware.firmware(), order, flavour);
        for (Disk.Kind kind : List.of(Disk.Kind.DISK, Disk.Kind.CDROM)) {
            Optional<Integer> chosen = lowest(drives, kind);
            if (chosen.isPresent()) {
                flagged.removeIf(index -> disks.get(index).kind() == kind);
                flagged.add(chosen.get());
            }
        }
        for (int i = 0; i < disks.size(); i++) {
            Disk disk = disks.get(i);
            disks.set(
                    i,
                    disk.toBuilder()
                            .boot(flagged.contains(i))
                            .extras(tellable ? withoutNumber(disk.extras()) : disk.extras())
                            .build());
        }
        if (tellable) {
            cards.replaceAll(
                    nic -> nic.toBuilder().extras(withoutNumber(nic.extras())).build());
        }
        machine.disks(disks).nics(cards).bootOrder(order);
    }

    private static List<Numbered> numbered(List<DriveReader.Drive> drives, List<NicForm.Read> nics) {
        List<Numbered> numbered = new ArrayList<>();
        Set<Disk.Kind> seen = new HashSet<>();
        for (DriveReader.Drive drive : drives) {
            boolean first = seen.add(drive.disk().kind());
            if (drive.order() > 0) {
                numbered.add(new Numbered(
                        drive.order(),
                        kind(drive.disk()),
                        first,
                        plain(drive.disk().extras())));
            }
        }
        for (int i = 0; i < nics.size(); i++) {
            if (nics.get(i).order() > 0) {
                numbered.add(new Numbered(
                        nics.get(i).order(),
                        BootDevice.NETWORK,
                        i == 0,
                        plain(nics.get(i).nic().extras())));
            }
        }
        numbered.sort(Comparator.comparingInt(Numbered::order));
        return numbered;
    }

    private static boolean plain(List<Extra> extras) {
        return extras.stream()
                .filter(extra -> extra.key().equals(KEY))
                .allMatch(extra -> Fragments.element(extra)
                        .filter(element -> element.attributes().size() == 1)
                        .isPresent());
    }

    static boolean hasNumber(List<Extra> extras) {
        return extras.stream()
                .anyMatch(extra ->
                        extra.dialect().equals(LibvirtDialect.ID) && extra.key().equals(KEY));
    }

    private static List<Extra> withoutNumber(List<Extra> extras) {
        return extras.stream().filter(extra -> !extra.key().equals(KEY)).toList();
    }

    private static Optional<Integer> lowest(List<DriveReader.Drive> drives, Disk.Kind kind) {
        Optional<Integer> found = Optional.empty();
        for (int i = 0; i < drives.size(); i++) {
            DriveReader.Drive drive = drives.get(i);
            if (drive.disk().kind() == kind
                    && drive.order() > 0
                    && (found.isEmpty()
                            || drive.order() < drives.get(found.get()).order())) {
                found = Optional.of(i);
            }
        }
        return found;
    }

    static BootDevice kind(Disk disk) {
        return switch (disk.kind()) {
            case DISK -> BootDevice.DISK;
            case CDROM -> BootDevice.CDROM;
            case FLOPPY -> BootDevice.FLOPPY;
        };
    }

    /** Which drives are booted from where nothing is said of single drives, by their places in the list. */
    static Set<Integer> usual(List<Disk> disks, Firmware firmware, List<BootDevice> order, Flavour flavour) {
        Set<Integer> flagged = new HashSet<>();
        Optional<Integer> disk = switch (firmware) {
            case Firmware.HostBootLoader ignored -> first(disks, Disk.Kind.DISK);
            case Firmware.ParavirtualGrub ignored -> first(disks, Disk.Kind.DISK);
            case Firmware.DirectKernel ignored -> Optional.empty();
            case Firmware.Bios ignored -> lowestOnBus(disks, flavour);
            case Firmware.Uefi ignored -> lowestOnBus(disks, flavour);
        };
        disk.ifPresent(flagged::add);
        if (order.contains(BootDevice.CDROM)) {
            first(disks, Disk.Kind.CDROM).ifPresent(flagged::add);
        }
        return flagged;
    }

    static Optional<Integer> first(List<Disk> disks, Disk.Kind kind) {
        for (int i = 0; i < disks.size(); i++) {
            if (disks.get(i).kind() == kind) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** libvirt keeps the drives of a bus in their order; Xen's firmware takes the lowest number of all. */
    private static Optional<Integer> lowestOnBus(List<Disk> disks, Flavour flavour) {
        Optional<Integer> lowest = first(disks, Disk.Kind.DISK);
        for (int i = 0; i < disks.size() && lowest.isPresent(); i++) {
            Disk disk = disks.get(i);
            Disk best = disks.get(lowest.get());
            if (disk.kind() == Disk.Kind.DISK
                    && (flavour == Flavour.XEN
                            || disk.slot().bus() == best.slot().bus())
                    && disk.slot().index() < best.slot().index()) {
                lowest = Optional.of(i);
            }
        }
        return lowest;
    }
}
