package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.Manager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** NetworkManager's profiles in keyfile form (nm-settings-keyfile(5)). */
final class NetworkManagerKeyfiles {
    private static final String DIRECTORY = "/etc/NetworkManager/system-connections";

    private NetworkManagerKeyfiles() {}

    static List<Interface> read(GuestFiles files) throws IOException {
        List<Interface> interfaces = new ArrayList<>();
        for (String name : files.list(DIRECTORY)) {
            String path = DIRECTORY + "/" + name;
            Optional<String> text = name.startsWith(".") ? Optional.empty() : files.text(path, Network.LARGEST_FILE);
            text.flatMap(content -> profile(IniFile.parse(content), path)).ifPresent(interfaces::add);
        }
        return interfaces;
    }

    private static Optional<Interface> profile(IniFile file, String path) {
        String type = file.last("connection", "type").orElse("");
        if (!List.of("ethernet", "802-3-ethernet", "bond", "bridge", "vlan", "team")
                .contains(type)) {
            return Optional.empty();
        }
        String name = file.last("connection", "interface-name").orElse("");
        Draft draft = new Draft(name, Manager.NETWORK_MANAGER, path);
        for (String section : List.of("ethernet", "802-3-ethernet")) {
            file.last(section, "mac-address").ifPresent(draft::mac);
        }
        for (String family : List.of("ipv4", "ipv6")) {
            String method = file.last(family, "method").orElse("auto");
            draft.dhcp((family.equals("ipv4") && method.equals("auto")) || method.equals("dhcp"));
            file.entries().stream()
                    .filter(entry ->
                            entry.section().equals(family) && entry.key().matches("address(es)?[0-9]*"))
                    .forEach(entry -> draft.address(entry.value().split("[,;]", 2)[0]));
        }
        draft.atBoot(!file.last("connection", "autoconnect").orElse("true").equals("false"));
        // Without name or address the profile is for any card.
        return Optional.of(
                draft.empty()
                        ? new Draft("*", Manager.NETWORK_MANAGER, path)
                                .dhcp(true)
                                .atBoot(true)
                                .done()
                        : draft.done());
    }
}
