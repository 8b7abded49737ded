package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Console;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.HostDevice;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Memory;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the items of a machine, and the order that it boots in. */
final class HardwareWriter {
    private static final long MEBIBYTE = 1L << 20;

    private final Machine machine;
    private final boolean vmware;
    private final PackageWriter parts;
    private final OvfExtras extras;
    private final List<Lost> lost;
    private final List<XmlElement> kept;
    private final ItemNumbers numbers;
    private Map<Disk, String> drives = new LinkedHashMap<>();
    private String firstNic = "0";

    HardwareWriter(Machine machine, PackageWriter parts, OvfExtras extras, List<Lost> lost) {
        this.machine = machine;
        this.vmware = machine.platform() == Platform.VMWARE;
        this.parts = parts;
        this.extras = extras;
        this.lost = lost;
        this.kept = extras.elements("HardwareItem:", HardwareWriter::isKeptItem);
        this.numbers = new ItemNumbers(kept);
    }

    private static boolean isKeptItem(XmlElement element) {
        String type = element.textOf("ResourceType").orElse("");
        if (!OvfItem.isItem(element)
                || !type.matches("[0-9]{1,5}")
                || element.attribute("configuration").isPresent()) {
            return false;
        }
        OvfItem item = new OvfItem(element, Integer.parseInt(type), "");
        boolean written = switch (item.type()) {
            case OvfItem.PROCESSOR, OvfItem.MEMORY, OvfItem.ETHERNET, OvfItem.SERIAL, OvfItem.GRAPHICS -> true;
            default -> item.isDrive() || item.isController() || item.subTypes().contains("vmware.vtpm");
        };
        return !written && item.bound().equals("normal");
    }

    List<XmlElement> items() {
        List<XmlElement> items = new ArrayList<>();
        items.add(processors());
        items.add(memory());
        DriveWriter writer = new DriveWriter(machine.platform(), parts, numbers, lost);
        items.addAll(writer.write(machine.disks()));
        drives = writer.ids();
        for (int i = 0; i < machine.nics().size(); i++) {
            items.add(nic(machine.nics().get(i), i));
        }
        display().ifPresent(items::add);
        int ports = 0;
        for (Console console : machine.consoles()) {
            if (console.type() == Console.Type.SERIAL) {
                items.add(serial(console, ++ports));
            } else {
                lost.add(new Lost("console of type " + console.type().id(), "is not offered by OVF"));
            }
        }
        chip().ifPresent(items::add);
        hostDevices();
        items.addAll(kept);
        return items;
    }

    private OvfItemWriter item(int type, String name) {
        return new OvfItemWriter(type, name).property("InstanceID", numbers.next());
    }

    private XmlElement processors() {
        Processors processors = machine.processors();
        OvfItemWriter item = item(OvfItem.PROCESSOR, processors.count() + " virtual CPU(s)")
                .property("AllocationUnits", "hertz * 10^6")
                .property("Description", "Number of Virtual CPUs")
                .property("VirtualQuantity", processors.count());
        if (processors.maximum() > processors.count()) {
            lost.add(new Lost(
                    "room for " + processors.maximum() + " processors",
                    "has no place in OVF: there are " + processors.count()));
        }
        processors.topology().ifPresent(topology -> {
            boolean whole = topology.threadsPerCore() == 1
                    && topology.sockets() * (long) topology.coresPerSocket() == processors.count();
            if (vmware && whole) {
                item.child(XmlElement.builder(OvfNamespaces.VMW, "CoresPerSocket")
                        .attribute(OvfNamespaces.OVF, "required", false)
                        .text(topology.coresPerSocket())
                        .build());
            } else {
                lost.add(new Lost(
                        "topology of the processors",
                        "has no place in OVF for " + machine.platform().id()));
            }
        });
        lose("limit of the processors", processors.limit());
        lose("weight of the processors", processors.weight());
        extras.into(item, HardwareAmounts.PROCESSOR);
        return item.build();
    }

    private void lose(String what, OptionalInt value) {
        value.ifPresent(number -> lost.add(new Lost(what, "has no place in OVF in these units")));
    }

    private XmlElement memory() {
        Memory memory = machine.memory();
        long mebibytes = Math.ceilDiv(memory.startup(), MEBIBYTE);
        if (memory.startup() % MEBIBYTE != 0) {
            lost.add(new Lost("memory of " + memory.startup() + " bytes", "is rounded up to " + mebibytes + " MiB"));
        }
        // VirtualBox takes no bytes.
        OvfItemWriter item = item(OvfItem.MEMORY, mebibytes + "MB of memory")
                .property("AllocationUnits", "byte * 2^20")
                .property("Description", "Memory Size")
                .property("VirtualQuantity", mebibytes);
        if (memory.dynamic()) {
            lost.add(new Lost("range of dynamic memory", "has no place in OVF"));
        }
        extras.into(item, HardwareAmounts.MEMORY);
        return item.build();
    }

    private XmlElement nic(Nic nic, int index) {
        OvfExtras own = new OvfExtras(nic.extras(), lost);
        String what = " of network interface " + index;
        OvfItemWriter item = item(OvfItem.ETHERNET, "Network adapter " + (index + 1));
        firstNic = index == 0 ? item.id() : firstNic;
        item.property(
                "AutomaticAllocation",
                own.take("AutomaticAllocation").filter("false"::equals).isEmpty());
        nic.mac().ifPresent(mac -> item.property("Address", mac));
        nic.network().ifPresent(network -> {
            parts.network(network);
            item.property("Connection", network);
        });
        Optional<String> subType = nic.model().flatMap(model -> OvfWords.nicSubType(model, machine.platform()));
        if (nic.model().isPresent() && subType.isEmpty()) {
            lost.add(new Lost(
                    "model " + nic.model().get() + what,
                    "is none that " + machine.platform().id() + " has"));
        }
        Optional<String> kept = own.take("ResourceSubType");
        subType.or(() -> kept).ifPresent(word -> item.property("ResourceSubType", word));
        lose("VLAN" + what, nic.vlan());
        lose("MTU" + what, nic.mtu());
        if (!nic.addresses().isEmpty()) {
            lost.add(new Lost("IP addresses" + what, "have no place in OVF"));
        }
        own.into(item, "");
        own.finish();
        return item.build();
    }

    private Optional<XmlElement> display() {
        Display display = machine.display();
        display.adapter()
                .ifPresent(adapter -> lost.add(new Lost(
                        "display adapter " + adapter, "is not named in OVF; the platform's usual one is there")));
        display.viewers()
                .forEach(viewer ->
                        lost.add(new Lost("viewer by " + viewer.protocol().id(), "has no place in OVF")));
        display.keymap().ifPresent(keymap -> lost.add(new Lost("keymap " + keymap, "has no place in OVF")));
        List<Extra> settings = extras.takeAll("display:Config:");
        OptionalLong memory = display.videoMemory();
        if (memory.isPresent() && (!vmware || memory.getAsLong() % 1024 != 0)) {
            lost.add(new Lost(
                    "video memory",
                    "has no place in OVF for " + machine.platform().id()));
            memory = OptionalLong.empty();
        }
        if (memory.isEmpty() && settings.isEmpty()) {
            return Optional.empty();
        }
        OvfItemWriter item = item(OvfItem.GRAPHICS, "Video card")
                .property("AutomaticAllocation", false)
                .optional();
        memory.ifPresent(bytes -> item.setting("videoRamSizeInKB", String.valueOf(bytes >> 10)));
        settings.forEach(extra -> item.setting(extra.key().substring("display:Config:".length()), extra.value()));
        extras.into(item, "display:");
        return Optional.of(item.build());
    }

    private XmlElement serial(Console console, int number) {
        // VirtualBox knows no serial ports in OVF, and refuses a package that requires what it does not know.
        OvfItemWriter item = item(OvfItem.SERIAL, "Serial port " + number)
                .property("AutomaticAllocation", true)
                .optional();
        Optional<String> subType = vmware
                ? switch (console.connection()) {
                    case DEVICE -> Optional.of("vmware.serialport.device");
                    case FILE -> Optional.of("vmware.serialport.file");
                    case PIPE -> Optional.of("vmware.serialport.pipe");
                    case TCP -> Optional.of("vmware.serialport.uri");
                    default -> Optional.<String>empty();
                }
                : Optional.empty();
        subType.ifPresent(word -> item.property("ResourceSubType", word));
        boolean nowhere = console.connection() == Console.Connection.NULL;
        if ((subType.isEmpty() && !nowhere) || console.target().isPresent()) {
            lost.add(new Lost("where serial port " + number + " leads", "has no place in OVF"));
        }
        return item.build();
    }

    private Optional<XmlElement> chip() {
        Optional<SecurityChip> chip = machine.securityChip();
        if (chip.isEmpty()) {
            return Optional.empty();
        }
        if (!vmware || chip.get() != SecurityChip.TPM_2_0) {
            lost.add(new Lost(
                    chip.get().id(), "is not offered by " + machine.platform().id() + " in OVF"));
            return Optional.empty();
        }
        return Optional.of(item(OvfItem.OTHER, "Virtual TPM")
                .property("AutomaticAllocation", false)
                .property("ResourceSubType", "vmware.vtpm")
                .optional()
                .build());
    }

    /** One that came from an envelope is in its item. */
    private void hostDevices() {
        Set<String> named = kept.stream()
                .map(item -> new OvfItem(item, 0, item.textOf("InstanceID").orElse("")).described())
                .collect(Collectors.toSet());
        for (HostDevice device : machine.hostDevices()) {
            if (!named.contains(device.address())) {
                lost.add(new Lost("host device " + device.kind() + " " + device.address(), "stays with its host"));
            }
        }
    }

    /** VMware's section of the order, if there is one to tell. */
    Optional<XmlElement> bootOrder() {
        List<String> types = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (BootDevice device : machine.bootOrder()) {
            List<String> found = idsOf(device);
            ids.addAll(found);
            found.forEach(id -> types.add(typeOf(device)));
        }
        boolean section = vmware && !types.isEmpty();
        if (!vmware && !types.isEmpty()) {
            lost.add(new Lost("boot order", "has no place in OVF for VirtualBox"));
        }
        loseFlags(section ? ids : List.of());
        return section
                ? Optional.of(XmlElement.builder(OvfNamespaces.VMW, "BootOrderSection")
                        .attribute(OvfNamespaces.OVF, "required", false)
                        .attribute(OvfNamespaces.VMW, "instanceId", String.join(" ", ids))
                        .attribute(OvfNamespaces.VMW, "type", String.join(" ", types))
                        .child(XmlElement.builder(OvfNamespaces.OVF, "Info").text("Virtual hardware device boot order"))
                        .build())
                : Optional.empty();
    }

    private static String typeOf(BootDevice device) {
        return switch (device) {
            case DISK -> "disk";
            case CDROM -> "cdrom";
            case NETWORK -> "net";
            case FLOPPY -> "floppy";
        };
    }

    /** Those of its kind that are booted from; 0, as the class alone, where none is. */
    private List<String> idsOf(BootDevice device) {
        List<String> found = new ArrayList<>();
        drives.forEach((disk, id) -> {
            boolean kind = switch (disk.kind()) {
                case DISK -> device == BootDevice.DISK;
                case CDROM -> device == BootDevice.CDROM;
                case FLOPPY -> device == BootDevice.FLOPPY;
            };
            if (kind && disk.boot()) {
                found.add(id);
            }
        });
        if (found.isEmpty()) {
            found.add(device == BootDevice.NETWORK ? firstNic : "0");
        }
        return found;
    }

    /** Without any of these ids a reader takes the first hard disk. */
    private void loseFlags(List<String> ids) {
        boolean any = drives.values().stream().anyMatch(ids::contains);
        boolean first = true;
        for (Map.Entry<Disk, String> drive : drives.entrySet()) {
            boolean hard = drive.getKey().kind() == Disk.Kind.DISK;
            boolean read = any ? ids.contains(drive.getValue()) : hard && first;
            first &= !hard;
            if (read != drive.getKey().boot()) {
                String is =
                        drive.getKey().boot() ? "that the machine boots from " : "that the machine does not boot from ";
                lost.add(new Lost(is + drive.getKey().slot().deviceName(), "has no place in OVF"));
            }
        }
    }
}
