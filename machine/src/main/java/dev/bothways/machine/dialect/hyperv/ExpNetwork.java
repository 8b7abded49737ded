package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Network adapters. Each names the port of a switch that it is plugged into; port, switch and VLAN are objects of the host, which
 * exports hold as well.
 */
final class ExpNetwork {
    private static final String SYNTHETIC = "Msvm_SyntheticEthernetPortSettingData";
    private static final String LEGACY = "Msvm_EmulatedEthernetPortSettingData";
    /** Twelve is Hyper-V's own limit. */
    private static final int MOST = 64;

    private static final Pattern SEPARATOR = Pattern.compile("[:\\\\]");

    private final ExpTree tree;
    private final List<CimObject> adapters;
    private final Map<String, String> switches = new HashMap<>();
    private final Map<String, CimObject> ports = new HashMap<>();
    private final Map<String, CimObject> vlanOfPort = new HashMap<>();
    private final List<CimObject> vlans = new ArrayList<>();

    ExpNetwork(ExpTree tree, List<CimObject> objects) {
        this.tree = tree;
        this.adapters = objects.stream()
                .filter(object -> object.is(SYNTHETIC) || object.is(LEGACY))
                .toList();
        for (CimObject object : objects) {
            String name = object.text("Name").orElse("").strip().toLowerCase(Locale.ROOT);
            if (object.is("Msvm_VirtualSwitch")) {
                object.text("ElementName").ifPresent(shown -> switches.put(name, shown.strip()));
            } else if (object.is("Msvm_SwitchPort") && !name.isEmpty()) {
                ports.put(name, object);
            } else if (object.is("Msvm_VLANEndpointSettingData")) {
                vlans.add(object);
                for (String part : SEPARATOR.split(object.id())) {
                    vlanOfPort.put(part, object);
                }
            }
        }
    }

    void put() throws DefinitionException {
        Set<CimObject> claimed = new LinkedHashSet<>();
        for (int i = 0; i < adapters.size(); i++) {
            if (i == MOST) {
                throw adapters.get(i).error("InstanceID", "is one network adapter too many for a machine of Hyper-V");
            }
            adapter(adapters.get(i)).ifPresent(claimed::add);
        }
        for (CimObject vlan : vlans) {
            long tag = vlan.whole("AccessVLAN").orElse(0);
            if (tag != 0 && !claimed.contains(vlan)) {
                tree.warn("the VLAN " + tag
                        + " is set for a network adapter that the export does not name; set it again on the target");
            }
        }
    }

    /** Puts an adapter, and tells the VLAN settings that are its own. */
    private Optional<CimObject> adapter(CimObject adapter) throws DefinitionException {
        boolean synthetic = adapter.is(SYNTHETIC);
        String path = synthetic
                ? tree.device(adapter, HypervDevices.NETWORK, "Synthetic Ethernet Port")
                : tree.device(adapter, "", "Emulated Ethernet Port");
        tree.text(adapter, "Address", path + "/MacAddress");
        Optional<String> connection = adapter.text("Connection").map(String::strip);
        if (connection.isEmpty()) {
            return Optional.empty();
        }
        String portName = CimPath.key(connection.get(), "Name").orElse("").toLowerCase(Locale.ROOT);
        Optional<CimObject> port = Optional.ofNullable(ports.get(portName));
        network(connection.get(), port)
                .ifPresent(name -> tree.put(adapter, "Connection", path + "/SwitchName", new HypervValue.Text(name)));
        if (port.isPresent() && port.get().truth("AllowMacSpoofing").orElse(false)) {
            tree.truth(port.get(), "AllowMacSpoofing", path + "/Connection/AllowMacSpoofing");
        }
        Optional<CimObject> vlan = vlan(portName);
        if (vlan.isPresent()) {
            tree.whole(vlan.get(), "AccessVLAN", path + "/" + HypervNetwork.ACCESS_VLAN);
            if (!vlan.get().texts("TrunkedVLANList").isEmpty()) {
                String trunk = String.join(",", vlan.get().texts("TrunkedVLANList"));
                tree.put(
                        vlan.get(),
                        "TrunkedVLANList",
                        path + "/Connection/TrunkedVLANList",
                        new HypervValue.Text(trunk));
            }
        }
        return vlan;
    }

    /** The switch by people's name for it, or else by the host's; a connection may also be the name itself. */
    private Optional<String> network(String connection, Optional<CimObject> port) {
        if (!CimPath.is(connection)) {
            return Optional.of(connection);
        }
        Optional<String> id = CimPath.key(connection, "SystemName")
                .or(() -> port.flatMap(found -> found.text("SystemName")))
                .map(String::strip)
                .filter(found -> !found.isEmpty());
        return id.map(found -> switches.getOrDefault(found.toLowerCase(Locale.ROOT), found));
    }

    /** The settings with the port's name in their key; of one adapter and one setting there is nothing to tell apart. */
    private Optional<CimObject> vlan(String portName) {
        if (vlanOfPort.containsKey(portName)) {
            return Optional.of(vlanOfPort.get(portName));
        }
        return adapters.size() == 1 && vlans.size() == 1 ? Optional.of(vlans.getFirst()) : Optional.empty();
    }
}
