package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes the drives of a machine and their controllers. */
final class DriveWriter {
    private static final int UNITS = 64;

    private final Platform platform;
    private final PackageWriter parts;
    private final ItemNumbers numbers;
    private final List<Lost> lost;
    private final List<XmlElement> items = new ArrayList<>();
    private final Map<Slot, OvfItemWriter> controllers = new LinkedHashMap<>();
    private final Map<Slot, Optional<String>> models = new LinkedHashMap<>();
    private final Map<Disk, String> ids = new LinkedHashMap<>();
    private int hardDisks;
    private int others;

    DriveWriter(Platform platform, PackageWriter parts, ItemNumbers numbers, List<Lost> lost) {
        this.platform = platform;
        this.parts = parts;
        this.numbers = numbers;
        this.lost = lost;
    }

    /** The items, controllers first. */
    List<XmlElement> write(List<Disk> disks) {
        List<Disk> written = disks.stream().filter(this::hasPlace).toList();
        written.forEach(this::controller);
        controllers.values().forEach(controller -> items.add(controller.build()));
        written.forEach(this::drive);
        return items;
    }

    /** The InstanceIDs of the drives that were written. */
    Map<Disk, String> ids() {
        return ids;
    }

    private static String named(Disk disk) {
        return "drive " + disk.slot().deviceName();
    }

    private boolean hasPlace(Disk disk) {
        Slot slot = disk.slot();
        Set<Bus> known = Set.of(Bus.IDE, Bus.SCSI, Bus.SATA, Bus.NVME, Bus.FLOPPY);
        boolean floppy = disk.kind() == Disk.Kind.FLOPPY;
        if (!known.contains(slot.bus()) || floppy != (slot.bus() == Bus.FLOPPY)) {
            lost.add(new Lost(
                    named(disk), "is attached by " + slot.bus().id() + ", which " + platform.id() + " has not"));
            return false;
        }
        if (slot.unit() >= UNITS
                || slot.controller() >= UNITS
                || slot.partition().isPresent()) {
            lost.add(new Lost(named(disk), "has a place that no controller of " + platform.id() + " has"));
            return false;
        }
        return true;
    }

    private static Slot controllerOf(Disk disk) {
        return Slot.of(disk.slot().bus(), disk.slot().controller(), 0);
    }

    private void controller(Disk disk) {
        Slot place = controllerOf(disk);
        Bus bus = place.bus();
        if (bus == Bus.FLOPPY) {
            disk.adapter()
                    .ifPresent(adapter -> lost.add(new Lost(adapter + " of " + named(disk), "is no model of OVF")));
            return;
        }
        Optional<String> subType = OvfWords.controllerSubType(bus, disk.adapter(), platform);
        if (subType.isEmpty() && disk.adapter().isPresent()) {
            lost.add(new Lost(
                    "controller " + disk.adapter().get() + " of " + named(disk), "is no model of " + platform.id()));
        }
        Optional<String> word = subType.isPresent() || bus == Bus.IDE
                ? subType
                : OvfWords.controllerSubType(bus, Optional.empty(), platform);
        if (controllers.containsKey(place)) {
            if (!models.getOrDefault(place, Optional.empty()).equals(word)) {
                lost.add(new Lost("controller of " + named(disk), "differs from the one that another drive there has"));
            }
            return;
        }
        models.put(place, word);
        int type = switch (bus) {
            case IDE -> OvfItem.IDE;
            case SCSI -> OvfItem.SCSI;
            default -> OvfItem.OTHER_STORAGE;
        };
        OvfItemWriter item = new OvfItemWriter(type, bus.name() + " controller " + place.controller())
                .property("Address", place.controller())
                .property("Description", bus.name() + " Controller")
                .property("InstanceID", numbers.next());
        word.ifPresent(subtype -> item.property("ResourceSubType", subtype));
        controllers.put(place, item);
    }

    private void drive(Disk disk) {
        boolean hard = disk.kind() == Disk.Kind.DISK;
        int type = switch (disk.kind()) {
            case DISK -> OvfItem.DISK;
            case CDROM -> OvfItem.CD;
            case FLOPPY -> OvfItem.FLOPPY;
        };
        String name = hard ? "Hard disk " + ++hardDisks : disk.kind().id() + " " + ++others;
        OvfItemWriter item = new OvfItemWriter(type, name)
                .property("AddressOnParent", disk.slot().unit())
                .property("InstanceID", numbers.next());
        if (disk.slot().bus() != Bus.FLOPPY) {
            Optional.ofNullable(controllers.get(controllerOf(disk)))
                    .ifPresent(controller -> item.property("Parent", controller.id()));
        }
        OvfExtras extras = new OvfExtras(disk.extras(), lost);
        if (hard) {
            hardDisk(disk, item);
        } else {
            removable(disk, item, extras);
        }
        disk.serial().ifPresent(serial -> lost.add(new Lost("serial number of " + named(disk), "has no place in OVF")));
        extras.into(item, "");
        extras.finish();
        ids.put(disk, item.id());
        items.add(item.build());
    }

    private void hardDisk(Disk disk, OvfItemWriter item) {
        Optional<Medium> medium = disk.medium();
        if (disk.size().isPresent()) {
            String id = parts.disk(
                    medium.map(Medium::path),
                    disk.size(),
                    medium.map(Medium::format).orElse("vmdk"));
            item.property("HostResource", "ovf:/disk/" + id);
        } else if (medium.isPresent()) {
            lost.add(new Lost(
                    "size of " + named(disk), "is not known, and without it OVF has a file there and no disk"));
            item.property("HostResource", "ovf:/file/" + parts.file(medium.get().path()));
        }
        if (disk.readOnly()) {
            item.setting("guestReadOnly", "true");
        }
        if (disk.shared()) {
            item.setting("backing.sharing", "sharingMultiWriter");
        }
    }

    private void removable(Disk disk, OvfItemWriter item, OvfExtras extras) {
        boolean connected =
                extras.take("AutomaticAllocation").filter("true"::equals).isPresent();
        item.property("AutomaticAllocation", connected).optional();
        disk.medium().ifPresent(medium -> item.property("HostResource", "ovf:/file/" + parts.file(medium.path())));
        extras.take("ResourceSubType")
                .or(() -> OvfWords.removable(disk.kind(), disk.medium().isPresent(), platform))
                .ifPresent(subType -> item.property("ResourceSubType", subType));
        if (disk.kind() == Disk.Kind.CDROM && !disk.readOnly()) {
            lost.add(new Lost("writing to " + named(disk), "is not offered by OVF"));
        }
        if (disk.kind() == Disk.Kind.FLOPPY && disk.readOnly()) {
            item.setting("guestReadOnly", "true");
        }
        if (disk.shared()) {
            item.setting("backing.sharing", "sharingMultiWriter");
        }
    }
}
