package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the {@code <disk>} elements. */
final class DriveWriter {
    private static final Set<Bus> BUSES_OF_QEMU = Set.of(Bus.IDE, Bus.SCSI, Bus.SATA, Bus.VIRTIO, Bus.USB, Bus.FLOPPY);
    private static final Set<Bus> BUSES_OF_XEN = Set.of(Bus.XEN, Bus.IDE, Bus.SCSI);
    /** Those whose drives have an address of the kind {@code drive}. */
    private static final Set<Bus> WITH_CONTROLLER = Set.of(Bus.IDE, Bus.SCSI, Bus.SATA, Bus.FLOPPY);

    /** What is said of a drive of the host whose SCSI commands the guest sends itself. */
    private static final Set<String> OF_A_SCSI_DRIVE = Set.of("device", "rawio", "sgio");

    private final DomainOutput out;
    private final boolean xen;

    DriveWriter(DomainOutput out) {
        this.out = out;
        this.xen = out.flavour() == Flavour.XEN;
    }

    /** Whether libvirt has a form for the drive; reported if not. */
    boolean hasRoom(Disk disk) {
        String item = item(disk);
        Bus bus = disk.slot().bus();
        if (!(xen ? BUSES_OF_XEN : BUSES_OF_QEMU).contains(bus)) {
            out.lose(item, "is on " + bus.id() + ", where " + out.flavour().type() + " attaches no drives");
            return false;
        }
        String format = disk.medium().map(Medium::format).orElse("");
        if (!format.isEmpty() && DriveForm.type(format).isEmpty()) {
            out.lose(item, "is a " + format + " image, which QEMU does not open");
            return false;
        }
        if (!xen && disk.slot().partition().isPresent()) {
            out.lose("partition number of " + item, "is Xen's own way to name drives");
        }
        return true;
    }

    private static String item(Disk disk) {
        return "drive " + disk.slot().deviceName();
    }

    /** The names of the drives: those that were kept, and the usual ones. */
    List<String> names(List<Disk> disks) {
        List<Optional<String>> kept = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        List<Slot> unnamed = new ArrayList<>();
        for (Disk disk : disks) {
            Optional<String> name = keptName(disk).filter(taken::add);
            kept.add(name);
            if (name.isEmpty()) {
                unnamed.add(disk.slot());
            }
        }
        List<String> usual = new ArrayList<>(DriveNames.usual(unnamed, out.flavour(), taken));
        return kept.stream().map(name -> name.orElseGet(usual::removeFirst)).toList();
    }

    private Optional<String> keptName(Disk disk) {
        if (xen) {
            return Optional.empty();
        }
        return disk.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(LibvirtDialect.ID) && extra.key().equals("target"))
                .findFirst()
                .flatMap(Fragments::element)
                .flatMap(target -> target.attribute("dev"))
                .filter(name -> tells(name, disk.slot()));
    }

    /** Whether a name says no other place: on a bus without addresses the name alone tells it. */
    private static boolean tells(String name, Slot slot) {
        return DriveNames.parse(name)
                .filter(parsed -> WITH_CONTROLLER.contains(slot.bus()) || parsed.index() == slot.index())
                .isPresent();
    }

    /**
     * The element of a drive.
     *
     * @param turn in which it is booted from; 0 where the drive does not say
     */
    XmlElement element(Disk disk, String name, int turn) {
        XmlElement source = source(disk);
        XmlElement kept = kept(disk, source.attribute("type").orElse("file"));
        XmlElement.Builder element = XmlElement.builder("disk");
        element.attribute("type", source.attribute("type").orElse("file"));
        if (kept.attribute("device").isEmpty()) {
            element.attribute("device", disk.kind().id());
        }
        driver(disk, kept.child("driver")).ifPresent(element::child);
        element.children(source.children());
        element.child(XmlElement.builder("target")
                .attribute("dev", name)
                .attribute("bus", busName(disk.slot().bus())));
        if (disk.readOnly()) {
            element.child(XmlElement.builder("readonly"));
        }
        if (disk.shared()) {
            element.child(XmlElement.builder("shareable"));
        }
        disk.serial().ifPresent(serial -> element.child("serial", serial));
        if (!xen
                && WITH_CONTROLLER.contains(disk.slot().bus())
                && kept.child("address").isEmpty()) {
            element.child(address(disk.slot()));
        }
        XmlElement whole = Fragments.merged(element.build(), kept);
        return turn > 0 ? numbered(whole, turn) : whole;
    }

    /** The element with its turn in the boot order. */
    static XmlElement numbered(XmlElement element, int turn) {
        return Fragments.merged(
                element,
                XmlElement.builder(element.name())
                        .child(XmlElement.builder("boot").attribute("order", turn))
                        .build());
    }

    private Optional<XmlElement> driver(Disk disk, Optional<XmlElement> kept) {
        Optional<String> type = disk.medium()
                .map(Medium::format)
                .filter(format -> !format.isEmpty())
                .flatMap(DriveForm::type);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        XmlElement.Builder driver = XmlElement.builder("driver");
        if (kept.flatMap(element -> element.attribute("name")).isEmpty()) {
            driver.attribute("name", "qemu");
        }
        return Optional.of(driver.attribute("type", type.get()).build());
    }

    private static String busName(Bus bus) {
        return bus == Bus.FLOPPY ? "fdc" : bus.id();
    }

    private static XmlElement address(Slot slot) {
        boolean ide = slot.bus() == Bus.IDE;
        return XmlElement.builder("address")
                .attribute("type", "drive")
                .attribute("controller", Controllers.number(slot))
                .attribute("bus", ide ? slot.controller() % 2 : 0)
                .attribute("target", 0)
                .attribute("unit", slot.unit())
                .build();
    }

    /** The source that was kept, if it is still the medium's. */
    private XmlElement source(Disk disk) {
        Optional<String> path = disk.medium().map(Medium::path);
        XmlElement usual = path.map(DriveForm::plainSource).orElseGet(DriveForm::noSource);
        for (Extra extra : disk.extras()) {
            if (isSource(extra)) {
                Optional<XmlElement> kept = out.element(extra, " of " + item(disk));
                if (kept.isPresent() && DriveForm.path(kept.get()).equals(path)) {
                    return kept.get();
                }
                if (kept.isPresent()) {
                    out.lose("source of " + item(disk), "was said of another image");
                }
            }
        }
        return usual;
    }

    private static boolean isSource(Extra extra) {
        return extra.dialect().equals(LibvirtDialect.ID) && extra.key().equals(DriveForm.SOURCE);
    }

    /**
     * What is kept of the drive itself.
     *
     * @param type of its source
     */
    private XmlElement kept(Disk disk, String type) {
        XmlElement all = XmlElement.builder("disk").build();
        List<XmlElement> children = new ArrayList<>();
        for (Extra extra : disk.extras()) {
            if (isSource(extra)) {
                continue;
            }
            Optional<XmlElement> element = out.element(extra, " of " + item(disk));
            if (element.isPresent() && extra.key().equals("disk")) {
                all = Fragments.merged(all, own(element.get(), disk, type));
            } else if (element.isPresent() && isForPlace(element.get(), disk.slot())) {
                children.add(element.get());
            } else if (element.isPresent()) {
                out.lose(extra.key() + " of " + item(disk), "was said of another place");
            }
        }
        return Fragments.merged(
                all, XmlElement.builder("disk").children(children).build());
    }

    /** The attributes; a drive that takes SCSI commands of the guest is none that lies in a file. */
    private XmlElement own(XmlElement attributes, Disk disk, String type) {
        XmlElement plain = Fragments.without(Fragments.withoutAttributes(attributes, Set.of("type")), child -> true);
        boolean through = attributes.attribute("device").orElse("").equals("lun");
        if (!through || (disk.kind() == Disk.Kind.DISK && !type.equals("file"))) {
            return plain;
        }
        out.lose("SCSI commands of " + item(disk), "need a drive of the host, and it is an image now");
        return Fragments.withoutAttributes(plain, OF_A_SCSI_DRIVE);
    }

    private static boolean isForPlace(XmlElement element, Slot slot) {
        if (!element.name().equals("address")) {
            return true;
        }
        return switch (element.attribute("type").orElse("")) {
            case "drive" -> WITH_CONTROLLER.contains(slot.bus());
            case "usb" -> slot.bus() == Bus.USB;
            case "unassigned" -> true;
            default -> slot.bus() == Bus.VIRTIO || slot.bus() == Bus.XEN;
        };
    }
}
