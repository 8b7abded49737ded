package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.Manager;
import dev.bothways.guest.NetworkConfiguration.PersistentName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** systemd's files in {@code /etc/systemd/network}: {@code .network} configures, {@code .link} names. */
final class Networkd {
    private static final String DIRECTORY = "/etc/systemd/network";

    private Networkd() {}

    static List<Interface> interfaces(GuestFiles files) throws IOException {
        List<Interface> interfaces = new ArrayList<>();
        for (String name : files.list(DIRECTORY)) {
            Optional<String> text = name.endsWith(".network")
                    ? files.text(DIRECTORY + "/" + name, Network.LARGEST_FILE)
                    : Optional.empty();
            text.ifPresent(content ->
                    network(IniFile.parse(content), DIRECTORY + "/" + name).ifPresent(interfaces::add));
        }
        return interfaces;
    }

    private static Optional<Interface> network(IniFile file, String path) {
        Draft draft = new Draft(file.last("Match", "Name").orElse(""), Manager.NETWORKD, path).atBoot(true);
        file.last("Match", "MACAddress").ifPresent(draft::mac);
        file.last("Match", "PermanentMACAddress").ifPresent(draft::mac);
        String dhcp = file.last("Network", "DHCP").orElse("no").toLowerCase(Locale.ROOT);
        draft.dhcp(List.of("yes", "true", "on", "1", "both", "ipv4", "ipv6", "v4", "v6")
                .contains(dhcp));
        file.all("Network", "Address").forEach(draft::address);
        file.all("Address", "Address").forEach(draft::address);
        return draft.empty() || draft.name.equals("lo") ? Optional.empty() : Optional.of(draft.done());
    }

    static List<PersistentName> names(GuestFiles files) throws IOException {
        List<PersistentName> names = new ArrayList<>();
        for (String name : files.list(DIRECTORY)) {
            String path = DIRECTORY + "/" + name;
            Optional<String> text = name.endsWith(".link") ? files.text(path, Network.LARGEST_FILE) : Optional.empty();
            if (text.isPresent()) {
                IniFile file = IniFile.parse(text.get());
                Optional<String> mac = file.last("Match", "MACAddress")
                        .or(() -> file.last("Match", "PermanentMACAddress"))
                        .flatMap(Draft::macAddress);
                Optional<String> given = file.last("Link", "Name");
                if (mac.isPresent() && given.isPresent()) {
                    names.add(new PersistentName(path, -1, mac.get(), given.get()));
                }
            }
        }
        return names;
    }
}
