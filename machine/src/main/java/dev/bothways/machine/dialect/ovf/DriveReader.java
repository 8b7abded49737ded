package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.DiskEntry;
import dev.bothways.machine.dialect.ovf.OvfEnvelope.FileReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the drives of a machine and the controllers they are attached to. */
final class DriveReader {
    private static final int UNITS = 64;
    /** Settings that have a word in the record. */
    private static final Set<String> SAID = Set.of("Config:backing.sharing", "Config:guestReadOnly");

    private static final int CONTROLLERS_OWN = 7;

    private final OvfContext context;
    private final EnvelopeReader.PackageParts parts;
    private final Platform platform;
    private final Map<String, Controller> controllers = new HashMap<>();
    private final Set<Slot> used = new HashSet<>();

    private record Controller(Bus bus, int index, Optional<String> adapter) {}

    DriveReader(OvfContext context, EnvelopeReader.PackageParts parts, Platform platform) {
        this.context = context;
        this.parts = parts;
        this.platform = platform;
    }

    /** The drives by their items, in order. */
    Map<OvfItem, Disk> read(List<OvfItem> items) throws DefinitionException {
        items.stream()
                .filter(item -> item.type() == OvfItem.USB)
                .forEach(item -> controllers.put(item.id(), new Controller(Bus.USB, 0, Optional.empty())));
        readControllers(items);
        List<OvfItem> drives = items.stream().filter(OvfItem::isDrive).toList();
        Map<OvfItem, Slot> slots = new HashMap<>();
        for (OvfItem drive : drives) {
            wanted(drive).ifPresent(slot -> {
                if (used.add(slot)) {
                    slots.put(drive, slot);
                } else {
                    context.warn(drive.element(), "the " + drive.described() + " has the place of another drive");
                }
            });
        }
        Map<OvfItem, Disk> disks = new LinkedHashMap<>();
        boolean first = true;
        for (OvfItem drive : drives) {
            Slot slot = slots.containsKey(drive) ? slots.get(drive) : free(controller(drive));
            Disk disk = disk(drive, slot, first);
            first &= disk.kind() != Disk.Kind.DISK;
            disks.put(drive, disk);
        }
        return disks;
    }

    /** Those that say their number have it; the others get what is left, in order. */
    private void readControllers(List<OvfItem> items) {
        Map<Bus, Set<Integer>> taken = new HashMap<>();
        List<OvfItem> found = items.stream().filter(OvfItem::isController).toList();
        for (OvfItem item : found) {
            int index = item.place("Address").orElse(item.place("BusNumber").orElse(-1));
            Set<Integer> indices = taken.computeIfAbsent(bus(item), key -> new HashSet<>());
            if (index >= 0 && index < UNITS && indices.add(index)) {
                add(item, index);
            }
        }
        for (OvfItem item : found) {
            if (!controllers.containsKey(item.id())) {
                Set<Integer> indices = taken.computeIfAbsent(bus(item), key -> new HashSet<>());
                int index = nextFree(indices);
                indices.add(index);
                add(item, index);
            }
        }
    }

    private void add(OvfItem item, int index) {
        new KeptProperties(context, parts).of(item, ""); // For its warnings: a controller is written anew.
        Bus bus = bus(item);
        controllers.put(item.id(), new Controller(bus, index, adapter(item, bus)));
    }

    private static int nextFree(Set<Integer> taken) {
        int index = 0;
        while (taken.contains(index)) {
            index++;
        }
        return index;
    }

    private Bus bus(OvfItem item) {
        String types = item.subTypes().toString();
        if (item.type() == OvfItem.IDE) {
            return types.contains("virtio") ? Bus.VIRTIO : Bus.IDE;
        }
        if (item.type() == OvfItem.SCSI || types.contains("scsi") || types.contains("sas")) {
            return Bus.SCSI;
        }
        if (types.contains("nvme")) {
            return Bus.NVME;
        }
        if (types.contains("usb")) {
            return Bus.USB;
        }
        if (!types.contains("ahci") && !types.contains("sata")) {
            context.warn(
                    item.element(), "the controller " + item.described() + " is of an unknown kind and read as SATA");
        }
        return Bus.SATA;
    }

    private Optional<String> adapter(OvfItem item, Bus bus) {
        if (bus != Bus.SCSI && bus != Bus.SATA && bus != Bus.IDE) {
            return Optional.empty();
        }
        Optional<String> adapter = OvfWords.adapter(item.subTypes(), platform);
        if (adapter.isEmpty() && !item.subTypes().isEmpty()) {
            context.warn(
                    item.element(),
                    "the controller " + item.described() + " is of the unknown model "
                            + String.join(" ", item.subTypes()) + " and read as the usual one");
        }
        return adapter;
    }

    private Controller controller(OvfItem drive) {
        if (drive.type() == OvfItem.FLOPPY) {
            return new Controller(Bus.FLOPPY, 0, Optional.empty());
        }
        Controller found = controllers.get(drive.text("Parent").orElse(""));
        return found != null ? found : new Controller(usualBus(drive), 0, Optional.empty());
    }

    private Bus usualBus(OvfItem drive) {
        String wanted = diskOf(drive)
                .flatMap(disk -> Optional.ofNullable(parts.interfaces().get(disk.id())))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        if (!wanted.isEmpty()) {
            return switch (wanted) {
                case "ide" -> Bus.IDE;
                case "sata" -> Bus.SATA;
                case "virtio_scsi" -> Bus.SCSI;
                default -> Bus.VIRTIO;
            };
        }
        boolean optical = drive.type() == OvfItem.CD || drive.type() == OvfItem.DVD;
        return switch (platform) {
            case KVM -> optical ? Bus.IDE : Bus.VIRTIO;
            case XEN_PV, XEN_PVH, XEN_HVM -> Bus.XEN;
            default -> optical ? Bus.IDE : Bus.SCSI;
        };
    }

    private Optional<Slot> wanted(OvfItem drive) {
        Controller controller = controller(drive);
        if (drive.type() != OvfItem.FLOPPY
                && !parts.ovirt()
                && !controllers.containsKey(drive.text("Parent").orElse(""))) {
            context.warn(
                    drive.element(),
                    "the " + drive.described() + " is attached to no controller that there is; it is read as "
                            + controller.bus().id());
        }
        int place = drive.place("AddressOnParent").orElse(-1);
        int most = controller.bus() == Bus.IDE ? 2 * Bus.IDE.unitsPerController() : UNITS;
        if (place < 0 || place >= most) {
            return Optional.empty();
        }
        // VirtualBox once wrote both channels as one controller with four places.
        int channels = controller.bus() == Bus.IDE ? place / 2 : 0;
        int unit = controller.bus() == Bus.IDE ? place % 2 : place;
        return Optional.of(slot(controller, channels, unit));
    }

    private static Slot slot(Controller controller, int further, int unit) {
        boolean counted = controller.bus().unitsPerController() > 1;
        return Slot.of(controller.bus(), counted ? controller.index() + further : 0, unit);
    }

    private Slot free(Controller controller) {
        for (int further = 0; ; further++) {
            int units = Math.max(controller.bus().unitsPerController(), 1) == 1
                    ? Integer.MAX_VALUE
                    : controller.bus().unitsPerController();
            for (int unit = 0; unit < units; unit++) {
                Slot slot = slot(controller, further, unit);
                boolean own = controller.bus() == Bus.SCSI && unit == CONTROLLERS_OWN;
                if (!own && used.add(slot)) {
                    return slot;
                }
            }
        }
    }

    private Disk disk(OvfItem item, Slot slot, boolean first) throws DefinitionException {
        Disk.Kind kind = switch (item.type()) {
            case OvfItem.FLOPPY -> Disk.Kind.FLOPPY;
            case OvfItem.CD, OvfItem.DVD -> Disk.Kind.CDROM;
            default -> Disk.Kind.DISK;
        };
        List<Extra> extras = new ArrayList<>(new KeptProperties(context, parts).of(item, ""));
        extras.removeIf(extra -> SAID.contains(extra.key()));
        if (kind != Disk.Kind.DISK) {
            KeptProperties.connected(item, false, extras);
        }
        Optional<Medium> medium = medium(item, kind);
        if (kind != Disk.Kind.DISK) {
            item.text("ResourceSubType")
                    .filter(type -> !OvfWords.removable(kind, medium.isPresent(), platform)
                            .equals(Optional.of(type)))
                    .ifPresent(type -> extras.add(new Extra(OvfDialect.ID, "ResourceSubType", type)));
        }
        return Disk.builder(kind, slot)
                .adapter(controller(item).adapter())
                .medium(medium)
                .boot(kind == Disk.Kind.DISK && first)
                .readOnly(kind == Disk.Kind.CDROM
                        || item.setting("guestReadOnly").filter("true"::equals).isPresent())
                .shared(item.setting("backing.sharing")
                        .filter(text -> text.equalsIgnoreCase("sharingMultiWriter"))
                        .isPresent())
                .size(kind == Disk.Kind.DISK ? size(item) : OptionalLong.empty())
                .extras(extras)
                .build();
    }

    private Optional<Medium> medium(OvfItem item, Disk.Kind kind) throws DefinitionException {
        String resource = item.text("HostResource").orElse("");
        if (item.element().children("HostResource").count() > 1) {
            context.warn(item.element(), "the " + item.described() + " has several HostResources; the first is taken");
        }
        String path = resource.replaceFirst("^ovf:", "").replaceFirst("^/+", "");
        Optional<DiskEntry> disk = diskOf(item);
        if (disk.isPresent()) {
            Optional<FileReference> file = disk.get().file().flatMap(parts::file);
            return file.map(found -> new Medium(found.href(), disk.get().format()));
        }
        if (path.startsWith("file/")) {
            return Optional.of(new Medium(
                    file(item, path.substring("file/".length())).href(), kind == Disk.Kind.DISK ? "" : "raw"));
        }
        if (path.startsWith("disk/")) {
            throw context.error(
                    item.element(),
                    "HostResource",
                    "there is no disk '" + path.substring("disk/".length()) + "' in the DiskSection");
        }
        if (!resource.isBlank()) {
            context.warn(
                    item.element(),
                    "the " + item.described() + " has the HostResource '" + resource
                            + "', which is not in the package");
        }
        return Optional.empty();
    }

    private FileReference file(OvfItem item, String id) throws DefinitionException {
        return parts.file(id)
                .orElseThrow(() -> context.error(
                        item.element(),
                        "HostResource",
                        "there is no file with the id '" + id + "' among the References"));
    }

    private Optional<DiskEntry> diskOf(OvfItem item) {
        String resource = item.text("HostResource").orElse("");
        String path = resource.replaceFirst("^ovf:", "").replaceFirst("^/+", "");
        if (path.startsWith("disk/")) {
            return parts.disk(path.substring("disk/".length()));
        }
        // oVirt names the file of a disk itself.
        return parts.ovirt()
                ? parts.disks().stream()
                        .filter(disk -> disk.file()
                                .flatMap(parts::file)
                                .filter(file -> file.href().equals(resource)
                                        || file.id().equals(item.id()))
                                .isPresent())
                        .findFirst()
                : Optional.empty();
    }

    private OptionalLong size(OvfItem item) throws DefinitionException {
        Optional<DiskEntry> disk = diskOf(item);
        if (disk.isEmpty()) {
            return item.text("HostResource").isPresent() ? OptionalLong.empty() : quantity(item);
        }
        if (disk.get().capacity().isEmpty()) {
            context.warn(item.element(), "the size of the " + item.described() + " is left to who installs it");
        }
        return disk.get().capacity();
    }

    /** OVF 2.x lets an item say how large its empty disk is to be. */
    private OptionalLong quantity(OvfItem item) throws DefinitionException {
        Optional<String> quantity = item.text("VirtualQuantity");
        String unit = item.text("VirtualQuantityUnits")
                .or(() -> item.text("AllocationUnits"))
                .orElse("byte");
        OptionalLong bytes = OvfUnits.bytes(unit);
        OptionalLong amount = OptionalLong.empty();
        if (quantity.isPresent() && bytes.isPresent()) {
            long number = context.number(item.element(), "VirtualQuantity", quantity.get(), Long.MAX_VALUE);
            amount = OvfUnits.amount(number, bytes.getAsLong());
        }
        if (amount.orElse(0) <= 0) {
            context.warn(item.element(), "the " + item.described() + " has no disk");
            return OptionalLong.empty();
        }
        return amount;
    }
}
