package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code <disk>} elements. */
final class DriveReader {
    private static final Map<String, Bus> BUSES = Map.of(
            "ide", Bus.IDE,
            "scsi", Bus.SCSI,
            "sata", Bus.SATA,
            "virtio", Bus.VIRTIO,
            "usb", Bus.USB,
            "fdc", Bus.FLOPPY,
            "xen", Bus.XEN,
            "nvme", Bus.NVME);
    private static final int MOST = 1 << 20;

    private final Flavour flavour;
    private final Controllers controllers;
    private final Values values;
    private final List<Found> drives = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final List<XmlElement> unknown = new ArrayList<>();
    private final Set<Slot> taken = new HashSet<>();
    private final Map<Bus, Integer> highest = new EnumMap<>(Bus.class);

    DriveReader(Flavour flavour, Controllers controllers, Values values) {
        this.flavour = flavour;
        this.controllers = controllers;
        this.values = values;
    }

    /** A drive on its way. */
    private record Found(Remains element, Disk.Kind kind, Bus bus, DriveNames.Name place, String name) {}

    /** A drive, and in which turn the machine boots from it; 0 where its element does not say. */
    record Drive(Disk disk, int order) {}

    /** The elements of drives that are on no bus of the record; kept whole. */
    List<XmlElement> unknown() {
        return unknown;
    }

    /** The drives, in their order. */
    List<Drive> read(List<Remains> elements) throws DefinitionException {
        for (Remains element : elements) {
            find(element);
        }
        List<Slot> slots = slots();
        // Under Xen the place is the name.
        boolean named = flavour != Flavour.XEN
                && !DriveNames.usual(slots, flavour, Set.of())
                        .equals(drives.stream().map(Found::name).toList());
        List<Drive> read = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            if (!named) {
                drives.get(i).element().first("target").ifPresent(target -> target.take("dev"));
            }
            read.add(drive(drives.get(i), slots.get(i)));
        }
        return read;
    }

    /** The places of the drives: of those with an address first. */
    private List<Slot> slots() throws DefinitionException {
        List<Optional<Slot>> addressed = new ArrayList<>();
        for (Found drive : drives) {
            Optional<Slot> slot = addressed(drive.element(), drive.bus());
            slot.ifPresent(known -> highest.merge(known.bus(), known.index(), Math::max));
            addressed.add(slot);
        }
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < drives.size(); i++) {
            Found drive = drives.get(i);
            slots.add(
                    addressed.get(i).isPresent()
                            ? addressed.get(i).get()
                            : named(drive.element(), drive.bus(), drive.place()));
        }
        return slots;
    }

    private void find(Remains element) throws DefinitionException {
        XmlElement at = element.element();
        String device = element.peek("device").orElse("disk");
        Disk.Kind kind = switch (device) {
            case "disk", "lun" -> Disk.Kind.DISK;
            case "cdrom" -> Disk.Kind.CDROM;
            case "floppy" -> Disk.Kind.FLOPPY;
            default -> throw values.wrong(at, "'" + device + "' is none of disk, cdrom, floppy and lun");
        };
        XmlElement target = at.child("target")
                .orElseThrow(() -> values.wrong(at, "has no target, which says where the drive is attached"));
        String name = target.attribute("dev")
                .orElseThrow(() -> values.wrong(target, "has no dev, the name of the drive like vda"));
        DriveNames.Name parsed = DriveNames.parse(name)
                .orElseThrow(() -> values.wrong(target, "'" + name + "' is no name of a drive: use one like vda"));
        Optional<String> busName = target.attribute("bus");
        Optional<Bus> bus = busName.isPresent()
                ? Optional.ofNullable(BUSES.get(busName.get()))
                : kind == Disk.Kind.FLOPPY ? Optional.of(Bus.FLOPPY) : parsed.bus();
        if (bus.isEmpty()) {
            values.warn(target, "is on " + busName.orElse("a bus") + " that no other platform has; it is only kept");
            unknown.add(element.whole());
            return;
        }
        if (!names.add(name) && flavour.ofQemu()) {
            throw values.wrong(target, "'" + name + "' is the name of another drive too");
        }
        drives.add(new Found(element, kind, bus.get(), parsed, name));
    }

    /** From its address; nothing if it has none that says all. */
    private Optional<Slot> addressed(Remains element, Bus bus) throws DefinitionException {
        Optional<XmlElement> address = driveAddress(element);
        if (address.isEmpty() || flavour == Flavour.XEN) {
            return Optional.empty();
        }
        Optional<Slot> said = at(address.get(), bus);
        if (said.isPresent()) {
            element.remove("address");
            if (!taken.add(said.get())) {
                throw values.wrong(address.get(), "is the place of another drive");
            }
        }
        return said;
    }

    private static Optional<XmlElement> driveAddress(Remains element) {
        return element.element()
                .child("address")
                .filter(candidate -> candidate.attribute("type").orElse("").equals("drive"));
    }

    /** Without an address libvirt counts by the name, and takes the next place if that is taken. */
    private Slot named(Remains element, Bus bus, DriveNames.Name name) throws DefinitionException {
        Optional<XmlElement> address = driveAddress(element);
        Slot slot = DriveNames.slot(bus, name.index(), flavour);
        if (flavour == Flavour.XEN) {
            slot = new Slot(bus, slot.controller(), slot.unit(), name.partition());
            if (address.isPresent() && at(address.get(), bus).equals(Optional.of(slot))) {
                element.remove("address");
            }
            if (!taken.add(slot)) {
                throw values.wrong(element.element(), "has the name of another drive, " + slot.deviceName());
            }
            return slot;
        }
        if (address.isPresent() && bus == Bus.SCSI) {
            // virtio-scsi counts targets where others count units.
            slot = Slot.of(bus, part(address.get(), "controller"), part(address.get(), "target"));
        }
        if (!taken.add(slot)) {
            slot = Slot.ofIndex(bus, highest.getOrDefault(bus, 0) + 1);
            while (!taken.add(slot)) {
                slot = Slot.ofIndex(bus, slot.index() + 1);
            }
        }
        highest.merge(bus, slot.index(), Math::max);
        return slot;
    }

    /** The place that an address names; nothing if it has more to it than the record knows. */
    private Optional<Slot> at(XmlElement address, Bus bus) throws DefinitionException {
        int controller = part(address, "controller");
        int channel = part(address, "bus");
        int target = part(address, "target");
        int unit = part(address, "unit");
        Set<String> known = Set.of("type", "controller", "bus", "target", "unit");
        boolean more = address.attributes().stream().anyMatch(attribute -> !known.contains(attribute.name()))
                || !address.children().isEmpty();
        if (more || target != 0 || (channel != 0 && bus != Bus.IDE)) {
            return Optional.empty();
        }
        return switch (bus) {
            case IDE -> {
                // Two channels with two drives each; anything else is kept as it is.
                yield channel > 1 || unit > 1
                        ? Optional.empty()
                        : Optional.of(Slot.of(bus, controller * 2 + channel, unit));
            }
            case SCSI, SATA, FLOPPY -> Optional.of(Slot.of(bus, controller, unit));
            case XEN, VIRTIO, NVME, USB -> Optional.empty();
        };
    }

    private int part(XmlElement address, String name) throws DefinitionException {
        Optional<String> text = address.attribute(name);
        return text.isPresent() ? values.integer(address, text.get(), 0, MOST) : 0;
    }

    private Drive drive(Found read, Slot slot) throws DefinitionException {
        Remains element = read.element();
        List<Extra> extras = new ArrayList<>();
        Optional<String> format = driver(element);
        Optional<Medium> medium = source(element, format, extras);
        Optional<Remains> target = element.first("target");
        target.ifPresent(present -> present.take("bus"));
        boolean readOnly = flag(element, "readonly");
        boolean shared = flag(element, "shareable");
        Optional<String> serial = element.textOf("serial");
        if (!element.peek("device").orElse("disk").equals("lun")) {
            element.take("device");
        }
        int order = order(element, values);
        DriveForm.rest(element, "disk", extras);
        Disk.Builder disk = Disk.builder(read.kind(), slot)
                .adapter(flavour == Flavour.XEN ? Optional.empty() : controllers.adapter(slot))
                .medium(medium)
                .readOnly(readOnly || read.kind() == Disk.Kind.CDROM)
                .shared(shared)
                .extras(extras);
        serial.ifPresent(disk::serial);
        return new Drive(disk.build(), order);
    }

    /** The turn in which the machine boots from a device; its element stays. */
    static int order(Remains element, Values values) throws DefinitionException {
        Optional<XmlElement> boot = element.element().child("boot");
        Optional<String> order = boot.flatMap(present -> present.attribute("order"));
        return order.isPresent() ? values.integer(boot.orElseThrow(), order.get(), 1, MOST) : 0;
    }

    private static boolean flag(Remains element, String name) {
        return element.first(name).isPresent();
    }

    /** The format that the driver names, in the record's words; it says nothing of an empty drive. */
    private Optional<String> driver(Remains element) {
        Optional<Remains> driver = element.first("driver");
        if (driver.isEmpty()) {
            return Optional.empty();
        }
        boolean qemus = flavour.ofQemu() || flavour == Flavour.XEN;
        if (qemus) {
            driver.get().drop("name", "qemu");
        }
        Optional<String> type = driver.get().peek("type");
        Optional<String> format = type.flatMap(DriveForm::format);
        if (format.isPresent() && (format.get().equals("raw") || isFilled(element))) {
            driver.get().take("type");
        }
        return format;
    }

    private static boolean isFilled(Remains element) {
        return DriveForm.path(element.element()).isPresent();
    }

    /** The medium; whatever is said of it beyond its path is kept together with it. */
    private static Optional<Medium> source(Remains element, Optional<String> format, List<Extra> extras) {
        XmlElement source = DriveForm.source(element);
        Optional<String> path = DriveForm.path(source);
        Optional<Medium> medium = path.map(found -> new Medium(found, format.orElse("")));
        boolean plain = path.isPresent()
                ? Fragments.same(source, DriveForm.plainSource(path.get()))
                : Fragments.same(source, DriveForm.noSource());
        if (!plain) {
            extras.add(Fragments.extra(DriveForm.SOURCE, source));
        }
        return medium;
    }
}
