package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Slot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the media registry, the controllers and the drives. */
final class StorageWriter {
    private static final int PLACES = 256;
    private static final Pattern CONTROLLER_KEY =
            Pattern.compile(StorageReader.CONTROLLER + "/(IDE|SATA|SCSI|NVME|USB|FLOPPY)([0-9]{1,2})");

    private final Machine machine;
    private final List<Lost> lost;
    private final Node registry;
    private final Map<Bus, TreeMap<Integer, List<Disk>>> drives = new LinkedHashMap<>();

    StorageWriter(Machine machine, List<Lost> lost, Node registry) {
        this.machine = machine;
        this.lost = lost;
        this.registry = registry;
    }

    /** VirtualBox's name for a card. */
    static Optional<String> card(String model) {
        return DeviceReader.CARDS.stream()
                .filter(card -> card.getValue().equals(model))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The port of a place on its controller. */
    static int port(Slot slot) {
        return switch (slot.bus()) {
            case IDE -> slot.controller();
            case NVME, USB -> slot.index() % PLACES;
            case FLOPPY -> 0;
            case SATA, SCSI, XEN, VIRTIO -> slot.unit();
        };
    }

    private static int controller(Slot slot) {
        return switch (slot.bus()) {
            case IDE, FLOPPY -> 0;
            case NVME, USB -> slot.index() / PLACES;
            case SATA, SCSI, XEN, VIRTIO -> slot.controller();
        };
    }

    /** A controller as it is written for any machine, with room for the port {@code highest}. */
    static Node usual(StorageReader.Kind kind, int number, int highest) {
        String name = switch (kind.bus()) {
            case FLOPPY -> "Floppy";
            case NVME -> "NVMe";
            case IDE, SATA, SCSI, USB, XEN, VIRTIO -> kind.bus().name();
        };
        boolean cached = kind.bus() == Bus.IDE || kind.bus() == Bus.FLOPPY;
        int ports = switch (kind.word()) {
            case "LsiLogic", "BusLogic" -> 16;
            case "I82078" -> 1;
            case "PIIX3", "PIIX4", "ICH6" -> 2;
            case "USB", "LsiLogicSas" -> Math.max(8, highest + 1);
            default -> Math.max(1, highest + 1);
        };
        return new Node("StorageController")
                .set("name", name + (number == 0 ? "" : " " + (number + 1)))
                .set("type", kind.word())
                .set("PortCount", ports)
                .set("useHostIOCache", cached)
                .set("Bootable", true);
    }

    Node write() {
        Set<Slot> taken = new HashSet<>();
        for (Disk disk : machine.disks()) {
            String item = "drive " + disk.slot().deviceName();
            if (!fits(disk) || !taken.add(disk.slot())) {
                lost.add(new Lost(item, "is at a place that VirtualBox does not have, or that is taken"));
            } else if (disk.kind() == Disk.Kind.DISK && disk.medium().isEmpty()) {
                lost.add(new Lost(item, "is a disk without a file"));
            } else {
                drives.computeIfAbsent(disk.slot().bus(), bus -> new TreeMap<>())
                        .computeIfAbsent(controller(disk.slot()), number -> new ArrayList<>())
                        .add(disk);
            }
        }
        boot();
        return controllers();
    }

    private static boolean fits(Disk disk) {
        Slot slot = disk.slot();
        boolean floppy = disk.kind() == Disk.Kind.FLOPPY;
        if (slot.partition().isPresent() || floppy != (slot.bus() == Bus.FLOPPY)) {
            return false;
        }
        return switch (slot.bus()) {
            case IDE -> slot.controller() < 2 && slot.unit() < 2;
            case FLOPPY -> slot.index() < 2;
            case SATA -> slot.unit() < 30;
            case SCSI, NVME, USB -> port(slot) < PLACES;
            case XEN, VIRTIO -> false;
        };
    }

    private void boot() {
        Optional<Slot> first = StorageReader.first(machine.disks());
        machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK && disk.boot())
                .filter(disk -> !first.equals(Optional.of(disk.slot())))
                .forEach(disk -> lost.add(new Lost(
                        "start from drive " + disk.slot().deviceName(),
                        "is not offered by VirtualBox, which starts from the first disk")));
    }

    /** In the order of the drives on them; VirtualBox and we count controllers of a bus in the order of the file. */
    private Node controllers() {
        Map<Bus, TreeMap<Integer, Node>> found = new LinkedHashMap<>();
        drives.forEach((bus, byNumber) -> byNumber.keySet()
                .forEach(number ->
                        found.computeIfAbsent(bus, any -> new TreeMap<>()).put(number, controller(bus, number))));
        for (Extra extra : machine.extras()) {
            Matcher key = CONTROLLER_KEY.matcher(extra.key());
            if (extra.dialect().equals(VboxDialect.ID) && key.matches()) {
                Bus bus = Bus.valueOf(key.group(1));
                int number = Integer.parseInt(key.group(2));
                if (disks(bus, number).isEmpty()) {
                    kept(bus, number)
                            .ifPresentOrElse(
                                    node -> found.computeIfAbsent(bus, any -> new TreeMap<>())
                                            .put(number, node),
                                    () -> lost.add(new Lost(extra.key(), "is no controller that VirtualBox has")));
                }
            }
        }
        Node controllers = new Node("StorageControllers");
        found.forEach((bus, byNumber) -> {
            for (int number = 0; number <= byNumber.lastKey(); number++) {
                Node node = byNumber.get(number);
                controllers.add(
                        node != null
                                ? node
                                : usual(
                                        StorageReader.kind(bus, Optional.empty())
                                                .orElseThrow(),
                                        number,
                                        0));
            }
        });
        return controllers;
    }

    private Optional<Node> kept(Bus bus, int number) {
        String wanted = StorageReader.CONTROLLER + "/" + bus.name() + number;
        return machine.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(VboxDialect.ID) && extra.key().equals(wanted))
                .findFirst()
                .flatMap(extra -> Node.parse(extra.value(), StorageReader.CONTROLLER))
                .filter(node ->
                        node.children().isEmpty() && node.attribute("name").isPresent())
                .filter(node -> node.attribute("type")
                        .flatMap(StorageReader::kind)
                        .filter(kind -> kind.bus() == bus)
                        .isPresent());
    }

    private List<Disk> disks(Bus bus, int number) {
        return drives.getOrDefault(bus, new TreeMap<>()).getOrDefault(number, List.of());
    }

    /** As the machine's own file had it, where that still fits. */
    private Node controller(Bus bus, int number) {
        List<Disk> disks = disks(bus, number);
        StorageReader.Kind kind =
                StorageReader.kind(bus, disks.getFirst().adapter()).orElseThrow();
        int highest = disks.stream().mapToInt(disk -> port(disk.slot())).max().orElse(0);
        Node controller = kept(bus, number)
                .filter(node -> node.attribute("type").equals(Optional.of(kind.word())))
                .filter(node -> hasPort(node, highest))
                .orElseGet(() -> usual(kind, number, highest));
        return filled(controller, kind, disks);
    }

    private static boolean hasPort(Node controller, int port) {
        return controller
                .attribute("PortCount")
                .filter(count -> count.matches("[0-9]{1,4}") && Integer.parseInt(count) > port)
                .isPresent();
    }

    private Node filled(Node controller, StorageReader.Kind kind, List<Disk> disks) {
        for (Disk disk : disks) {
            Optional<String> adapter = disk.adapter();
            boolean same = adapter.isEmpty()
                    || adapter.equals(kind.adapter())
                    || adapter.get().equals("ahci");
            if (!same) {
                lost.add(new Lost(
                        "controller model " + adapter.get() + " of drive "
                                + disk.slot().deviceName(),
                        "becomes " + kind.adapter().orElse(kind.word())));
            }
            controller.add(device(disk));
        }
        return controller;
    }

    private Node device(Disk disk) {
        String item = "drive " + disk.slot().deviceName();
        Node device = new Node("AttachedDevice")
                .set(
                        "type",
                        switch (disk.kind()) {
                            case DISK -> "HardDisk";
                            case CDROM -> "DVD";
                            case FLOPPY -> "Floppy";
                        })
                .set("port", port(disk.slot()))
                .set(
                        "device",
                        disk.slot().bus() == Bus.IDE || disk.slot().bus() == Bus.FLOPPY
                                ? disk.slot().unit()
                                : 0);
        disk.medium().ifPresent(medium -> medium(disk, medium, device));
        disk.serial().ifPresent(serial -> lost.add(new Lost("serial number of " + item, "is VirtualBox's to choose")));
        for (Extra extra : disk.extras()) {
            if (!extra.dialect().equals(VboxDialect.ID)) {
                lost.add(new Lost(
                        extra.key() + " of " + item,
                        "is an item of " + extra.dialect() + " without a counterpart in vbox"));
            } else if (extra.key().matches("@[A-Za-z]{1,40}")
                    && device.attribute(extra.key().substring(1)).isEmpty()) {
                device.set(extra.key().substring(1), extra.value());
            }
        }
        return device;
    }

    private void medium(Disk disk, Medium medium, Node device) {
        if (disk.kind() != Disk.Kind.DISK && medium.format().isEmpty()) {
            device.addNew("HostDrive").set("src", medium.path());
            return;
        }
        UUID uuid = uuid(disk, medium);
        device.addNew("Image").set("uuid", "{" + uuid + "}");
        if (known(registry, uuid, medium.path())) {
            return;
        }
        String type = disk.shared() ? "Shareable" : disk.readOnly() ? "Readonly" : "Normal";
        switch (disk.kind()) {
            case DISK ->
                registry.childOrNew("HardDisks")
                        .addNew("HardDisk")
                        .set("uuid", "{" + uuid + "}")
                        .set("location", medium.path())
                        .set("format", MediaRegistry.word(medium.format()))
                        .set("type", own(disk, StorageReader.MEDIUM_TYPE).orElse(type));
            case CDROM -> image("DVDImages", uuid, medium.path());
            case FLOPPY -> image("FloppyImages", uuid, medium.path());
        }
    }

    private void image(String list, UUID uuid, String path) {
        registry.childOrNew(list).addNew("Image").set("uuid", "{" + uuid + "}").set("location", path);
    }

    private static boolean known(Node node, UUID uuid, String path) {
        boolean here = node.attribute("uuid")
                        .filter(("{" + uuid + "}")::equalsIgnoreCase)
                        .isPresent()
                && node.attribute("location").filter(path::equals).isPresent();
        return here || node.children().stream().anyMatch(child -> known(child, uuid, path));
    }

    /** The id must be the one in the image: VirtualBox compares them. */
    private UUID uuid(Disk disk, Medium medium) {
        Optional<String> kept = own(disk, StorageReader.MEDIUM)
                .filter(text -> text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"));
        String seed = machine.name() + "/" + disk.slot() + "/" + medium.path();
        return kept.map(UUID::fromString)
                .orElseGet(() -> UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)));
    }

    private static Optional<String> own(Disk disk, String key) {
        return disk.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(VboxDialect.ID) && extra.key().equals(key))
                .map(Extra::value)
                .findFirst();
    }
}
