package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.Bus;
import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.Slot;
import dev.bothways.machine.dialect.Parsed;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code <appliance version="0.1">} of XenEnterprise 3, before there was XAPI; later XenServers import it too. Its disks
 * are folders of gzipped chunks beside it.
 */
final class ApplianceReader {
    private static final String VERSION = "0.1";
    private static final long MOST_MEMORY = 1L << 50;
    private static final int MOST_PROCESSORS = 65_535;
    private static final Pattern DEVICE = Pattern.compile("(xvd|hd|sd)([a-z])([0-9]{0,2})");
    private static final int MOST_PARTITIONS = 15;

    private final XmlElement root;
    private final String file;
    private final Map<String, XmlElement> vdis = new LinkedHashMap<>();

    ApplianceReader(XmlElement root, String file) {
        this.root = root;
        this.file = file;
    }

    List<Parsed> machines() throws DefinitionException {
        String version = root.attribute("version").orElse("");
        if (!version.equals(VERSION)) {
            throw error(root, "version", "'" + version + "' is not " + VERSION + ", the only one there was");
        }
        for (XmlElement vdi : root.children("vdi").toList()) {
            vdis.put(attribute(vdi, "name"), vdi);
        }
        List<Parsed> machines = new ArrayList<>();
        for (XmlElement vm : root.children("vm").toList()) {
            List<String> warnings = List.of(file + ", line " + vm.line()
                    + ": exported by XenEnterprise 3, whose exports hold no network cards; add them after the"
                    + " conversion");
            machines.add(new Parsed(machine(vm), warnings));
        }
        if (machines.isEmpty()) {
            throw DefinitionException.of(file, "holds no machine");
        }
        return machines;
    }

    private Machine machine(XmlElement vm) throws DefinitionException {
        XmlElement config = vm.child("config").orElseThrow(() -> error(vm, "vm", "has no config"));
        Optional<XmlElement> hacks = vm.child("hacks");
        boolean emulated = hacks.flatMap(element -> element.attribute("is_hvm"))
                .orElse("true")
                .equalsIgnoreCase("true");
        String name = vm.textOf("label").orElseThrow(() -> error(vm, "vm", "has no label, its name"));
        Machine.Builder machine = Machine.builder(name, emulated ? Platform.XEN_HVM : Platform.XEN_PV);
        vm.textOf("shortdesc").ifPresent(machine::description);
        String commandLine = hacks.flatMap(element -> element.attribute("kernel_boot_cmdline"))
                .map(String::strip)
                .orElse("");
        List<Extra> extras = new ArrayList<>();
        if (emulated && !commandLine.isEmpty()) {
            extras.add(new Extra(XapiDialect.ID, "PV_args", commandLine));
        }
        return machine.firmware(
                        emulated
                                ? new Firmware.Bios()
                                : new Firmware.HostBootLoader(
                                        "pygrub", List.of(), Optional.empty(), Optional.empty(), commandLine))
                .memory(Memory.fixed(number(config, "mem_set", MOST_MEMORY)))
                .processors(Processors.of((int) number(config, "vcpus", MOST_PROCESSORS)))
                .disks(disks(vm))
                .consoles(List.of(Console.pty(emulated ? Console.Type.SERIAL : Console.Type.XEN)))
                .extras(extras)
                .build();
    }

    private List<Disk> disks(XmlElement vm) throws DefinitionException {
        List<Disk> disks = new ArrayList<>();
        Set<Slot> taken = new HashSet<>();
        for (XmlElement vbd : vm.children("vbd").toList()) {
            Slot slot = slot(vbd);
            if (!taken.add(slot)) {
                throw error(vbd, "device", "'" + attribute(vbd, "device") + "' is the name of another drive too");
            }
            XmlElement vdi = vdis.get(attribute(vbd, "vdi"));
            if (vdi == null) {
                throw error(vbd, "vdi", "'" + attribute(vbd, "vdi") + "' is no vdi of this file");
            }
            String source = attribute(vdi, "source").strip().replaceFirst("^file:/*", "");
            if (source.isEmpty()) {
                throw error(vdi, "source", "is empty, and it must name the folder of the disk's chunks");
            }
            String mode = attribute(vbd, "mode");
            boolean readOnly = switch (mode) {
                case "r" -> true;
                case "rw", "w" -> false;
                default -> throw error(vbd, "mode", "'" + mode + "' is neither rw nor r");
            };
            disks.add(Disk.builder(Disk.Kind.DISK, slot)
                    .medium(source, "raw")
                    .boot(attribute(vbd, "function").equalsIgnoreCase("root"))
                    .readOnly(readOnly)
                    .build());
        }
        return disks;
    }

    private Slot slot(XmlElement vbd) throws DefinitionException {
        String device = attribute(vbd, "device");
        Matcher name = DEVICE.matcher(device);
        int partition = name.matches() && !name.group(3).isEmpty() ? Integer.parseInt(name.group(3)) : 0;
        if (!name.matches() || partition > MOST_PARTITIONS) {
            throw error(vbd, "device", "'" + device + "' names no drive");
        }
        Slot whole = Slot.ofIndex(Bus.XEN, name.group(2).charAt(0) - 'a');
        return partition == 0 ? whole : new Slot(whole.bus(), 0, whole.unit(), OptionalInt.of(partition));
    }

    private String attribute(XmlElement element, String name) throws DefinitionException {
        return element.attribute(name).orElseThrow(() -> error(element, element.name(), "has no " + name));
    }

    private long number(XmlElement element, String name, long most) throws DefinitionException {
        String text = attribute(element, name).strip();
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw error(element, name, "'" + text + "' is not a number");
        }
        if (number < 1 || number > most) {
            throw error(element, name, number + " is not between 1 and " + most);
        }
        return number;
    }

    private DefinitionException error(XmlElement element, String key, String message) {
        return DefinitionException.inKey(file, Math.max(1, element.line()), key, message);
    }
}
