package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The drives of the IDE, SCSI and floppy controllers. */
final class HypervDrives {
    private static final Pattern CONTROLLER = Pattern.compile("(?i)controller([0-9]{1,3})");
    private static final Pattern DRIVE = Pattern.compile("(?i)drive([0-9]{1,3})");
    private static final int IDE_CONTROLLERS = 2;

    private final HypervSettings settings;
    private final HypervLeftOver leftOver;
    private final List<String> warnings;
    private final List<Disk> disks = new ArrayList<>();
    private final List<HostDevice> hostDisks = new ArrayList<>();

    HypervDrives(HypervSettings settings, HypervLeftOver leftOver, List<String> warnings) {
        this.settings = settings;
        this.leftOver = leftOver;
        this.warnings = warnings;
    }

    /** The drives, and the disks of the host that are given as they are. */
    record Read(List<Disk> disks, List<HostDevice> hostDisks) {}

    Read read(HypervDevices devices, List<BootDevice> bootOrder) throws DefinitionException {
        device(devices.pathOf(HypervDevices.IDE), Bus.IDE, 0, IDE_CONTROLLERS);
        int controller = 0;
        for (HypervDevices.Device scsi : devices.of(HypervDevices.SCSI)) {
            device(scsi.path(), Bus.SCSI, controller++, 1);
        }
        device(devices.pathOf(HypervDevices.FLOPPY), Bus.FLOPPY, 0, 1);
        markBoot(Disk.Kind.DISK);
        if (bootOrder.contains(BootDevice.CDROM)) {
            markBoot(Disk.Kind.CDROM);
        }
        return new Read(disks, hostDisks);
    }

    /** A device may be several controllers, as IDE's is, or one of several, as SCSI's are. */
    private void device(String path, Bus bus, int first, int most) throws DefinitionException {
        for (HypervNode controller : settings.children(path)) {
            Matcher number = CONTROLLER.matcher(controller.name());
            if (!number.matches()) {
                continue;
            }
            String below = path + "/" + controller.name();
            for (HypervNode drive : controller.children()) {
                Matcher unit = DRIVE.matcher(drive.name());
                if (unit.matches()) {
                    drive(
                            below + "/" + drive.name(),
                            slot(below, bus, first, Integer.parseInt(number.group(1)), most, unit.group(1)));
                }
            }
        }
    }

    private Slot slot(String path, Bus bus, int first, int controller, int most, String unit)
            throws DefinitionException {
        int place = Integer.parseInt(unit);
        if (controller >= most || place >= bus.unitsPerController()) {
            throw settings.error(
                    path, "Hyper-V has no place " + controller + ":" + place + " for a drive on " + bus.id());
        }
        return Slot.of(bus, first + controller, place);
    }

    private void drive(String path, Slot slot) throws DefinitionException {
        Optional<String> medium = settings.text(path + "/pathname");
        String type = settings.text(path + "/type").orElse("NONE");
        boolean shared = settings.truth(path + "/persistent_reservations_supported");
        List<Extra> extras = leftOver.below(path, "drive");
        switch (type) {
            case "NONE" -> {
                // A place without a drive.
            }
            case "VHD" -> {
                if (medium.isEmpty()) {
                    throw settings.error(path, "is a hard disk without a pathname; give it one or take it out");
                }
                add(Disk.Kind.DISK, slot, medium, "", shared, extras);
            }
            case "ISO" -> add(Disk.Kind.CDROM, slot, medium, "raw", false, extras);
            // Every machine of the first generation has a floppy drive, so an empty one says nothing.
            case "VFD" -> {
                if (medium.isPresent()) {
                    add(Disk.Kind.FLOPPY, slot, medium, "raw", false, extras);
                }
            }
            default -> {
                hostDisks.add(new HostDevice("disk", medium.orElse(type)));
                warnings.add(settings.fileName() + ": the drive " + slot.deviceName() + " is of the type " + type
                        + ", a drive of the host itself; copy it into an image and add that on the target");
            }
        }
    }

    private void add(
            Disk.Kind kind, Slot slot, Optional<String> path, String format, boolean shared, List<Extra> extras)
            throws DefinitionException {
        if (disks.stream().anyMatch(disk -> disk.slot().equals(slot))) {
            throw DefinitionException.of(
                    settings.fileName(), "has two drives in the place " + slot.deviceName() + "; take one out");
        }
        disks.add(Disk.builder(kind, slot)
                .medium(path.map(found -> new Medium(found, format)))
                .shared(shared)
                .extras(extras)
                .build());
    }

    /** Generation 1 boots the first disk of IDE. Generation 2 keeps its order elsewhere, and its first disk is the usual. */
    private void markBoot(Disk.Kind kind) {
        disks.stream()
                .filter(disk -> disk.kind() == kind)
                .min(Comparator.comparing((Disk disk) -> disk.slot().bus() != Bus.IDE)
                        .thenComparingInt(disk -> disk.slot().index()))
                .ifPresent(boot -> disks.replaceAll(
                        disk -> disk.equals(boot) ? disk.toBuilder().boot(true).build() : disk));
    }
}
