package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the network interfaces. */
final class NicReader {
    /** The property of the record that keeps a number with gaps before it: the guest names interfaces by their place. */
    static final String NUMBER = "number";

    /** Each is also a property whose value is the hardware address. */
    static final Set<String> MODELS = Set.of(
            "e1000",
            "e1000-82540em",
            "e1000-82544gc",
            "e1000-82545em",
            "e1000e",
            "i82551",
            "i82557b",
            "i82559er",
            "ne2k_isa",
            "ne2k_pci",
            "pcnet",
            "rtl8139",
            "virtio",
            "vmxnet3");

    private static final Pattern NUMBER_TEXT = Pattern.compile("[0-9]{1,6}");
    private static final int HIGHEST_VLAN = 4094;
    private static final int MTU_OF_BRIDGE = 1;
    private static final int MOST_MTU = 65_520;

    private final SectionSettings settings;

    NicReader(SectionSettings settings) {
        this.settings = settings;
    }

    List<Nic> read() throws DefinitionException {
        List<Nic> nics = new ArrayList<>();
        for (String key : settings.keys("net", ConfKeys.NICS)) {
            int number = Integer.parseInt(key.substring("net".length()));
            PropertyString properties = settings.properties(key, "model").orElseThrow();
            try {
                nics.add(nic(properties, number, number == nics.size()));
            } catch (MalformedPropertyException e) {
                throw settings.wrong(key, String.valueOf(e.getMessage()));
            }
        }
        return nics;
    }

    private static Nic nic(PropertyString properties, int number, boolean next) throws MalformedPropertyException {
        for (String model : MODELS) {
            if (properties.value(model).isPresent()) {
                properties.put("model", model);
                properties.alias(model, "macaddr");
            }
        }
        Nic.Builder nic = Nic.builder();
        String model = properties
                .take("model")
                .filter(MODELS::contains)
                .orElseThrow(() -> new MalformedPropertyException("names no model that Proxmox knows, like virtio"));
        nic.model(model);
        Optional<String> mac = properties.take("macaddr");
        if (mac.isPresent()) {
            nic.mac(MacAddress.parse(mac.get())
                    .orElseThrow(() -> new MalformedPropertyException(
                            "has the hardware address '" + mac.get() + "', which is none")));
        }
        properties.take("bridge").ifPresent(nic::network);
        Optional<String> tag = properties.take("tag");
        if (tag.isPresent()) {
            nic.vlan(number("tag", tag.get(), HIGHEST_VLAN));
        }
        Optional<String> mtu = properties.take("mtu");
        if (mtu.isPresent()) {
            int bytes = number("mtu", mtu.get(), MOST_MTU);
            if (bytes == MTU_OF_BRIDGE) {
                properties.put("mtu", "1");
            } else {
                nic.mtu(bytes);
            }
        }
        List<Extra> extras = new ArrayList<>();
        if (!next) {
            extras.add(new Extra(ProxmoxDialect.ID, NUMBER, Integer.toString(number)));
        }
        extras.addAll(DriveReader.extras(properties));
        return nic.extras(extras).build();
    }

    private static int number(String name, String text, int most) throws MalformedPropertyException {
        boolean number = NUMBER_TEXT.matcher(text).matches();
        if (!number || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new MalformedPropertyException("has " + name + "=" + text + ", which is not between 1 and " + most);
        }
        return Integer.parseInt(text);
    }
}
