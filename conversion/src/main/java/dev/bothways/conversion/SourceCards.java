package dev.bothways.conversion;

import dev.bothways.conversion.bundle.SourceMachine;
import dev.bothways.guest.network.NetworkCard;
import dev.bothways.guest.network.NetworkCards;
import dev.bothways.machine.Extra;
import dev.bothways.machine.Machine;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import dev.bothways.machine.dialect.libvirt.LibvirtDialect;
import dev.bothways.machine.dialect.proxmox.ProxmoxDialect;
import dev.bothways.machine.dialect.vmx.VmxDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network cards as the guest knows them now. udev names a card by its PCI slot, and definitions tell it: VMware's by {@code
 * ethernetN.pciSlotNumber}, libvirt's by the address of the interface, Proxmox and VirtualBox by the number of the card.
 */
final class SourceCards {
    private static final Pattern ADDRESS = Pattern.compile("<address\\s[^>]*>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z]+)=[\"'](?:0x)?([0-9a-z]+)[\"']");
    /** Where VMware's slots behind its PCI Express ports are. */
    private static final Map<Integer, String> PORTS =
            Map.of(160, "0000:03:00.0", 192, "0000:0b:00.0", 224, "0000:13:00.0", 256, "0000:1b:00.0");
    /** Of VirtualBox's eight cards. */
    private static final List<Integer> VIRTUALBOX = List.of(3, 8, 9, 10, 16, 17, 18, 19);
    /** Of Proxmox's first six cards; the others are behind bridges. */
    private static final int FIRST_OF_PROXMOX = 18;

    private static final int MOST_OF_PROXMOX = 6;

    private SourceCards() {}

    /** The cards of a source; of a bare image nothing is known but that there is one. */
    static Optional<NetworkCards> of(SourceMachine source) {
        Machine machine = source.machine();
        List<NetworkCard> cards = new ArrayList<>();
        if (source.dialect().equals(SourceMachine.BARE_IMAGE)) {
            machine.nics().forEach(nic -> cards.add(NetworkCard.of(Optional.empty())));
            return Optional.of(new NetworkCards(Optional.empty(), cards));
        }
        for (int i = 0; i < machine.nics().size(); i++) {
            Nic nic = machine.nics().get(i);
            cards.add(card(nic, place(nic, i, source.dialect(), machine.platform())));
        }
        return Optional.of(new NetworkCards(Optional.of(machine.platform()), cards));
    }

    /** What the guest calls a place, and its PCI addresses. */
    private record Place(List<String> names, List<String> addresses) {
        private static final Place UNKNOWN = new Place(List.of(), List.of());
    }

    private static NetworkCard card(Nic nic, Place place) {
        return new NetworkCard(nic.mac(), nic.model(), place.names(), place.addresses());
    }

    private static Place place(Nic nic, int number, String dialect, Platform platform) {
        for (Extra extra : nic.extras()) {
            if (extra.dialect().equals(VmxDialect.ID) && extra.key().equalsIgnoreCase("pciSlotNumber")) {
                return ofVmware(extra.value());
            }
            if (extra.dialect().equals(LibvirtDialect.ID) && platform == Platform.KVM) {
                Matcher address = ADDRESS.matcher(extra.value());
                if (address.find()) {
                    return ofLibvirt(address.group());
                }
            }
        }
        if (dialect.equals(ProxmoxDialect.ID)) {
            return ofProxmox(nic, number);
        }
        boolean slotOfVirtualbox = platform == Platform.VIRTUALBOX && number < VIRTUALBOX.size();
        return slotOfVirtualbox ? onBus(0, VIRTUALBOX.get(number), 0) : Place.UNKNOWN;
    }

    private static Place ofVmware(String text) {
        if (!text.strip().matches("[0-9]{1,5}")) {
            return Place.UNKNOWN;
        }
        int slot = Integer.parseInt(text.strip());
        List<String> addresses = new ArrayList<>();
        if (slot >= 32 && slot < 64) {
            addresses.add(address(2, slot - 32, 0));
        } else if (PORTS.containsKey(slot)) {
            addresses.add(PORTS.get(slot));
        }
        return new Place(List.of("ens" + slot), addresses);
    }

    private static Place ofLibvirt(String element) {
        Map<String, String> values = new java.util.HashMap<>();
        ATTRIBUTE.matcher(element).results().forEach(result -> values.put(result.group(1), result.group(2)));
        if (!"pci".equals(values.get("type"))) {
            return Place.UNKNOWN;
        }
        try {
            int bus = Integer.parseInt(values.getOrDefault("bus", "0"), 16);
            int slot = Integer.parseInt(values.getOrDefault("slot", "0"), 16);
            return onBus(bus, slot, Integer.parseInt(values.getOrDefault("function", "0"), 16));
        } catch (NumberFormatException e) {
            return Place.UNKNOWN; // A guest's name is not known from a place that is none.
        }
    }

    private static Place ofProxmox(Nic nic, int index) {
        int number = nic.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(ProxmoxDialect.ID) && extra.key().equals("number"))
                .map(Extra::value)
                .filter(value -> value.matches("[0-9]{1,3}"))
                .map(Integer::parseInt)
                .findFirst()
                .orElse(index);
        if (number >= MOST_OF_PROXMOX) {
            return Place.UNKNOWN;
        }
        int slot = FIRST_OF_PROXMOX + number;
        // i440fx has the slot on its root bus, q35 behind a bridge that is bus 6.
        return new Place(
                List.of("ens" + slot, "enp0s" + slot, "enp6s" + slot),
                List.of(address(0, slot, 0), address(6, slot, 0)));
    }

    private static Place onBus(int bus, int slot, int function) {
        String end = function == 0 ? "" : "f" + function;
        List<String> names = new ArrayList<>(List.of("enp" + bus + "s" + slot + end));
        if (bus == 0) {
            names.add("ens" + slot + end);
        }
        return new Place(names, List.of(address(bus, slot, function)));
    }

    private static String address(int bus, int slot, int function) {
        return String.format(Locale.ROOT, "0000:%02x:%02x.%x", bus, slot, function);
    }
}
