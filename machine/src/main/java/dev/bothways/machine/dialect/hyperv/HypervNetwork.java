package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The network adapters, synthetic and legacy ones. */
final class HypervNetwork {
    /** The settings of the switch's port that this GUID names: WMI's {@code Msvm_EthernetSwitchPortVlanSettingData}. */
    private static final String VLAN = "feature_952c5004-4465-451c-8cb8-fa9ab382b773";
    /** Offloads, which are the host's: {@code Msvm_EthernetSwitchPortOffloadSettingData}. */
    private static final String OFFLOAD = "feature_c885bfd1-abb7-418f-8163-9f379c9f7166";

    /** The tag of a port, as the objects of 2008's exports tell it; no file of Hyper-V's own has this key. */
    static final String ACCESS_VLAN = "Connection/AccessVLAN";

    private static final String NONE = "00:00:00:00:00:00";

    private final HypervSettings settings;
    private final HypervLeftOver leftOver;
    private final List<String> warnings;

    HypervNetwork(HypervSettings settings, HypervLeftOver leftOver, List<String> warnings) {
        this.settings = settings;
        this.leftOver = leftOver;
        this.warnings = warnings;
    }

    List<Nic> read(HypervDevices devices) throws DefinitionException {
        List<Nic> nics = new ArrayList<>();
        for (HypervDevices.Device device : devices.all()) {
            boolean synthetic = device.type().equals(HypervDevices.NETWORK);
            if (synthetic || device.legacyNetwork()) {
                nics.add(nic(device.path(), synthetic ? "synthetic" : "tulip", nics.size() + 1));
            }
        }
        return nics;
    }

    private Nic nic(String path, String model, int number) throws DefinitionException {
        Nic.Builder nic = Nic.builder().model(model);
        mac(path).ifPresent(nic::mac);
        network(path).ifPresent(nic::network);
        long tag = settings.number(path + "/" + ACCESS_VLAN, 0, 4094).orElse(0);
        if (tag != 0) {
            nic.vlan((int) tag);
        }
        // Whether Hyper-V may choose another address says nothing elsewhere: the guest knows its adapter by the present
        // one.
        List.of("MacAddressIsStatic", "mac_address_is_static", "IsConnected", "is_attached")
                .forEach(key -> settings.take(path + "/" + key));
        for (HypervNode feature : settings.children(path + "/Connection")) {
            String name = feature.name().toLowerCase(Locale.ROOT);
            if (name.equals(VLAN)) {
                warnings.add(settings.fileName() + ": the network adapter " + number
                        + " has settings of a VLAN, whose form nobody describes; set the VLAN again on the target");
            } else if (name.equals(OFFLOAD)) {
                settings.take(path + "/Connection/" + feature.name());
            }
        }
        List<Extra> extras = leftOver.below(path, "nic");
        return nic.extras(extras).build();
    }

    /** A dynamic address that was never handed out is all zeros. */
    private Optional<MacAddress> mac(String path) throws DefinitionException {
        String key = settings.find(path + "/MacAddress").isPresent() ? "/MacAddress" : "/mac_address";
        Optional<String> text = settings.text(path + key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        MacAddress address = MacAddress.parse(text.get())
                .orElseThrow(() -> settings.error(path + key, "'" + text.get() + "' is no MAC address"));
        return Optional.of(address).filter(found -> !found.text().equals(NONE));
    }

    /** The switch by people's name for it; {@code SwitchName} is its GUID since Windows Server 2012. */
    private Optional<String> network(String path) {
        Optional<String> id =
                settings.text(path + "/SwitchName").or(() -> settings.text(path + "/virtual_switch_name"));
        return settings.text(path + "/Connection/AltSwitchName").or(() -> id);
    }
}
