package dev.bothways.conversion;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Bus;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Medium;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** A machine's definition item by item, each with a name and a value for people; what is not said is not there. */
final class MachineItems {
    private static final String YES = "yes";

    private final SequencedMap<String, String> items = new LinkedHashMap<>();

    private MachineItems() {}

    /**
     * The items of a machine.
     *
     * @param diskNames what to call its hard disks, in order
     */
    static SequencedMap<String, String> of(Machine machine, List<String> diskNames) {
        MachineItems items = new MachineItems();
        items.machine(machine);
        items.drives(machine, diskNames);
        for (int i = 0; i < machine.nics().size(); i++) {
            items.nic(machine.nics().get(i), "network card " + (i + 1));
        }
        for (int i = 0; i < machine.consoles().size(); i++) {
            items.console(machine.consoles().get(i), "console " + (i + 1));
        }
        items.display(machine.display());
        for (HostDevice device : machine.hostDevices()) {
            items.put("host device " + device.kind() + " " + device.address(), YES);
        }
        items.extras(machine.extras(), "");
        return items.items;
    }

    private void machine(Machine machine) {
        put("name", machine.name());
        put("description", machine.description());
        put("UUID", machine.uuid());
        put("platform", machine.platform().id());
        firmware(machine.firmware());
        processors(machine.processors());
        Memory memory = machine.memory();
        put("memory", mebibytes(memory.startup()));
        if (memory.dynamic()) {
            put("dynamic memory", mebibytes(memory.minimum()) + " to " + mebibytes(memory.maximum()));
        }
        if (!machine.bootOrder().isEmpty()) {
            put("boot order", machine.bootOrder().stream().map(BootDevice::id).collect(Collectors.joining(", ")));
        }
        Clock clock = machine.clock();
        put("clock", clock.base().id() + (clock.offsetSeconds() == 0 ? "" : " + " + clock.offsetSeconds() + " s"));
        put("security chip", machine.securityChip().map(SecurityChip::id));
        put("guest operating system", machine.guestOs());
    }

    private void firmware(Firmware firmware) {
        put("firmware", word(firmware));
        if (firmware instanceof Firmware.Uefi uefi) {
            if (uefi.secureBoot()) {
                put("secure boot", YES);
            }
            put("UEFI variables", uefi.variables());
        }
    }

    private static String word(Firmware firmware) {
        return switch (firmware) {
            case Firmware.Bios bios -> "BIOS";
            case Firmware.Uefi uefi -> "UEFI";
            case Firmware.DirectKernel kernel -> "kernel of the host";
            case Firmware.HostBootLoader loader -> loader.program();
            case Firmware.ParavirtualGrub grub -> grub.image();
        };
    }

    private void processors(Processors processors) {
        put("processors", String.valueOf(processors.count()));
        if (processors.maximum() != processors.count()) {
            put("processors to be plugged in later", String.valueOf(processors.maximum()));
        }
        put(
                "processor topology",
                processors
                        .topology()
                        .map(topology -> topology.sockets() + " sockets, " + topology.coresPerSocket() + " cores, "
                                + topology.threadsPerCore() + " threads"));
        processors.limit().ifPresent(percent -> put("processor limit", percent + " %"));
        processors.weight().ifPresent(weight -> put("processor weight", String.valueOf(weight)));
        if (processors.nested()) {
            put("nested virtualization", YES);
        }
    }

    private void drives(Machine machine, List<String> diskNames) {
        int disks = 0;
        int cdroms = 0;
        int floppies = 0;
        for (Disk drive : machine.disks()) {
            String name = switch (drive.kind()) {
                case DISK -> disks < diskNames.size() ? "disk " + diskNames.get(disks++) : "disk " + ++disks;
                case CDROM -> "CD drive " + ++cdroms;
                case FLOPPY -> "floppy drive " + ++floppies;
            };
            drive(drive, name);
        }
    }

    private void drive(Disk drive, String name) {
        put(name, place(drive.slot()));
        put("controller of " + name, drive.adapter());
        if (drive.kind() != Disk.Kind.DISK) {
            put("medium of " + name, drive.medium().map(Medium::path));
        }
        if (drive.boot()) {
            put("boot flag of " + name, YES);
        }
        if (drive.kind() == Disk.Kind.DISK && drive.readOnly()) {
            put("write protection of " + name, YES);
        }
        if (drive.shared()) {
            put("sharing of " + name, YES);
        }
        put("serial number of " + name, drive.serial());
        extras(drive.extras(), " of " + name);
    }

    private static String place(Slot slot) {
        return slot.bus() == Bus.XEN
                ? slot.deviceName()
                : slot.bus().id() + " " + slot.controller() + ":" + slot.unit();
    }

    private void nic(Nic nic, String name) {
        put(name, nic.model().orElse("the platform's usual"));
        put("address of " + name, nic.mac());
        put("network of " + name, nic.network());
        nic.vlan().ifPresent(vlan -> put("VLAN of " + name, String.valueOf(vlan)));
        nic.mtu().ifPresent(mtu -> put("MTU of " + name, String.valueOf(mtu)));
        if (!nic.addresses().isEmpty()) {
            put("expected addresses of " + name, String.join(", ", nic.addresses()));
        }
        extras(nic.extras(), " of " + name);
    }

    private void console(Console console, String name) {
        put(name, console.type().id());
        if (console.connection() != Console.Connection.PTY) {
            put(
                    "connection of " + name,
                    console.connection().id()
                            + console.target().map(target -> " " + target).orElse(""));
        }
    }

    private void display(Display display) {
        put("display", display.adapter());
        display.videoMemory().ifPresent(bytes -> put("video memory", mebibytes(bytes)));
        for (Display.Viewer viewer : display.viewers()) {
            put("viewer by " + viewer.protocol().id(), viewer.listen().orElse(YES));
        }
        put("keyboard layout of viewers", display.keymap());
    }

    private void extras(List<Extra> extras, String of) {
        for (Extra extra : extras) {
            put(extra.key() + of + " (" + extra.dialect() + ")", extra.secret() ? "(secret)" : extra.value());
        }
    }

    private static String mebibytes(long bytes) {
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : bytes + " bytes";
    }

    private void put(String item, Optional<?> value) {
        value.ifPresent(present -> put(item, present.toString()));
    }

    private void put(String item, String value) {
        items.merge(item, value, (before, more) -> before + ", " + more);
    }
}
