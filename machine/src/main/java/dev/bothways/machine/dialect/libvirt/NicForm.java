package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code <interface>}. */
final class NicForm {
    private static final int HIGHEST_VLAN = 4094;
    private static final int MOST_MTU = 1 << 20;
    /** What Linux takes for the name of a bridge. */
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9_.:-]{1,15}");

    /** By type, the attribute of the source that names the network. */
    private static final Map<String, String> NAMES =
            Map.of("bridge", "bridge", "network", "network", "direct", "dev", "internal", "name");

    private NicForm() {}

    /** A network interface, and in which turn the machine boots from it; 0 where its element does not say. */
    record Read(Nic nic, int order) {}

    static Read read(Remains element, Flavour flavour, Values values) throws DefinitionException {
        Nic.Builder nic = Nic.builder();
        Optional<String> network = network(element);
        network.ifPresent(nic::network);
        element.drop("type", usualType(network, flavour));
        Optional<Remains> mac = element.first("mac");
        Optional<String> address = mac.flatMap(present -> present.take("address"));
        if (address.isPresent()) {
            nic.mac(MacAddress.parse(address.get())
                    .orElseThrow(() ->
                            values.wrong(mac.orElseThrow().element(), "'" + address.get() + "' is no MAC address")));
        }
        element.first("model").flatMap(model -> model.take("type")).ifPresent(nic::model);
        Optional<Remains> mtu = element.first("mtu");
        Optional<String> size = mtu.flatMap(present -> present.take("size"));
        if (size.isPresent()) {
            nic.mtu(values.integer(mtu.orElseThrow().element(), size.get(), 1, MOST_MTU));
        }
        vlan(element, nic, values);
        addresses(element, nic);
        List<Extra> extras = new ArrayList<>();
        int order = DriveReader.order(element, values);
        DriveForm.rest(element, "interface", extras);
        return new Read(nic.extras(extras).build(), order);
    }

    private static Optional<String> network(Remains element) {
        String name = NAMES.getOrDefault(element.peek("type").orElse(""), "");
        return element.first("source").flatMap(source -> source.take(name)).filter(text -> !text.isEmpty());
    }

    /** One untagged or tagged network; a trunk stays as it is. */
    private static void vlan(Remains element, Nic.Builder nic, Values values) throws DefinitionException {
        Optional<XmlElement> vlan = element.element().child("vlan");
        if (vlan.isEmpty()
                || !vlan.get().attributes().isEmpty()
                || vlan.get().children().size() != 1
                || vlan.get().children().getFirst().attributes().size() != 1) {
            return;
        }
        XmlElement tag = vlan.get().children().getFirst();
        int number = values.integer(tag, tag.attribute("id").orElse(""), 0, HIGHEST_VLAN + 1);
        if (number >= 1 && number <= HIGHEST_VLAN) {
            element.remove("vlan");
            nic.vlan(number);
        }
    }

    private static void addresses(Remains element, Nic.Builder nic) {
        List<XmlElement> all = element.element().children("ip").toList();
        boolean plain = all.stream()
                .allMatch(ip ->
                        ip.attributes().size() == 1 && ip.attribute("address").isPresent());
        if (plain && !all.isEmpty()) {
            nic.addresses(all.stream()
                    .map(ip -> ip.attribute("address").orElseThrow())
                    .toList());
            all.forEach(ip -> element.remove("ip"));
        }
    }

    /** The type of an interface of which only the network's name is known. */
    static String usualType(Optional<String> network, Flavour flavour) {
        if (network.isEmpty()) {
            return flavour == Flavour.XEN ? "ethernet" : "user";
        }
        boolean libvirts = network.get().equals("default") && flavour != Flavour.XEN;
        return libvirts || !DEVICE.matcher(network.get()).matches() ? "network" : "bridge";
    }

    /** The element, without what extras say. */
    static XmlElement write(Nic nic, String type) {
        XmlElement.Builder element = XmlElement.builder("interface").attribute("type", type);
        nic.mac().ifPresent(mac -> element.child(XmlElement.builder("mac").attribute("address", mac)));
        Optional<String> attribute = Optional.ofNullable(NAMES.get(type));
        if (nic.network().isPresent() && attribute.isPresent()) {
            element.child(XmlElement.builder("source").attribute(attribute.get(), nic.network()));
        }
        for (String address : nic.addresses()) {
            element.child(XmlElement.builder("ip").attribute("address", address));
        }
        if (nic.vlan().isPresent()) {
            element.child(XmlElement.builder("vlan")
                    .child(XmlElement.builder("tag").attribute("id", nic.vlan().getAsInt())));
        }
        nic.model().ifPresent(model -> element.child(XmlElement.builder("model").attribute("type", model)));
        if (nic.mtu().isPresent()) {
            element.child(XmlElement.builder("mtu").attribute("size", nic.mtu().getAsInt()));
        }
        return element.build();
    }

    /** Whether an interface of this type names a network. */
    static boolean namesNetwork(String type) {
        return NAMES.containsKey(type);
    }
}
