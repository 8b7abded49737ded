package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Extra;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Nic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The network cards, {@code ethernet0} to {@code ethernet9}. */
final class VmxNics {
    private static final int MOST = 10;
    /** What distributed switches of other vendors leave in the file: the address is elsewhere. */
    private static final String NO_ADDRESS = "00:00:00:00:00:00";

    private final VmxSettings settings;

    VmxNics(VmxSettings settings) {
        this.settings = settings;
    }

    List<Nic> read() throws DefinitionException {
        List<Nic> nics = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            String card = "ethernet" + i;
            if (settings.isTrue(card + ".present")) {
                nics.add(nic(card, nics.size()));
            } else {
                settings.takeAll(card + ".");
            }
        }
        return nics;
    }

    private Nic nic(String card, int number) throws DefinitionException {
        Nic.Builder nic = Nic.builder();
        settings.take(card + ".present");
        model(card).ifPresent(nic::model);
        address(card, nic);
        network(card).ifPresent(nic::network);
        List<Extra> extras = new ArrayList<>();
        for (VmxSettings.Setting setting : settings.takeAll(card + ".")) {
            String key = setting.key().substring(card.length() + 1);
            if (!saysNothing(VmxSettings.small(key + "=" + setting.value()), number)) {
                extras.add(new Extra(VmxDialect.ID, key, setting.value()));
            }
        }
        return nic.extras(extras).build();
    }

    private static boolean saysNothing(String setting, int number) {
        return setting.equals("startconnected=true")
                || setting.equals("connectiontype=bridged")
                || setting.equals("generatedaddressoffset=" + 10 * number);
    }

    private Optional<String> model(String card) {
        Optional<String> word = settings.word(card + ".virtualDev").map(VmxSettings::small);
        if (word.isPresent() && word.get().equals("vlance")) {
            return Optional.of("pcnet");
        }
        boolean second = word.isPresent()
                && word.get().equals("vmxnet")
                && settings.find(card + ".features")
                        .filter(found -> found.value().strip().equals("15"))
                        .isPresent();
        if (second) {
            settings.take(card + ".features");
            return Optional.of("vmxnet2");
        }
        return word;
    }

    /** A generated address is kept as such: VMware would make it anew for a machine that says it moved. */
    private void address(String card, Nic.Builder nic) throws DefinitionException {
        Optional<VmxSettings.Setting> type = settings.find(card + ".addressType");
        boolean fixed = type.filter(found -> found.value().strip().equalsIgnoreCase("static"))
                .isPresent();
        String key = card + (fixed ? ".address" : ".generatedAddress");
        Optional<VmxSettings.Setting> setting =
                settings.take(key).filter(found -> !found.value().isBlank());
        if (setting.isEmpty()) {
            return;
        }
        MacAddress mac = MacAddress.parse(setting.get().value().strip())
                .orElseThrow(
                        () -> settings.error(setting.get(), "'" + setting.get().value() + "' is no MAC address"));
        if (mac.text().equals(NO_ADDRESS)) {
            settings.putBack(setting.get());
            return;
        }
        nic.mac(mac);
        if (fixed) {
            settings.take(card + ".addressType");
            settings.take(card + ".checkMACAddress")
                    .filter(check -> check.value().equalsIgnoreCase("true") != NicWriter.isStaticOfVmware(mac))
                    .ifPresent(settings::putBack);
        }
    }

    /** The name of a port group; else Workstation's network, which stays an extra too. */
    private Optional<String> network(String card) {
        return settings.word(card + ".networkName")
                .or(() -> settings.find(card + ".vnet")
                        .map(found -> found.value().strip())
                        .filter(name -> !name.isEmpty()));
    }
}
