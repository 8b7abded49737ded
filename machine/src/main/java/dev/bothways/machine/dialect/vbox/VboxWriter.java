package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.BootDevice;
import dev.bothways.machine.Clock;
import dev.bothways.machine.Console;
import dev.bothways.machine.Display;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.GuestOs;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Processors;
import dev.bothways.machine.SecurityChip;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Writes a machine as VirtualBox 7 reads it. */
final class VboxWriter {
    /** VirtualBox 7.0. */
    static final String USUAL_VERSION = "1.19-linux";

    private static final long MEBIBYTE = 1L << 20;
    private static final int WHOLE = 100;
    private static final int MOST_BOOT_DEVICES = 4;
    private static final int USUAL_RDP_PORT = 3389;
    private static final Pattern KEY = Pattern.compile("(Hardware/)?@?[A-Za-z][A-Za-z0-9]{0,60}");
    private static final Pattern VERSION = Pattern.compile("1\\.[0-9]{1,3}-[a-z0-9]{1,20}");
    private static final Pattern OF_1_20 = Pattern.compile("1\\.(2[0-9]|[3-9][0-9]|[0-9]{3}).*");
    private static final Pattern BEFORE_1_15 = Pattern.compile("1\\.([0-9]|1[0-4])-.*");

    /** What the record says: an extra of such a key would say it twice. */
    private static final List<String> RULED = List.of(
            "Hardware/Network",
            "Hardware/UART",
            "Hardware/StorageControllers",
            "Hardware/Boot",
            "Hardware/Platform",
            "Hardware/RTC",
            "Hardware",
            "StorageControllers",
            "Platform",
            "Snapshot",
            "Description",
            "@name",
            "@uuid");

    private static final List<String> ORDER = List.of(
            "CPU",
            "Memory",
            "HID",
            "Chipset",
            "Paravirt",
            "Boot",
            "Display",
            "RemoteDisplay",
            "Firmware",
            "BIOS",
            "TrustedPlatformModule",
            "USB",
            "Network",
            "UART",
            "AudioAdapter",
            "RTC");

    private final Machine machine;
    private final List<Lost> lost = new ArrayList<>();

    VboxWriter(Machine machine) {
        this.machine = machine;
    }

    /** The board of any new machine, as far as the record does not say it; by the names of the elements. */
    static Map<String, Node> usualBoard() {
        Map<String, Node> board = new LinkedHashMap<>();
        Node cpu = new Node("CPU");
        cpu.addNew("PAE").set("enabled", true);
        cpu.addNew("LongMode").set("enabled", true);
        board.put("CPU", cpu);
        board.put("Paravirt", new Node("Paravirt").set("provider", "Default"));
        Node bios = new Node("BIOS");
        bios.addNew("IOAPIC").set("enabled", true);
        board.put("BIOS", bios);
        return board;
    }

    static String osType(Optional<String> guestOs) {
        return guestOs.map(GuestOs::of).orElseGet(GuestOs::unknown).words().virtualBox();
    }

    static String small(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    Written write() {
        Node root = new Node("VirtualBox");
        String version = own(VboxReader.VERSION)
                .filter(text -> VERSION.matcher(text).matches()
                        && !OF_1_20.matcher(text).matches())
                .orElse(USUAL_VERSION);
        root.set("version", version);
        Node node = root.addNew("Machine");
        UUID uuid = machine.uuid()
                .orElseGet(() -> UUID.nameUUIDFromBytes(("vbox/" + machine.name()).getBytes(StandardCharsets.UTF_8)));
        node.set("uuid", "{" + uuid + "}");
        node.set("name", machine.name());
        node.set(
                "OSType",
                own("@OSType")
                        .filter(word -> GuestOs.ofVirtualBox(word).text().equals(machine.guestOs()))
                        .orElse(osType(machine.guestOs())));
        Node registry = own("MediaRegistry")
                .flatMap(xml -> Node.parse(xml, "MediaRegistry"))
                .orElseGet(() -> new Node("MediaRegistry"));
        node.add(registry);
        machine.description().ifPresent(text -> node.addNew("Description").text(text));
        Node hardware = new Node("Hardware");
        hardware(hardware);
        Node controllers = new StorageWriter(machine, lost, registry).write();
        extras(node, hardware);
        hardware.sort(ORDER);
        node.add(hardware);
        (BEFORE_1_15.matcher(version).matches() ? node : hardware).add(controllers);
        return new Written(
                XmlWriter.document(root.element(VboxDialect.NAMESPACE), Map.of(VboxDialect.NAMESPACE, "")), lost);
    }

    private Optional<String> own(String key) {
        return machine.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(VboxDialect.ID) && extra.key().equals(key))
                .map(Extra::value)
                .findFirst();
    }

    private void lose(String item, String why) {
        lost.add(new Lost(item, why));
    }

    private void hardware(Node hardware) {
        processors(hardware.addNew("CPU"));
        long mebibytes = Math.ceilDiv(machine.memory().startup(), MEBIBYTE);
        if (machine.memory().startup() % MEBIBYTE != 0) {
            lose("memory of " + machine.memory().startup() + " bytes", "is rounded up to " + mebibytes + " MiB");
        }
        if (machine.memory().dynamic()) {
            lose("range of dynamic memory", "is not offered by VirtualBox; the machine has what it starts with");
        }
        hardware.addNew("Memory").set("RAMSize", mebibytes);
        firmware(hardware);
        boot(hardware);
        display(hardware);
        clock(hardware);
        machine.securityChip()
                .ifPresent(chip -> hardware.addNew("TrustedPlatformModule")
                        .set("type", chip == SecurityChip.TPM_1_2 ? "v1_2" : "v2_0")
                        .set("location", ""));
        nics(hardware);
        consoles(hardware);
        machine.hostDevices().stream()
                .filter(device -> own("Hardware/HostPci").isEmpty())
                .forEach(
                        device -> lose("host device " + device.kind() + " " + device.address(), "stays with its host"));
        if (own(VboxReader.VERSION).isEmpty()) {
            usualBoard().forEach((name, usual) -> hardware.childOrNew(name).merge(usual));
        }
    }

    private void processors(Node cpu) {
        Processors processors = machine.processors();
        cpu.set("count", processors.maximum());
        if (processors.maximum() != processors.count()) {
            cpu.set("hotplug", true);
            Node tree = cpu.addNew("CpuTree");
            for (int i = 0; i < processors.count(); i++) {
                tree.addNew("Cpu").set("id", i);
            }
        }
        processors.limit().ifPresent(limit -> {
            int cap = limit / processors.count();
            if (limit % processors.count() == 0 && cap >= 1 && cap < WHOLE) {
                cpu.set("executionCap", cap);
            } else {
                lose("processor limit", "is in whole percent of every processor in VirtualBox");
            }
        });
        if (processors.weight().isPresent()) {
            lose("processor weight", "is not offered by VirtualBox");
        }
        if (processors.topology().isPresent()) {
            lose("processor topology", "is arranged by VirtualBox");
        }
        if (processors.nested()) {
            cpu.addNew("NestedHWVirt").set("enabled", true);
        }
    }

    private void firmware(Node hardware) {
        if (machine.firmware() instanceof Firmware.Uefi uefi) {
            Optional<String> kept = own("Hardware/Firmware")
                    .flatMap(xml -> Node.parse(xml, "Firmware"))
                    .flatMap(node -> node.attribute("type"))
                    .filter(type -> type.startsWith("EFI"));
            hardware.addNew("Firmware").set("type", kept.orElse("EFI"));
            uefi.variables()
                    .ifPresent(
                            path -> hardware.childOrNew("BIOS").addNew("NVRAM").set("path", path));
            if (uefi.secureBoot()) {
                lose(
                        "secure boot",
                        "is in VirtualBox's file of UEFI variables: VBoxManage modifynvram NAME enrollmssignatures, then secureboot"
                                + " --enable");
            }
        } else if (!(machine.firmware() instanceof Firmware.Bios)) {
            lose("kernel or boot loader of the host", "has no counterpart in VirtualBox; the machine starts its BIOS");
        }
    }

    private void boot(Node hardware) {
        if (machine.bootOrder().isEmpty()) {
            return;
        }
        Node boot = hardware.addNew("Boot");
        for (int i = 0; i < MOST_BOOT_DEVICES; i++) {
            Optional<BootDevice> device = i < machine.bootOrder().size()
                    ? Optional.of(machine.bootOrder().get(i))
                    : Optional.empty();
            boot.addNew("Order")
                    .set("position", i + 1)
                    .set("device", device.map(VboxWriter::word).orElse("None"));
        }
    }

    private static String word(BootDevice device) {
        return switch (device) {
            case DISK -> "HardDisk";
            case CDROM -> "DVD";
            case NETWORK -> "Network";
            case FLOPPY -> "Floppy";
        };
    }

    private void display(Node hardware) {
        Display display = machine.display();
        Map<String, String> words =
                Map.of("vboxvga", "VBoxVGA", "vmsvga", "VMSVGA", "vboxsvga", "VBoxSVGA", "none", "None");
        Optional<String> controller = display.adapter().map(words::get);
        if (display.adapter().isPresent() && controller.isEmpty()) {
            lose("display adapter " + display.adapter().get(), "is one of VirtualBox's own in VirtualBox");
        }
        if (controller.isPresent() || display.videoMemory().isPresent()) {
            Node node = hardware.addNew("Display");
            controller.ifPresent(word -> node.set("controller", word));
            display.videoMemory()
                    .ifPresent(bytes -> node.set("VRAMSize", Math.clamp(Math.ceilDiv(bytes, MEBIBYTE), 1, 256)));
        }
        boolean shown = false;
        for (Display.Viewer viewer : display.viewers()) {
            if (viewer.protocol() == Display.Protocol.RDP && !shown) {
                shown = true;
                Node remote = hardware.addNew("RemoteDisplay").set("enabled", true);
                Node properties = remote.addNew("VRDEProperties");
                viewer.port().ifPresent(port -> property(properties, "TCP/Ports", Integer.toString(port)));
                viewer.listen().ifPresent(address -> property(properties, "TCP/Address", address));
            } else {
                lose("display by " + viewer.protocol().id(), "is not offered by VirtualBox");
            }
        }
        display.keymap().ifPresent(keymap -> lose("keyboard layout " + keymap, "is the host's in VirtualBox"));
    }

    private static void property(Node properties, String name, String value) {
        if (!(name.equals("TCP/Ports") && value.equals(Integer.toString(USUAL_RDP_PORT)))) {
            properties.addNew("Property").set("name", name).set("value", value);
        }
    }

    private void clock(Node hardware) {
        Clock clock = machine.clock();
        hardware.addNew("RTC").set("localOrUTC", clock.base() == Clock.Base.UTC ? "UTC" : "local");
        if (clock.offsetSeconds() != 0) {
            hardware.childOrNew("BIOS")
                    .addNew("TimeOffset")
                    .set("value", Math.clamp(clock.offsetSeconds(), -Integer.MAX_VALUE, Integer.MAX_VALUE) * 1000L);
        }
    }

    private void nics(Node hardware) {
        Node network = hardware.addNew("Network");
        for (int i = 0; i < machine.nics().size(); i++) {
            network.add(nic(machine.nics().get(i), i));
        }
    }

    private Node nic(Nic nic, int number) {
        String item = "network interface " + number;
        Node adapter = new Node("Adapter")
                .set(
                        "slot",
                        extra(nic, "@slot")
                                .filter(text -> text.matches("[0-9]|[12][0-9]|3[0-5]"))
                                .orElse("" + number))
                .set("enabled", true);
        nic.mac().ifPresent(mac -> adapter.set("MACAddress", mac.digits()));
        Optional<String> card = nic.model().flatMap(StorageWriter::card);
        if (nic.model().isPresent() && card.isEmpty()) {
            lose("model " + nic.model().get() + " of " + item, "is not known to VirtualBox; the card is an e1000");
        }
        adapter.set(
                "type",
                extra(nic, "@type")
                        .filter(type -> meansModel(type, nic.model()))
                        .orElse(card.orElse("82540EM")));
        String mode = extra(nic, DeviceReader.MODE).orElse(nic.network().isPresent() ? "BridgedInterface" : "NAT");
        if (mode.matches("[A-Za-z]{1,40}") && !mode.equals(DeviceReader.NOT_ATTACHED)) {
            Node attachment = adapter.addNew(mode);
            nic.network().ifPresent(name -> attachment.set("name", name));
        }
        nic.vlan().ifPresent(vlan -> lose("VLAN of " + item, "is set on the host's interface"));
        nic.mtu().ifPresent(mtu -> lose("MTU of " + item, "is set on the host's interface"));
        if (!nic.addresses().isEmpty()) {
            lose("expected addresses of " + item, "have no place in a .vbox");
        }
        for (Extra extra : nic.extras()) {
            if (!extra.dialect().equals(VboxDialect.ID)) {
                lose(
                        extra.key() + " of " + item,
                        "is an item of " + extra.dialect() + " without a counterpart in vbox");
            } else if (extra.key().matches("@[A-Za-z]{1,40}")) {
                if (adapter.attribute(extra.key().substring(1)).isEmpty()) {
                    adapter.set(extra.key().substring(1), extra.value());
                }
            } else if (!extra.key().equals(DeviceReader.MODE)) {
                Node.parse(extra.value(), extra.key())
                        .ifPresentOrElse(
                                kept -> adapter.childOrNew(kept.name()).merge(kept),
                                () -> lose(extra.key() + " of " + item, "is not in VirtualBox's syntax"));
            }
        }
        return adapter;
    }

    private static boolean meansModel(String type, Optional<String> model) {
        Optional<String> meant = DeviceReader.CARDS.stream()
                .filter(card -> card.getKey().equals(type))
                .map(Map.Entry::getValue)
                .findFirst();
        return meant.equals(model);
    }

    private static Optional<String> extra(Nic nic, String key) {
        return nic.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(VboxDialect.ID) && extra.key().equals(key))
                .map(Extra::value)
                .findFirst();
    }

    private void consoles(Node hardware) {
        Node uart = new Node("UART");
        int number = 0;
        for (Console console : machine.consoles()) {
            String item = console.type().id() + " console";
            if (console.type() != Console.Type.SERIAL || number >= DeviceReader.MOST_PORTS) {
                lose(item, "has no counterpart in VirtualBox, which has four serial ports");
            } else {
                uart.add(port(console, number++));
            }
        }
        if (number > 0) {
            hardware.add(uart);
        }
    }

    private Node port(Console console, int number) {
        Node port = new Node("Port")
                .set(
                        "slot",
                        ownOfPort(number, "slot")
                                .filter(text -> text.matches("[0-3]"))
                                .orElse("" + number))
                .set("enabled", true)
                .set("IOBase", ownOfPort(number, "IOBase").orElse(DeviceReader.PORT_BASES.get(number)))
                .set("IRQ", ownOfPort(number, "IRQ").orElse(DeviceReader.PORT_INTERRUPTS.get(number)));
        String target = console.target().orElse("");
        boolean server = target.endsWith(",server");
        String path = server ? target.substring(0, target.length() - ",server".length()) : target;
        switch (console.connection()) {
            case FILE ->
                port.set("hostMode", "RawFile").set("path", target.isEmpty() ? "serial" + number + ".log" : target);
            case DEVICE -> port.set("hostMode", "HostDevice").set("path", target);
            case PIPE, UNIX ->
                port.set("hostMode", "HostPipe").set("path", path).set("server", server);
            case TCP ->
                port.set("hostMode", "TCP")
                        .set("path", server && path.startsWith(":") ? path.substring(1) : path)
                        .set("server", server);
            case NULL -> port.set("hostMode", "Disconnected");
            case PTY, TELNET, UDP, STDIO, OTHER -> {
                port.set("hostMode", "Disconnected");
                lose(
                        "end of serial port " + (number + 1) + " ("
                                + console.connection().id() + ")",
                        "is none that VirtualBox knows; the port is there, and not connected");
            }
        }
        return port;
    }

    private Optional<String> ownOfPort(int number, String attribute) {
        return own("Port" + number + "/@" + attribute);
    }

    private void extras(Node node, Node hardware) {
        for (Extra extra : machine.extras()) {
            String key = extra.key();
            if (!extra.dialect().equals(VboxDialect.ID)) {
                lose(key, "is an item of " + extra.dialect() + " without a counterpart in vbox");
            } else if (!isWrittenElsewhere(key)) {
                if (RULED.contains(key) || !KEY.matcher(key).matches()) {
                    lose(key, "is said by the record, or is no item of VirtualBox");
                } else {
                    put(node, hardware, extra);
                }
            }
        }
    }

    private static boolean isWrittenElsewhere(String key) {
        return key.equals(VboxReader.VERSION)
                || key.equals("MediaRegistry")
                || key.equals("@OSType")
                || key.startsWith(StorageReader.CONTROLLER + "/")
                || key.matches("Port[0-3]/@(slot|IOBase|IRQ)");
    }

    private void put(Node node, Node hardware, Extra extra) {
        boolean inHardware = extra.key().startsWith("Hardware/");
        Node parent = inHardware ? hardware : node;
        String name = inHardware ? extra.key().substring("Hardware/".length()) : extra.key();
        if (name.startsWith("@")) {
            if (parent.attribute(name.substring(1)).isEmpty()) {
                parent.set(name.substring(1), extra.value());
            }
            return;
        }
        Node.parse(extra.value(), name)
                .ifPresentOrElse(
                        kept -> parent.childOrNew(name).merge(kept),
                        () -> lose(extra.key(), "is not in VirtualBox's syntax"));
    }
}
