package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the network interfaces of a machine. */
final class NicReader {
    private final OvfContext context;
    private final EnvelopeReader.PackageParts parts;
    private final Platform platform;

    NicReader(OvfContext context, EnvelopeReader.PackageParts parts, Platform platform) {
        this.context = context;
        this.parts = parts;
        this.platform = platform;
    }

    Nic read(OvfItem item) {
        List<Extra> extras = new ArrayList<>();
        new KeptProperties(context, parts)
                .of(item, "").stream()
                        .filter(extra -> !extra.key().equals("Property:MACAddress"))
                        .forEach(extras::add);
        KeptProperties.connected(item, true, extras);
        Nic.Builder nic = Nic.builder();
        Optional<String> model = OvfWords.nic(item.subTypes(), platform, parts.ovirt());
        if (model.isEmpty() && !item.subTypes().isEmpty()) {
            context.warn(
                    item.element(),
                    "the " + item.described() + " is of the unknown model " + String.join(" ", item.subTypes()));
            extras.add(new Extra(
                    OvfDialect.ID,
                    "ResourceSubType",
                    item.text("ResourceSubType").orElse("")));
        }
        nic.model(model);
        network(item).ifPresent(nic::network);
        address(item).ifPresent(nic::mac);
        return nic.extras(extras).build();
    }

    private Optional<String> network(OvfItem item) {
        Optional<String> network = item.text("Connection");
        if (item.element().children("Connection").count() > 1) {
            context.warn(item.element(), "the " + item.described() + " has several connections; the first is taken");
        }
        if (network.isPresent() && !parts.networks().contains(network.get())) {
            context.breach(
                    item.element(),
                    "the " + item.described() + " is connected to '" + network.get()
                            + "', which is not in the NetworkSection");
        }
        return network;
    }

    private Optional<MacAddress> address(OvfItem item) {
        Optional<String> text = item.text("MACAddress").or(() -> item.text("Address"));
        Optional<MacAddress> address = text.flatMap(MacAddress::parse);
        if (text.isPresent() && address.isEmpty() && text.get().length() > 3) {
            context.warn(
                    item.element(),
                    "the " + item.described() + " has the address '" + text.get() + "', which is no MAC address");
        }
        return address;
    }
}
