package dev.bothways.machine.dialect.proxmox;

import dev.bothways.machine.Extra;
import dev.bothways.machine.Nic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the network interfaces. */
final class NicWriter {
    private static final String USUAL_MODEL = "virtio";
    private static final Set<String> OF_RECORD = Stream.concat(
                    NicReader.MODELS.stream(), Stream.of("model", "macaddr", "bridge", "tag", "mtu"))
            .collect(Collectors.toUnmodifiableSet());
    private static final int HIGHEST_MTU = 65_520;

    private NicWriter() {}

    /** The interfaces that are written, by their keys, in the order of their numbers. */
    static Map<String, Nic> write(List<Nic> nics, ConfOutput out) {
        Map<Integer, Nic> numbered = new TreeMap<>();
        for (Nic nic : nics) {
            int number = number(nic).filter(some -> !numbered.containsKey(some)).orElseGet(() -> next(numbered));
            if (number >= ConfKeys.NICS) {
                out.lose("network interface", "is one more than the " + ConfKeys.NICS + " that Proxmox takes");
            } else {
                numbered.put(number, nic);
                out.put(
                        "net" + number,
                        properties(nic, "network interface " + number, out).toString());
            }
        }
        Map<String, Nic> keys = new LinkedHashMap<>();
        numbered.forEach((number, nic) -> keys.put("net" + number, nic));
        return keys;
    }

    private static Optional<Integer> number(Nic nic) {
        return nic.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(ProxmoxDialect.ID) && extra.key().equals(NicReader.NUMBER))
                .map(Extra::value)
                .filter(value -> ConfKeys.numbered("net" + value, "net", ConfKeys.NICS))
                .map(Integer::parseInt)
                .findFirst();
    }

    /** The number after the last one so far. */
    private static int next(Map<Integer, Nic> numbered) {
        return numbered.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    }

    private static PropertyString properties(Nic nic, String item, ConfOutput out) {
        String model = nic.model().orElse(USUAL_MODEL);
        if (!NicReader.MODELS.contains(model)) {
            out.lose("model " + model + " of " + item, "is none that Proxmox has; " + USUAL_MODEL + " is taken");
            model = USUAL_MODEL;
        }
        PropertyString all = new PropertyString("model");
        // MODEL=ADDRESS goes first, as Proxmox writes it.
        all.put(
                "model",
                model
                        + nic.mac()
                                .map(mac -> "=" + mac.text().toUpperCase(Locale.ROOT))
                                .orElse(""));
        nic.network().ifPresent(network -> {
            if (PropertyString.expressible(network)) {
                all.put("bridge", network);
            } else {
                out.lose("bridge of " + item, "has a name that Proxmox cannot have");
            }
        });
        nic.vlan().ifPresent(tag -> all.put("tag", Integer.toString(tag)));
        nic.mtu().ifPresent(mtu -> {
            if (mtu > 1 && mtu <= HIGHEST_MTU) {
                all.put("mtu", Integer.toString(mtu));
            } else {
                out.lose("MTU of " + item, "is not between 2 and " + HIGHEST_MTU);
            }
        });
        if (!nic.addresses().isEmpty()) {
            out.lose("addresses of " + item, "have no word in a definition of Proxmox");
        }
        List<Extra> extras = nic.extras().stream()
                .filter(extra -> !(extra.dialect().equals(ProxmoxDialect.ID)
                        && extra.key().equals(NicReader.NUMBER)))
                .filter(extra -> !bridgeMtu(extra, all))
                .toList();
        DriveWriter.extras(extras, OF_RECORD, item, all, out);
        return all;
    }

    /** An MTU of 1 is the bridge's. */
    private static boolean bridgeMtu(Extra extra, PropertyString properties) {
        boolean is = extra.equals(new Extra(ProxmoxDialect.ID, "mtu", "1"))
                && properties.value("mtu").isEmpty();
        if (is) {
            properties.put("mtu", "1");
        }
        return is;
    }
}
