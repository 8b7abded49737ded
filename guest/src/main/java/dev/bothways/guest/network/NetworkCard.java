package dev.bothways.guest.network;

import dev.bothways.machine.MacAddress;
import java.util.List;
import java.util.Optional;

/**
 * A network card of a machine's definition.
 *
 * @param address its hardware address; empty where the hypervisor chooses
 * @param model what the guest sees, in the words of {@link dev.bothways.machine.Nic#model}; empty where it is not known
 * @param names what udev may call it by its PCI slot; none where the slot is not known
 * @param pciAddresses where the guest may find it: {@code 0000:03:00.0}; none where that is not known
 */
public record NetworkCard(
        Optional<MacAddress> address, Optional<String> model, List<String> names, List<String> pciAddresses) {

    public NetworkCard {
        names = List.copyOf(names);
        pciAddresses = List.copyOf(pciAddresses);
    }

    /** A card of which no more than its address is known. */
    public static NetworkCard of(Optional<MacAddress> address) {
        return new NetworkCard(address, Optional.empty(), List.of(), List.of());
    }
}
