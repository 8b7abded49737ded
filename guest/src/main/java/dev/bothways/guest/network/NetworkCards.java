package dev.bothways.guest.network;

import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Platform;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The network cards of a machine.
 *
 * @param platform the hardware that they are on; empty where that is not known
 * @param cards in the definition's order
 */
public record NetworkCards(Optional<Platform> platform, List<NetworkCard> cards) {
    /** By a definition's model, the drivers that Linux may have for it. */
    private static final Map<String, List<String>> DRIVERS = Map.ofEntries(
            Map.entry("virtio", List.of("virtio_net")),
            Map.entry("e1000", List.of("e1000")),
            Map.entry("e1000-82540em", List.of("e1000")),
            Map.entry("e1000-82544gc", List.of("e1000")),
            Map.entry("e1000-82545em", List.of("e1000")),
            Map.entry("e1000e", List.of("e1000e")),
            Map.entry("igb", List.of("igb")),
            Map.entry("rtl8139", List.of("8139cp", "8139too")),
            Map.entry("ne2k_pci", List.of("ne2k-pci")),
            Map.entry("pcnet", List.of("pcnet32")),
            Map.entry("vmxnet", List.of("vmxnet")),
            Map.entry("vmxnet2", List.of("vmxnet")),
            Map.entry("vmxnet3", List.of("vmxnet3")),
            Map.entry("synthetic", List.of("hv_netvsc")),
            Map.entry("tulip", List.of("tulip")),
            Map.entry("netfront", List.of("vif")));

    public NetworkCards {
        cards = List.copyOf(cards);
    }

    /** What matchers see of the cards in a guest that names interfaces so. */
    public List<Card> seenBy(Naming naming) {
        return IntStream.range(0, cards.size()).mapToObj(i -> card(i, naming)).toList();
    }

    private Card card(int number, Naming naming) {
        NetworkCard card = cards.get(number);
        Map<Property, Fact> facts = new EnumMap<>(Property.class);
        facts.put(Property.TYPE, Fact.oneOf("ether"));
        facts.put(Property.KIND, Fact.oneOf());
        facts.put(Property.NAME, platform.map(on -> name(on, number, naming)).orElse(anyName()));
        facts.put(Property.KERNEL_NAME, kernelName(number));
        Optional<String> address = card.address().map(MacAddress::text);
        address.ifPresent(text -> {
            facts.put(Property.ADDRESS, Fact.oneOf(text));
            facts.put(Property.ADDRESS_NAME, Fact.oneOf("enx" + text.replace(":", "")));
        });
        platform.ifPresent(on -> place(facts, on, number, card));
        return new Card(number, address, card.names(), facts);
    }

    private static void place(Map<Property, Fact> facts, Platform on, int number, NetworkCard card) {
        String hypervisor = switch (on) {
            case XEN_PV, XEN_PVH, XEN_HVM -> "xen";
            case HYPERV_GEN1, HYPERV_GEN2 -> "microsoft";
            case VMWARE -> "vmware";
            case KVM -> "kvm";
            case VIRTUALBOX -> "oracle";
        };
        facts.put(Property.VIRTUALIZATION, Fact.each(hypervisor, "vm", "yes"));
        Fact driver = driver(on, card);
        facts.put(Property.DRIVER, driver);
        facts.put(Property.DRIVERS, drivers(driver));
        switch (bus(on, card)) {
            case XEN -> {
                facts.put(Property.PATH, Fact.oneOf("xen-vif-" + number));
                facts.put(Property.PARENTS, Fact.oneOf("vif-" + number));
                facts.put(Property.PLACE_NAME, Fact.like("enX" + number, "enX"));
            }
            case VMBUS -> {
                facts.put(Property.PATH, Fact.like("acpi-VMBUS:00", "acpi-VMBUS:01"));
                facts.put(Property.PARENTS, Fact.like("VMBUS:00", "VMBUS:01"));
                facts.put(Property.PLACE_NAME, Fact.oneOf());
            }
            case PCI -> {
                facts.put(Property.PATH, paths(card));
                facts.put(
                        Property.PARENTS,
                        card.pciAddresses().isEmpty()
                                ? Fact.like("0000:00:03.0", "0000:0b:00.0", "0000:1b:00.0")
                                : Fact.oneOf(card.pciAddresses()));
                facts.put(
                        Property.PLACE_NAME,
                        card.names().isEmpty()
                                ? pciName()
                                : Fact.each(card.names().toArray(String[]::new)));
            }
        }
    }

    private enum CardBus {
        XEN,
        VMBUS,
        PCI
    }

    private static CardBus bus(Platform on, NetworkCard card) {
        return switch (on) {
            // Xen's own driver takes a fully virtual machine's cards over from the emulated ones.
            case XEN_PV, XEN_PVH, XEN_HVM -> CardBus.XEN;
            case HYPERV_GEN1, HYPERV_GEN2 -> card.model().equals(Optional.of("tulip")) ? CardBus.PCI : CardBus.VMBUS;
            case VMWARE, KVM, VIRTUALBOX -> CardBus.PCI;
        };
    }

    private static Fact driver(Platform on, NetworkCard card) {
        return switch (on) {
            case XEN_PV, XEN_PVH -> Fact.oneOf("vif");
            case XEN_HVM -> Fact.oneOf("vif", "e1000", "8139cp", "8139too");
            case HYPERV_GEN1, HYPERV_GEN2 ->
                bus(on, card) == CardBus.PCI ? Fact.oneOf("tulip") : Fact.oneOf("hv_netvsc");
            case VMWARE, KVM, VIRTUALBOX ->
                card.model()
                        .map(model -> Optional.ofNullable(DRIVERS.get(model)).map(Fact::oneOf))
                        .flatMap(known -> known)
                        .orElse(Fact.UNKNOWN);
        };
    }

    /** A virtio card has a driver of its PCI device too. */
    private static Fact drivers(Fact driver) {
        return driver.values().equals(List.of("virtio_net")) ? Fact.each("virtio_net", "virtio-pci") : driver;
    }

    private static Fact paths(NetworkCard card) {
        List<String> known = card.pciAddresses();
        if (known.isEmpty()) {
            return Fact.like("pci-0000:00:03.0", "pci-0000:0b:00.0", "pci-0000:1b:00.0", "pci-0000:02:01.0");
        }
        // Since systemd 230 the path of a virtio card is that of its PCI device.
        return Fact.each(known.stream()
                .flatMap(address -> Stream.of("pci-" + address, "virtio-pci-" + address))
                .toArray(String[]::new));
    }

    private Fact kernelName(int number) {
        if (cards.size() == 1) {
            return Fact.oneOf("eth0");
        }
        boolean numbered = platform.filter(NetworkCards::isXen).isPresent();
        return numbered
                ? Fact.oneOf("eth" + number)
                : Fact.oneOf(IntStream.range(0, cards.size())
                        .mapToObj(i -> "eth" + i)
                        .toList());
    }

    private static boolean isXen(Platform on) {
        return on == Platform.XEN_PV || on == Platform.XEN_PVH || on == Platform.XEN_HVM;
    }

    private Fact name(Platform on, int number, Naming naming) {
        if (!naming.predictable()) {
            return kernelName(number);
        }
        NetworkCard card = cards.get(number);
        return switch (bus(on, card)) {
            // udev has such names since systemd 250.
            case XEN ->
                naming.ownScheme()
                        ? Fact.oneOf("enX" + number, "eth" + number)
                        : Fact.oneOf((naming.systemdIsAtLeast(250) ? "enX" : "eth") + number);
            case VMBUS -> kernelName(number);
            case PCI -> card.names().isEmpty() ? pciName() : Fact.oneOf(card.names());
        };
    }

    private static Fact pciName() {
        return Fact.like("ens3", "ens192", "enp1s0", "enp0s25", "eno1", "eno16777984", "ens1f0np0");
    }

    private static Fact anyName() {
        return new Fact(
                Fact.Kind.LIKE,
                Stream.concat(pciName().values().stream(), Stream.of("eth0", "eth1", "enX0", "enx00163e010203"))
                        .toList());
    }
}
