package dev.bothways.conversion.bundle;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Reads what {@link MachineJson} wrote, or someone else in its name: everything is checked. */
final class MachineJsonReader {
    private final String fileName;

    MachineJsonReader(String fileName) {
        this.fileName = fileName;
    }

    Machine machine(JsonNode node) throws DefinitionException {
        JsonItem json = JsonItem.of(node, fileName);
        try {
            Machine.Builder machine = Machine.builder(
                            json.text("name"), json.word("platform", Platform.values(), Platform::id))
                    .firmware(firmware(json.object("firmware")))
                    .processors(processors(json.object("processors")))
                    .memory(memory(json.object("memory")))
                    .bootOrder(json.words("bootOrder", BootDevice.values(), BootDevice::id))
                    .disks(json.objects("disks", this::disk))
                    .nics(json.objects("nics", this::nic))
                    .consoles(json.objects("consoles", MachineJsonReader::console))
                    .display(display(json.object("display")))
                    .clock(clock(json.object("clock")))
                    .hostDevices(json.objects(
                            "hostDevices", each -> new HostDevice(each.text("kind"), each.text("address"))))
                    .extras(json.objects("extras", MachineJsonReader::extra));
            json.optionalText("description").ifPresent(machine::description);
            json.optionalText("guestOs").ifPresent(machine::guestOs);
            Optional<String> uuid = json.optionalText("uuid");
            if (uuid.isPresent()) {
                machine.uuid(uuid(json, uuid.get()));
            }
            if (json.has("securityChip")) {
                machine.securityChip(Optional.of(json.word("securityChip", SecurityChip.values(), SecurityChip::id)));
            }
            json.end();
            return machine.build();
        } catch (IllegalArgumentException e) {
            throw DefinitionException.of(fileName, "the machine is not consistent: " + e.getMessage());
        }
    }

    private static UUID uuid(JsonItem json, String text) throws DefinitionException {
        UUID uuid;
        try {
            uuid = UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw json.error("uuid", "is no UUID");
        }
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw json.error("uuid", "is no UUID");
        }
        return uuid;
    }

    private static Firmware firmware(JsonItem json) throws DefinitionException {
        String type = json.text("type");
        Firmware firmware = switch (type) {
            case "bios" -> new Firmware.Bios();
            case "uefi" -> new Firmware.Uefi(json.truth("secureBoot"), json.optionalText("variables"));
            case "direct-kernel" ->
                new Firmware.DirectKernel(json.text("kernel"), json.optionalText("ramdisk"), json.text("commandLine"));
            case "host-boot-loader" ->
                new Firmware.HostBootLoader(
                        json.text("program"),
                        json.texts("arguments"),
                        json.optionalText("kernel"),
                        json.optionalText("ramdisk"),
                        json.text("commandLine"));
            case "paravirtual-grub" -> new Firmware.ParavirtualGrub(json.text("image"), json.text("commandLine"));
            default -> throw json.error("type", "is no kind of firmware");
        };
        json.end();
        return firmware;
    }

    private static Processors processors(JsonItem json) throws DefinitionException {
        Optional<Processors.Topology> topology = Optional.empty();
        if (json.has("topology")) {
            JsonItem each = json.object("topology");
            topology = Optional.of(new Processors.Topology(
                    each.number("sockets"), each.number("coresPerSocket"), each.number("threadsPerCore")));
            each.end();
        }
        Processors processors = new Processors(
                json.number("count"),
                json.number("maximum"),
                topology,
                json.optionalNumber("limit"),
                json.optionalNumber("weight"),
                json.truth("nested"));
        json.end();
        return processors;
    }

    private static Memory memory(JsonItem json) throws DefinitionException {
        Memory memory = new Memory(json.longNumber("startup"), json.longNumber("minimum"), json.longNumber("maximum"));
        json.end();
        return memory;
    }

    private Disk disk(JsonItem json) throws DefinitionException {
        Slot slot = new Slot(
                json.word("bus", Bus.values(), Bus::id),
                json.number("controller"),
                json.number("unit"),
                json.optionalNumber("partition"));
        Disk.Builder disk = Disk.builder(json.word("kind", Disk.Kind.values(), Disk.Kind::id), slot);
        Optional<String> path = json.optionalText("path");
        if (path.isPresent()) {
            disk.medium(Optional.of(new Medium(path.get(), json.text("format"))));
        }
        disk.adapter(json.optionalText("adapter"));
        json.optionalText("serial").ifPresent(disk::serial);
        disk.size(json.has("size") ? OptionalLong.of(json.longNumber("size")) : OptionalLong.empty());
        return disk.boot(json.truth("boot"))
                .readOnly(json.truth("readOnly"))
                .shared(json.truth("shared"))
                .extras(json.objects("extras", MachineJsonReader::extra))
                .build();
    }

    private Nic nic(JsonItem json) throws DefinitionException {
        Nic.Builder nic = Nic.builder();
        Optional<String> mac = json.optionalText("mac");
        if (mac.isPresent()) {
            nic.mac(MacAddress.parse(mac.get()).orElseThrow(() -> json.error("mac", "is no MAC address")));
        }
        json.optionalText("network").ifPresent(nic::network);
        OptionalInt mtu = json.optionalNumber("mtu");
        mtu.ifPresent(nic::mtu);
        return nic.model(json.optionalText("model"))
                .vlan(json.optionalNumber("vlan"))
                .addresses(json.texts("addresses"))
                .extras(json.objects("extras", MachineJsonReader::extra))
                .build();
    }

    private static Console console(JsonItem json) throws DefinitionException {
        return new Console(
                json.word("type", Console.Type.values(), Console.Type::id),
                json.word("connection", Console.Connection.values(), Console.Connection::id),
                json.optionalText("target"));
    }

    private static Display display(JsonItem json) throws DefinitionException {
        OptionalLong memory =
                json.has("videoMemory") ? OptionalLong.of(json.longNumber("videoMemory")) : OptionalLong.empty();
        Display display = new Display(
                json.optionalText("adapter"),
                memory,
                json.objects(
                        "viewers",
                        each -> new Display.Viewer(
                                each.word("protocol", Display.Protocol.values(), Display.Protocol::id),
                                each.optionalText("listen"),
                                each.optionalNumber("port"))),
                json.optionalText("keymap"));
        json.end();
        return display;
    }

    private static Clock clock(JsonItem json) throws DefinitionException {
        Clock clock =
                new Clock(json.word("base", Clock.Base.values(), Clock.Base::id), json.longNumber("offsetSeconds"));
        json.end();
        return clock;
    }

    private static Extra extra(JsonItem json) throws DefinitionException {
        return new Extra(json.text("dialect"), json.text("key"), json.text("value"));
    }
}
