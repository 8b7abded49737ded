package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import java.util.Optional;
import java.util.Set;

/** Writes a network card. */
final class NicWriter {
    static final int MOST = 10;
    private static final Set<String> MODELS = Set.of("e1000", "e1000e", "vmxnet", "vmxnet3", "vrdma", "sriov");

    private final VmxOutput out;
    private final int number;
    private final Nic nic;
    private final String card;
    private final String item;

    NicWriter(VmxOutput out, int number, Nic nic) {
        this.out = out;
        this.number = number;
        this.nic = nic;
        this.card = "ethernet" + number + ".";
        this.item = "network interface " + number;
    }

    void write() {
        if (number >= MOST) {
            out.lose(item, "is one more than the " + MOST + " that VMware gives a machine");
            return;
        }
        out.set(card + "present", true);
        model();
        address();
        network();
        nic.vlan().ifPresent(vlan -> out.lose("VLAN of " + item, "is set on VMware's port group"));
        nic.mtu().ifPresent(mtu -> out.lose("MTU of " + item, "is set on VMware's switch"));
        if (!nic.addresses().isEmpty()) {
            out.lose("expected addresses of " + item, "have no key in a .vmx");
        }
        for (Extra extra : nic.extras()) {
            if (!extra.dialect().equals(VmxDialect.ID)) {
                out.lose(
                        extra.key() + " of " + item,
                        "is an item of " + extra.dialect() + " without a counterpart in vmx");
            } else if (!out.has(card + extra.key())) {
                out.extra(card, extra);
            }
        }
    }

    private void model() {
        Optional<String> model = nic.model();
        if (model.isPresent() && model.get().equals("pcnet")) {
            out.set(card + "virtualDev", "vlance");
        } else if (model.isPresent() && model.get().equals("vmxnet2")) {
            out.set(card + "virtualDev", "vmxnet");
            out.set(card + "features", "15");
        } else if (model.isPresent() && MODELS.contains(model.get())) {
            out.set(card + "virtualDev", model.get());
        } else if (model.isPresent()) {
            out.set(card + "virtualDev", "e1000");
            out.lose("model " + model.get() + " of " + item, "is not known to VMware; the card is an e1000");
        }
    }

    private void address() {
        Optional<String> kept = extra("addressType");
        boolean generated = kept.isPresent() && !kept.get().equalsIgnoreCase("static");
        if (nic.mac().isEmpty()) {
            out.set(card + "addressType", kept.orElse("generated"));
        } else if (generated) {
            out.set(card + "addressType", kept.get());
            out.set(card + "generatedAddress", nic.mac().get().text());
            out.set(
                    card + "generatedAddressOffset",
                    extra("generatedAddressOffset").orElse("" + 10 * number));
        } else {
            out.set(card + "addressType", "static");
            out.set(card + "address", nic.mac().get().text());
            if (!isStaticOfVmware(nic.mac().get())) {
                out.set(card + "checkMACAddress", extra("checkMACAddress").orElse("FALSE"));
            }
        }
    }

    private void network() {
        boolean byVnet = extra("vnet").equals(nic.network());
        if (!byVnet) {
            out.set(card + "networkName", nic.network());
        }
        if (extra("connectionType").isEmpty()) {
            out.set(card + "connectionType", "bridged");
        }
    }

    private Optional<String> extra(String key) {
        return nic.extras().stream()
                .filter(extra ->
                        extra.dialect().equals(VmxDialect.ID) && extra.key().equalsIgnoreCase(key))
                .map(Extra::value)
                .findFirst();
    }

    /** Whether an address is of the range that VMware takes as a static one without being told not to check it. */
    static boolean isStaticOfVmware(MacAddress mac) {
        return mac.text().startsWith("00:50:56:") && Integer.parseInt(mac.text().substring(9, 11), 16) < 0x40;
    }
}
