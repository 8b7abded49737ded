package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The controllers and the drives on them, in the order of the file. */
final class StorageReader {
    /** The key of the extra that says which medium of the registry lies in a drive. */
    static final String MEDIUM = "medium";

    /** How the key of an extra begins that is a controller as its file had it; its bus and number follow. */
    static final String CONTROLLER = "StorageController";

    /** The key of the extra for a disk's {@code type} in the registry. */
    static final String MEDIUM_TYPE = "mediumType";

    private static final int MOST_PORTS = 256;

    /**
     * A sort of controller.
     *
     * @param adapter what the record calls it
     */
    record Kind(String word, Bus bus, Optional<String> adapter) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("PIIX4", Bus.IDE, Optional.of("piix4")),
            new Kind("PIIX3", Bus.IDE, Optional.of("piix3")),
            new Kind("ICH6", Bus.IDE, Optional.of("ich6")),
            new Kind("AHCI", Bus.SATA, Optional.empty()),
            new Kind("LsiLogic", Bus.SCSI, Optional.of("lsilogic")),
            new Kind("BusLogic", Bus.SCSI, Optional.of("buslogic")),
            new Kind("LsiLogicSas", Bus.SCSI, Optional.of("lsisas1068")),
            new Kind("VirtioSCSI", Bus.SCSI, Optional.of("virtio-scsi")),
            new Kind("NVMe", Bus.NVME, Optional.empty()),
            new Kind("USB", Bus.USB, Optional.empty()),
            new Kind("I82078", Bus.FLOPPY, Optional.empty()));

    private final Values values;
    private final MediaRegistry media;
    private final List<Extra> extras = new ArrayList<>();
    private final List<Disk> disks = new ArrayList<>();
    private long attached;

    StorageReader(Values values, MediaRegistry media) {
        this.values = values;
        this.media = media;
    }

    /** The sort that VirtualBox calls so. */
    static Optional<Kind> kind(String word) {
        return KINDS.stream().filter(kind -> kind.word.equals(word)).findFirst();
    }

    /** The sort for drives of this bus and controller model; the usual one of the bus where the model is not known. */
    static Optional<Kind> kind(Bus bus, Optional<String> adapter) {
        return KINDS.stream()
                .filter(kind -> kind.bus == bus && kind.adapter.isPresent() && kind.adapter.equals(adapter))
                .findFirst()
                .or(() -> KINDS.stream().filter(kind -> kind.bus == bus).findFirst());
    }

    void read(Optional<Node> controllers, List<BootDevice> bootOrder) throws DefinitionException {
        Map<Bus, Integer> numbers = new HashMap<>();
        Set<Slot> taken = new HashSet<>();
        for (Node controller :
                controllers.map(node -> node.children("StorageController")).orElse(List.of())) {
            String word = controller.attribute("type").orElse("");
            Kind kind = kind(word)
                    .orElseThrow(() -> values.error(
                            controller, "type", "'" + word + "' is no controller that VirtualBox 7.1 has"));
            int number = numbers.merge(kind.bus, 1, Integer::sum) - 1;
            int highest = -1;
            for (Node device : controller.children("AttachedDevice")) {
                Disk disk = device(device, kind, number);
                if (!taken.add(disk.slot())) {
                    throw values.error(device, "port", "is that of another drive");
                }
                highest = Math.max(highest, StorageWriter.port(disk.slot()));
                disks.add(disk);
                controller.remove(device);
            }
            if (!controller
                            .xml()
                            .equals(StorageWriter.usual(kind, number, highest).xml())
                    || highest < 0) {
                extras.add(new Extra(VboxDialect.ID, CONTROLLER + "/" + kind.bus.name() + number, controller.xml()));
            }
        }
        mark(bootOrder);
    }

    List<Disk> disks() {
        return disks;
    }

    List<Extra> extras() {
        return extras;
    }

    /** How many drives have a medium of the registry. */
    long attached() {
        return attached;
    }

    private Disk device(Node node, Kind kind, int number) throws DefinitionException {
        int port = (int) values.number(node, "port", 0, MOST_PORTS - 1).orElse(0);
        int device = (int) values.number(node, "device", 0, 1).orElse(0);
        String type = node.take("type").orElse("HardDisk");
        Disk.Kind drive = switch (type) {
            case "HardDisk" -> Disk.Kind.DISK;
            case "DVD" -> Disk.Kind.CDROM;
            case "Floppy" -> Disk.Kind.FLOPPY;
            default -> throw values.error(node, "type", "'" + type + "' is none of HardDisk, DVD and Floppy");
        };
        if (kind.bus == Bus.IDE && port > 1) {
            throw values.error(node, "port", port + " is not between 0 and 1");
        }
        Disk.Builder builder =
                Disk.builder(drive, slot(kind.bus, number, port, device)).adapter(kind.adapter);
        List<Extra> kept = new ArrayList<>();
        medium(node, drive, builder, kept);
        for (String usual : List.of("passthrough", "tempeject", "nonrotational", "discard", "hotpluggable")) {
            node.drop(usual, "false");
        }
        node.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> kept.add(new Extra(VboxDialect.ID, "@" + entry.getKey(), entry.getValue())));
        return builder.extras(kept).build();
    }

    private static Slot slot(Bus bus, int number, int port, int device) {
        return switch (bus) {
            case IDE -> Slot.of(Bus.IDE, port, device);
            case FLOPPY -> Slot.of(Bus.FLOPPY, 0, device);
            case NVME, USB -> Slot.of(bus, 0, number * MOST_PORTS + port);
            case SATA, SCSI, XEN, VIRTIO -> Slot.of(bus, number, port);
        };
    }

    private void medium(Node node, Disk.Kind drive, Disk.Builder builder, List<Extra> kept) throws DefinitionException {
        Optional<String> ofHost = node.takeChild("HostDrive").flatMap(host -> host.attribute("src"));
        ofHost.filter(src -> !src.isEmpty()).ifPresent(src -> builder.medium(src, ""));
        Optional<Node> image = node.takeChild("Image");
        if (image.isEmpty()) {
            if (drive == Disk.Kind.DISK) {
                throw values.error(node, "type", "is a hard disk without an image; remove it in VirtualBox");
            }
            return;
        }
        UUID uuid = values.uuid(image.get(), "uuid").orElseThrow(() -> values.error(image.get(), "uuid", "is missing"));
        Optional<MediaRegistry.Medium> medium = media.find(uuid);
        if (medium.isEmpty() && drive == Disk.Kind.DISK) {
            throw values.error(
                    image.get(),
                    "uuid",
                    "{" + uuid
                            + "} is not in the file's media registry; open the machine once in a VirtualBox of 4.0 or later");
        }
        if (medium.isPresent() && medium.get().encrypted()) {
            throw values.error(
                    image.get(),
                    "uuid",
                    "VirtualBox encrypted " + medium.get().location() + "; remove the encryption in VirtualBox first");
        }
        if (medium.isPresent()) {
            attached++;
            builder.medium(
                    medium.get().location(),
                    drive == Disk.Kind.DISK ? medium.get().format() : "raw");
            kept.add(new Extra(VboxDialect.ID, MEDIUM, uuid.toString()));
            String type = medium.get().type();
            switch (type) {
                case "Readonly" -> builder.readOnly(true);
                case "Shareable" -> builder.shared(true);
                case "Normal" -> {
                    // The usual one.
                }
                default -> kept.add(new Extra(VboxDialect.ID, MEDIUM_TYPE, type));
            }
        }
    }

    private void mark(List<BootDevice> bootOrder) {
        first(disks).ifPresent(slot -> boot(Disk.Kind.DISK, slot));
        if (bootOrder.contains(BootDevice.CDROM)) {
            disks.stream()
                    .filter(disk -> disk.kind() == Disk.Kind.CDROM)
                    .findFirst()
                    .ifPresent(disk -> boot(Disk.Kind.CDROM, disk.slot()));
        }
    }

    /** The hard disk that VirtualBox's firmware starts from: one on IDE before all others. */
    static Optional<Slot> first(List<Disk> disks) {
        List<Disk> hard =
                disks.stream().filter(disk -> disk.kind() == Disk.Kind.DISK).toList();
        return hard.stream()
                .filter(disk -> disk.slot().bus() == Bus.IDE)
                .findFirst()
                .or(() -> hard.stream().findFirst())
                .map(Disk::slot);
    }

    private void boot(Disk.Kind kind, Slot slot) {
        disks.replaceAll(disk -> disk.kind() == kind && disk.slot().equals(slot)
                ? disk.toBuilder().boot(true).build()
                : disk);
    }
}
