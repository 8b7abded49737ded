package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import dev.bothways.machine.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The network cards of a VM: VIFs and the networks they are plugged into. VLANs belong to the host's networks. */
final class VifReader {
    static final int USUAL_MTU = 1500;
    static final String UNLOCKED = "network_default";

    private static final int MOST = 255;
    private static final int LARGEST_MTU = 65_535;

    private final XapiDocument document;
    private final XapiRecord vm;

    VifReader(XapiDocument document, XapiRecord vm) {
        this.document = document;
        this.vm = vm;
    }

    /**
     * In the order of their numbers.
     *
     * @param card the emulated model of all of them
     */
    List<Nic> nics(Platform platform, Optional<String> card) throws DefinitionException {
        TreeMap<Long, XapiRecord> byNumber = new TreeMap<>();
        for (XapiRecord vif : document.of("VIF", "VM", vm)) {
            OptionalLong number = vif.number("device", 0, MOST);
            if (number.isEmpty() || byNumber.putIfAbsent(number.getAsLong(), vif) != null) {
                throw vif.error("device", "must be a number that no other network card has");
            }
        }
        Optional<String> model = platform == Platform.XEN_HVM ? card : Optional.of("netfront");
        List<Nic> nics = new ArrayList<>();
        for (Map.Entry<Long, XapiRecord> vif : byNumber.entrySet()) {
            Nic nic = nic(vif.getValue(), vif.getKey() == nics.size());
            nics.add(nic.toBuilder().model(model).build());
        }
        return nics;
    }

    private Nic nic(XapiRecord vif, boolean inPlace) throws DefinitionException {
        Nic.Builder nic = Nic.builder();
        Optional<String> address = vif.word("MAC");
        if (address.isPresent()) {
            nic.mac(MacAddress.parse(address.get())
                    .orElseThrow(() -> vif.error("MAC", "'" + address.get() + "' is no MAC address")));
        }
        Optional<XapiRecord> network = document.find("network", vif.reference("network"));
        if (network.isPresent()) {
            Optional<String> label = network.get().text("name_label").filter(text -> !text.isBlank());
            (label.isPresent() ? label : network.get().word("bridge")).ifPresent(nic::network);
        }
        Map<String, String> settings = vif.map("other_config");
        mtu(vif, settings).ifPresent(nic::mtu);
        List<String> addresses = new ArrayList<>(vif.texts("ipv4_allowed"));
        addresses.addAll(vif.texts("ipv6_allowed"));
        List<Extra> extras = new ArrayList<>();
        if (!inPlace) {
            extras.add(new Extra(XapiDialect.ID, "device", vif.word("device").orElse("0")));
        }
        vif.word("locking_mode")
                .filter(mode -> !mode.equals(UNLOCKED))
                .ifPresent(mode -> extras.add(new Extra(XapiDialect.ID, "locking_mode", mode)));
        vif.word("qos_algorithm_type")
                .ifPresent(type -> extras.add(new Extra(XapiDialect.ID, "qos_algorithm_type", type)));
        keep("qos_algorithm_params", vif.map("qos_algorithm_params"), extras);
        keep("other_config", settings, extras);
        return nic.addresses(addresses).extras(extras).build();
    }

    /** The card's own setting wins over its record, where 0 and 1500 say nothing. */
    private static OptionalInt mtu(XapiRecord vif, Map<String, String> settings) throws DefinitionException {
        String set = settings.remove("mtu");
        if (set != null) {
            return OptionalInt.of((int) vif.number("other_config:mtu", set.strip(), 1, LARGEST_MTU));
        }
        int mtu = (int) vif.number("MTU", 0, LARGEST_MTU).orElse(0);
        return mtu == 0 || mtu == USUAL_MTU ? OptionalInt.empty() : OptionalInt.of(mtu);
    }

    private static void keep(String map, Map<String, String> entries, List<Extra> extras) {
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            if (!entry.getKey().equals("import_task")) {
                extras.add(new Extra(XapiDialect.ID, map + ":" + entry.getKey(), entry.getValue()));
            }
        }
    }
}
