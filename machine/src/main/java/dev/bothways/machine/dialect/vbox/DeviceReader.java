package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Network cards and serial ports. */
final class DeviceReader {
    /** The key of the extra for how a card is attached, where it is not by a bridge. */
    static final String MODE = "mode";

    /** Says that a card is attached to nothing. */
    static final String NOT_ATTACHED = "none";

    static final int MOST_CARDS = 36;
    static final int MOST_PORTS = 4;

    /** The usual I/O address and interrupt of the four serial ports of a PC. */
    static final List<String> PORT_BASES = List.of("0x3f8", "0x2f8", "0x3e8", "0x2e8");

    static final List<String> PORT_INTERRUPTS = List.of("4", "3", "4", "3");

    /** The cards by VirtualBox's names; the first of a model is the one that is written. */
    static final List<Map.Entry<String, String>> CARDS = List.of(
            Map.entry("82540EM", "e1000"),
            Map.entry("82543GC", "e1000"),
            Map.entry("82545EM", "e1000"),
            Map.entry("Am79C973", "pcnet"),
            Map.entry("Am79C970A", "pcnet"),
            Map.entry("Am79C960", "pcnet"),
            Map.entry("virtio", "virtio"),
            Map.entry("NE2000", "ne2k_isa"));

    private static final List<String> MODES = List.of(
            "NAT",
            "NATNetwork",
            "HostInterface",
            "BridgedInterface",
            "InternalNetwork",
            "HostOnlyInterface",
            "HostOnlyNetwork",
            "CloudNetwork",
            "GenericInterface");

    private final Values values;

    DeviceReader(Values values) {
        this.values = values;
    }

    List<Nic> nics(Optional<Node> network) throws DefinitionException {
        List<Nic> nics = new ArrayList<>();
        for (Node adapter : network.map(node -> node.children("Adapter")).orElse(List.of())) {
            if (values.truth(adapter, "enabled", false)) {
                nics.add(nic(adapter, nics.size()));
            }
        }
        return nics;
    }

    private Nic nic(Node adapter, int number) throws DefinitionException {
        Nic.Builder nic = Nic.builder();
        List<Extra> kept = new ArrayList<>();
        long slot = values.number(adapter, "slot", 0, MOST_CARDS - 1).orElse(number);
        if (slot != number) {
            keep(kept, "@slot", Long.toString(slot));
        }
        Optional<String> mac = adapter.take("MACAddress");
        if (mac.isPresent()) {
            nic.mac(MacAddress.parse(mac.get())
                    .orElseThrow(() -> values.error(adapter, "MACAddress", "'" + mac.get() + "' is no MAC address")));
        }
        String type = adapter.take("type").orElse("Am79C973");
        Optional<String> model = CARDS.stream()
                .filter(card -> card.getKey().equals(type))
                .map(Map.Entry::getValue)
                .findFirst();
        nic.model(model);
        if (model.isEmpty() || !StorageWriter.card(model.get()).equals(Optional.of(type))) {
            keep(kept, "@type", type);
        }
        network(adapter, nic, kept);
        adapter.drop("cable", "true");
        adapter.drop("speed", "0");
        adapter.drop("promiscuousModePolicy", "Deny");
        adapter.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> keep(kept, "@" + entry.getKey(), entry.getValue()));
        adapter.children().forEach(child -> keep(kept, child.name(), child.xml()));
        return nic.extras(kept).build();
    }

    private static void keep(List<Extra> kept, String key, String value) {
        kept.add(new Extra(VboxDialect.ID, key, value));
    }

    /** Settings of modes that are not chosen say nothing. */
    private static void network(Node adapter, Nic.Builder nic, List<Extra> kept) {
        adapter.takeChild("DisabledModes");
        Optional<Node> mode = adapter.children().stream()
                .filter(child -> MODES.contains(child.name()))
                .findFirst();
        if (mode.isEmpty()) {
            keep(kept, MODE, NOT_ATTACHED);
            return;
        }
        String word = mode.get().name().equals("HostInterface")
                ? "BridgedInterface"
                : mode.get().name();
        Optional<String> name = mode.get().take("name").filter(text -> !text.isEmpty());
        name.ifPresent(nic::network);
        boolean usual = word.equals(name.isPresent() ? "BridgedInterface" : "NAT");
        if (!usual) {
            keep(kept, MODE, word);
        }
        mode.get().drop("localhost-reachable", "true");
        if (mode.get().isEmpty() || word.equals("BridgedInterface")) {
            adapter.remove(mode.get());
        }
    }

    List<Console> ports(Optional<Node> uart, List<Extra> extras) throws DefinitionException {
        List<Console> consoles = new ArrayList<>();
        for (Node port : uart.map(node -> node.children("Port")).orElse(List.of())) {
            if (!values.truth(port, "enabled", false)) {
                continue;
            }
            int slot = (int) values.number(port, "slot", 0, MOST_PORTS - 1).orElse(consoles.size());
            consoles.add(console(port));
            port.drop("IOBase", PORT_BASES.get(slot));
            port.drop("IOAddress", PORT_BASES.get(slot));
            port.drop("IRQ", PORT_INTERRUPTS.get(slot));
            int number = consoles.size() - 1;
            if (slot != number) {
                port.set("slot", slot);
            }
            port.attributes().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> keep(extras, "Port" + number + "/@" + entry.getKey(), entry.getValue()));
        }
        return consoles;
    }

    private Console console(Node port) throws DefinitionException {
        String mode = port.take("hostMode").orElse("Disconnected");
        Optional<String> path = port.take("path").filter(text -> !text.isEmpty());
        boolean server = values.truth(port, "server", false);
        Optional<String> address = path.map(text -> text + (server ? ",server" : ""));
        return switch (mode) {
            case "RawFile" -> new Console(Console.Type.SERIAL, Console.Connection.FILE, path);
            case "HostDevice" -> new Console(Console.Type.SERIAL, Console.Connection.DEVICE, path);
            case "HostPipe" ->
                new Console(
                        Console.Type.SERIAL,
                        path.orElse("").startsWith("\\\\") ? Console.Connection.PIPE : Console.Connection.UNIX,
                        address);
            case "TCP" ->
                new Console(
                        Console.Type.SERIAL,
                        Console.Connection.TCP,
                        server ? address.map(text -> text.contains(":") ? text : ":" + text) : address);
            case "Disconnected" -> new Console(Console.Type.SERIAL, Console.Connection.NULL, Optional.empty());
            default -> throw values.error(port, "hostMode", "'" + mode + "' is no mode that VirtualBox 7.1 has");
        };
    }
}
