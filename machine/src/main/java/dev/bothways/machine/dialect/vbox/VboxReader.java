package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.GuestOs;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;

/** Reads a file: the machine as it is now, and its snapshots. */
final class VboxReader {
    private static final long MEBIBYTE = 1L << 20;
    private static final int MOST_PROCESSORS = 1024;
    private static final long MOST_MEBIBYTES = 1L << 24;
    private static final int MILLISECONDS = 1000;
    private static final int WHOLE = 100;
    private static final int MOST_PORT = 65_535;
    private static final int USUAL_RDP_PORT = 3389;

    /** The key of the extra for the version of a file whose hardware is not what is written for any machine. */
    static final String VERSION = "version";

    private final Node root;
    private final Values values;
    private final List<String> warnings = new ArrayList<>();

    VboxReader(Node root, String file) {
        this.root = root;
        this.values = new Values(file);
    }

    Parsed read() throws DefinitionException {
        if (root.child("MachineEncrypted").isPresent()) {
            throw values.error(
                    root,
                    "MachineEncrypted",
                    "says that VirtualBox encrypted the machine; remove the encryption in VirtualBox first");
        }
        Node machine = root.child("Machine")
                .orElseThrow(() -> DefinitionException.of(
                        values.file(), "defines no machine; name the .vbox of one, not VirtualBox's own settings"));
        String version = root.attribute("version").orElse("");
        Optional<Node> registry = machine.takeChild("MediaRegistry");
        MediaRegistry media = new MediaRegistry(registry, values);
        Optional<Node> snapshot = machine.takeChild("Snapshot");
        Machine.Builder identity = identity(machine);
        List<Extra> ofMachine = ofMachine(machine);
        Machine.Builder present = identity.build().toBuilder();
        hardware(machine, present, media, registry, version, ofMachine);
        List<Snapshot> snapshots = new ArrayList<>();
        if (snapshot.isPresent()) {
            snapshots(snapshot.get(), identity.build(), media, version, snapshots);
        }
        return new Parsed(present.build(), snapshots, warnings);
    }

    private Machine.Builder identity(Node machine) throws DefinitionException {
        String name = machine.take("name")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> values.error(machine, "name", "is missing"));
        Machine.Builder builder = Machine.builder(name, Platform.VIRTUALBOX);
        Optional<UUID> uuid = values.uuid(machine, "uuid");
        uuid.ifPresent(builder::uuid);
        machine.takeChild("Description")
                .map(Node::text)
                .filter(text -> !text.isEmpty())
                .ifPresent(builder::description);
        Optional<String> osType = machine.take("OSType");
        Optional<String> guest = osType.map(GuestOs::ofVirtualBox).flatMap(GuestOs::text);
        guest.ifPresent(builder::guestOs);
        String written = VboxWriter.osType(guest);
        osType.filter(word -> !word.equals(written)).ifPresent(word -> machine.set("OSType", word));
        return builder;
    }

    /** What VirtualBox writes of the moment is dropped. */
    private List<Extra> ofMachine(Node machine) {
        if (machine.take("stateFile").isPresent()) {
            warnings.add(values.file() + ": the machine was saved while it ran; what was in its memory stays behind");
        }
        List.of("currentSnapshot", "lastStateChange", "aborted", "currentStateModified")
                .forEach(machine::take);
        List<Extra> extras = new ArrayList<>();
        new TreeMap<>(machine.attributes()).forEach((key, value) -> keep(extras, "@" + key, value));
        for (Node child : machine.children()) {
            if (!child.name().equals("Hardware")
                    && !child.name().equals("Platform")
                    && !child.name().equals("StorageControllers")) {
                machine.remove(child);
                if (!child.isEmpty()) {
                    keep(extras, child.name(), child.xml());
                }
            }
        }
        return extras;
    }

    private static void keep(List<Extra> extras, String key, String value) {
        extras.add(new Extra(VboxDialect.ID, key, value));
    }

    private void snapshots(Node node, Machine identity, MediaRegistry media, String version, List<Snapshot> found)
            throws DefinitionException {
        UUID uuid = values.uuid(node, "uuid").orElseThrow(() -> values.error(node, "uuid", "is missing"));
        String name = node.take("name").orElse(uuid.toString());
        Optional<Node> children = node.takeChild("Snapshots");
        Machine.Builder state = identity.toBuilder();
        hardware(node, state, media, Optional.empty(), version, List.of());
        found.add(new Snapshot(uuid.toString(), name, state.build()));
        for (Node child : children.map(list -> list.children("Snapshot")).orElse(List.of())) {
            snapshots(child, identity, media, version, found);
        }
    }

    private void hardware(
            Node owner,
            Machine.Builder machine,
            MediaRegistry media,
            Optional<Node> registry,
            String version,
            List<Extra> ofMachine)
            throws DefinitionException {
        Normalizer.normalize(owner);
        Node hardware = owner.childOrNew("Hardware");
        if (hardware.child("Platform")
                .flatMap(platform -> platform.attribute("architecture"))
                .isPresent()) {
            throw values.error(owner, "Platform", "is not x86, and machines of other processors are not converted");
        }
        hardware.drop("version", "2");
        List<Extra> extras = new ArrayList<>(ofMachine);
        List<BootDevice> bootOrder = bootOrder(hardware);
        StorageReader storage = new StorageReader(values, media);
        storage.read(hardware.takeChild("StorageControllers"), bootOrder);
        DeviceReader devices = new DeviceReader(values);
        machine.processors(processors(hardware))
                .memory(memory(hardware))
                .firmware(firmware(hardware))
                .securityChip(securityChip(hardware))
                .bootOrder(bootOrder)
                .disks(storage.disks())
                .nics(devices.nics(hardware.takeChild("Network")))
                .consoles(devices.ports(hardware.takeChild("UART"), extras))
                .display(display(hardware))
                .clock(clock(hardware))
                .hostDevices(hostDevices(hardware));
        if (registry.isPresent() && !media.isPlain(storage.attached())) {
            keep(extras, "MediaRegistry", registry.get().xml());
        }
        extras.addAll(storage.extras());
        board(hardware, version, extras);
        machine.extras(extras);
    }

    /** The lines of the board, if they are not those that any machine gets; and whatever else was not understood. */
    private static void board(Node hardware, String version, List<Extra> extras) {
        Map<String, Node> usual = VboxWriter.usualBoard();
        hardware.isEmpty();
        boolean own = usual.entrySet().stream()
                .anyMatch(entry -> !hardware.child(entry.getKey())
                        .map(Node::xml)
                        .equals(Optional.of(entry.getValue().xml())));
        if (own || !version.equals(VboxWriter.USUAL_VERSION)) {
            keep(extras, VERSION, version);
        } else {
            usual.keySet().forEach(hardware::takeChild);
        }
        hardware.children().stream()
                .sorted(Comparator.comparing(Node::name))
                .forEach(child -> keep(extras, "Hardware/" + child.name(), child.xml()));
        new TreeMap<>(hardware.attributes()).forEach((key, value) -> keep(extras, "Hardware/@" + key, value));
    }

    private Processors processors(Node hardware) throws DefinitionException {
        Node cpu = hardware.childOrNew("CPU");
        int most = (int) values.number(cpu, "count", 1, MOST_PROCESSORS).orElse(1);
        boolean hotPlug = values.truth(cpu, "hotplug", false);
        int count = most;
        Optional<Node> tree = cpu.takeChild("CpuTree");
        if (hotPlug) {
            count = Math.clamp(tree.map(node -> node.children("Cpu").size()).orElse(1), 1, most);
        }
        OptionalLong cap = values.number(cpu, "executionCap", 1, WHOLE);
        OptionalInt limit = cap.isEmpty() || cap.getAsLong() == WHOLE
                ? OptionalInt.empty()
                : OptionalInt.of((int) cap.getAsLong() * count);
        Optional<Node> nested = cpu.takeChild("NestedHWVirt");
        boolean nests = nested.isPresent() && values.truth(nested.get(), "enabled", false);
        return new Processors(count, most, Optional.empty(), limit, OptionalInt.empty(), nests);
    }

    private Memory memory(Node hardware) throws DefinitionException {
        Node memory = hardware.childOrNew("Memory");
        memory.drop("PageFusion", "false");
        return Memory.fixed(values.number(memory, "RAMSize", 1, MOST_MEBIBYTES).orElse(128) * MEBIBYTE);
    }

    private Firmware firmware(Node hardware) throws DefinitionException {
        Node firmware = hardware.childOrNew("Firmware");
        Node bios = hardware.childOrNew("BIOS");
        String type = firmware.take("type").orElse("BIOS");
        return switch (type) {
            case "BIOS" -> new Firmware.Bios();
            case "EFI", "EFI32", "EFI64", "EFIDUAL" -> {
                Optional<String> variables = bios.takeChild("NVRAM").flatMap(nvram -> nvram.attribute("path"));
                if (!type.equals("EFI")) {
                    firmware.set("type", type);
                }
                yield new Firmware.Uefi(false, variables.filter(path -> !path.isEmpty()));
            }
            default -> throw values.error(firmware, "type", "'" + type + "' is no firmware that VirtualBox 7.1 has");
        };
    }

    private static Optional<SecurityChip> securityChip(Node hardware) {
        Optional<Node> chip = hardware.child("TrustedPlatformModule");
        Optional<String> type = chip.flatMap(node -> node.attribute("type"));
        Optional<SecurityChip> found = type.flatMap(word -> switch (word) {
            case "v1_2" -> Optional.of(SecurityChip.TPM_1_2);
            case "v2_0" -> Optional.of(SecurityChip.TPM_2_0);
            default -> Optional.empty();
        });
        if (found.isPresent()) {
            chip.get().take("type");
            chip.get().drop("location", "");
        }
        return found;
    }

    private List<BootDevice> bootOrder(Node hardware) throws DefinitionException {
        TreeMap<Long, BootDevice> order = new TreeMap<>();
        for (Node position :
                hardware.takeChild("Boot").map(boot -> boot.children("Order")).orElse(List.of())) {
            long number =
                    values.number(position, "position", 1, MOST_PROCESSORS).orElse(order.size() + 1L);
            String device = position.take("device").orElse("None");
            switch (device) {
                case "HardDisk" -> order.put(number, BootDevice.DISK);
                case "DVD" -> order.put(number, BootDevice.CDROM);
                case "Network" -> order.put(number, BootDevice.NETWORK);
                case "Floppy" -> order.put(number, BootDevice.FLOPPY);
                case "None" -> {
                    // An empty place.
                }
                default ->
                    warnings.add(values.file() + ": the boot device " + device + " is none that this program knows");
            }
        }
        return order.values().stream().distinct().toList();
    }

    private Display display(Node hardware) throws DefinitionException {
        Node display = hardware.childOrNew("Display");
        OptionalLong videoMemory = values.number(display, "VRAMSize", 0, 1L << 20);
        display.drop("monitorCount", "1");
        display.drop("accelerate3D", "false");
        display.drop("accelerate2DVideo", "false");
        Optional<String> controller = display.take("controller").map(VboxWriter::small);
        List<Display.Viewer> viewers = new ArrayList<>();
        Optional<Node> remote = hardware.child("RemoteDisplay");
        if (remote.isPresent() && values.truth(remote.get(), "enabled", false)) {
            viewers.add(viewer(remote.get()));
        }
        return new Display(
                controller,
                videoMemory.isEmpty() || videoMemory.getAsLong() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(videoMemory.getAsLong() * MEBIBYTE),
                viewers,
                Optional.empty());
    }

    private static Display.Viewer viewer(Node remote) {
        Optional<String> address = Optional.empty();
        OptionalInt port = OptionalInt.of(USUAL_RDP_PORT);
        Optional<Node> properties = remote.child("VRDEProperties");
        for (Node property : properties.map(node -> node.children("Property")).orElse(List.of())) {
            String value = property.attribute("value").orElse("");
            String name = property.attribute("name").orElse("");
            boolean number =
                    value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= MOST_PORT && !value.startsWith("0");
            if (name.equals("TCP/Ports") && number) {
                port = OptionalInt.of(Integer.parseInt(value));
                properties.get().remove(property);
            } else if (name.equals("TCP/Address") && !value.isEmpty()) {
                address = Optional.of(value);
                properties.get().remove(property);
            }
        }
        remote.drop("authType", "Null");
        return new Display.Viewer(Display.Protocol.RDP, address, port);
    }

    private Clock clock(Node hardware) throws DefinitionException {
        boolean utc = hardware.takeChild("RTC")
                .flatMap(rtc -> rtc.attribute("localOrUTC"))
                .filter("UTC"::equals)
                .isPresent();
        long offset = 0;
        Optional<Node> node = hardware.childOrNew("BIOS").child("TimeOffset");
        if (node.isPresent()) {
            long bound = (long) Integer.MAX_VALUE * MILLISECONDS;
            offset = values.number(node.get(), "value", -bound, bound).orElse(0) / MILLISECONDS;
        }
        return new Clock(utc ? Clock.Base.UTC : Clock.Base.LOCAL_TIME, offset);
    }

    /** They stay in the file's own words, too. */
    private static List<HostDevice> hostDevices(Node hardware) {
        return hardware
                .child("HostPci")
                .flatMap(node -> node.child("Devices"))
                .map(node -> node.children("Device"))
                .orElse(List.of())
                .stream()
                .map(device -> new HostDevice(
                        "pci",
                        device.attribute("host").orElse("") + " "
                                + device.attribute("name").orElse("")))
                .toList();
    }
}
