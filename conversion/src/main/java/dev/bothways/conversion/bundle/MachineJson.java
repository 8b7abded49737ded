package dev.bothways.conversion.bundle;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Processors;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The machine in a manifest: every item of {@link Machine} under its own name, sizes in bytes, items that are not there left
 * out. Its schema is {@code docs/formats/machine.schema.json}. Secrets ({@link Extra#secret}) are not written; everything
 * else reads back to the same machine.
 */
public final class MachineJson {
    private MachineJson() {}

    /** Reads a machine; {@code fileName} is for messages, which name the item by its JSON pointer. */
    public static Machine read(JsonNode json, String fileName) throws DefinitionException {
        return new MachineJsonReader(fileName).machine(json);
    }

    /** The machine as JSON. */
    public static ObjectNode write(Machine machine) {
        ObjectNode json = object();
        json.put("name", machine.name());
        put(json, "description", machine.description());
        put(json, "uuid", machine.uuid().map(Object::toString));
        json.put("platform", machine.platform().id());
        json.set("firmware", firmware(machine.firmware()));
        json.set("processors", processors(machine.processors()));
        ObjectNode memory = json.putObject("memory");
        memory.put("startup", machine.memory().startup());
        memory.put("minimum", machine.memory().minimum());
        memory.put("maximum", machine.memory().maximum());
        strings(
                json,
                "bootOrder",
                machine.bootOrder().stream().map(BootDevice::id).toList());
        objects(json, "disks", machine.disks().stream().map(MachineJson::disk).toList());
        objects(json, "nics", machine.nics().stream().map(MachineJson::nic).toList());
        objects(
                json,
                "consoles",
                machine.consoles().stream().map(MachineJson::console).toList());
        json.set("display", display(machine.display()));
        ObjectNode clock = json.putObject("clock");
        clock.put("base", machine.clock().base().id());
        clock.put("offsetSeconds", machine.clock().offsetSeconds());
        put(json, "securityChip", machine.securityChip().map(chip -> chip.id()));
        put(json, "guestOs", machine.guestOs());
        objects(
                json,
                "hostDevices",
                machine.hostDevices().stream().map(MachineJson::hostDevice).toList());
        extras(json, machine.extras());
        return json;
    }

    private static ObjectNode firmware(Firmware firmware) {
        ObjectNode json = object();
        switch (firmware) {
            case Firmware.Bios bios -> json.put("type", "bios");
            case Firmware.Uefi uefi -> {
                json.put("type", "uefi").put("secureBoot", uefi.secureBoot());
                put(json, "variables", uefi.variables());
            }
            case Firmware.DirectKernel direct -> {
                json.put("type", "direct-kernel").put("kernel", direct.kernel());
                put(json, "ramdisk", direct.ramdisk());
                json.put("commandLine", direct.commandLine());
            }
            case Firmware.HostBootLoader loader -> {
                json.put("type", "host-boot-loader").put("program", loader.program());
                strings(json, "arguments", loader.arguments());
                put(json, "kernel", loader.kernel());
                put(json, "ramdisk", loader.ramdisk());
                json.put("commandLine", loader.commandLine());
            }
            case Firmware.ParavirtualGrub grub ->
                json.put("type", "paravirtual-grub").put("image", grub.image()).put("commandLine", grub.commandLine());
        }
        return json;
    }

    private static ObjectNode processors(Processors processors) {
        ObjectNode json = object();
        json.put("count", processors.count()).put("maximum", processors.maximum());
        processors
                .topology()
                .ifPresent(topology -> json.putObject("topology")
                        .put("sockets", topology.sockets())
                        .put("coresPerSocket", topology.coresPerSocket())
                        .put("threadsPerCore", topology.threadsPerCore()));
        put(json, "limit", processors.limit());
        put(json, "weight", processors.weight());
        return json.put("nested", processors.nested());
    }

    private static ObjectNode disk(Disk disk) {
        ObjectNode json = object();
        json.put("kind", disk.kind().id());
        json.put("bus", disk.slot().bus().id());
        json.put("controller", disk.slot().controller());
        json.put("unit", disk.slot().unit());
        put(json, "partition", disk.slot().partition());
        put(json, "adapter", disk.adapter());
        disk.medium().ifPresent(medium -> json.put("path", medium.path()).put("format", medium.format()));
        json.put("boot", disk.boot()).put("readOnly", disk.readOnly()).put("shared", disk.shared());
        put(json, "serial", disk.serial());
        disk.size().ifPresent(bytes -> json.put("size", bytes));
        extras(json, disk.extras());
        return json;
    }

    private static ObjectNode nic(Nic nic) {
        ObjectNode json = object();
        put(json, "mac", nic.mac().map(Object::toString));
        put(json, "network", nic.network());
        put(json, "model", nic.model());
        put(json, "vlan", nic.vlan());
        strings(json, "addresses", nic.addresses());
        put(json, "mtu", nic.mtu());
        extras(json, nic.extras());
        return json;
    }

    private static ObjectNode console(Console console) {
        ObjectNode json = object();
        json.put("type", console.type().id());
        json.put("connection", console.connection().id());
        put(json, "target", console.target());
        return json;
    }

    private static ObjectNode display(Display display) {
        ObjectNode json = object();
        put(json, "adapter", display.adapter());
        OptionalLong memory = display.videoMemory();
        memory.ifPresent(bytes -> json.put("videoMemory", bytes));
        ArrayNode viewers = json.putArray("viewers");
        for (Display.Viewer viewer : display.viewers()) {
            ObjectNode each =
                    viewers.addObject().put("protocol", viewer.protocol().id());
            put(each, "listen", viewer.listen());
            put(each, "port", viewer.port());
        }
        put(json, "keymap", display.keymap());
        return json;
    }

    private static ObjectNode hostDevice(HostDevice device) {
        return object().put("kind", device.kind()).put("address", device.address());
    }

    private static void extras(ObjectNode json, List<Extra> extras) {
        objects(
                json,
                "extras",
                extras.stream()
                        .filter(extra -> !extra.secret())
                        .map(extra -> object().put("dialect", extra.dialect())
                                .put("key", extra.key())
                                .put("value", extra.value()))
                        .toList());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void put(ObjectNode json, String name, Optional<String> value) {
        value.ifPresent(text -> json.put(name, text));
    }

    private static void put(ObjectNode json, String name, OptionalInt value) {
        value.ifPresent(number -> json.put(name, number));
    }

    private static void strings(ObjectNode json, String name, List<String> values) {
        ArrayNode array = json.putArray(name);
        values.forEach(array::add);
    }

    private static void objects(ObjectNode json, String name, List<ObjectNode> values) {
        ArrayNode array = json.putArray(name);
        values.forEach(array::add);
    }
}
