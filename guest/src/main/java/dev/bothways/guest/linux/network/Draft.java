package dev.bothways.guest.linux.network;

import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.Manager;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An interface whose file is still being read. */
final class Draft {
    final String name;
    final Manager manager;
    final String path;
    private Optional<String> mac = Optional.empty();
    private boolean dhcp;
    private final List<String> addresses = new ArrayList<>();
    private boolean atBoot;

    Draft(String name, Manager manager, String path) {
        this.name = name;
        this.manager = manager;
        this.path = path;
    }

    /** Binds it to the address where {@code text} is one. */
    Draft mac(String text) {
        mac = macAddress(text).or(() -> mac);
        return this;
    }

    Draft dhcp(boolean asked) {
        dhcp |= asked;
        return this;
    }

    Draft address(String address) {
        if (!address.isBlank()) {
            addresses.add(address.strip());
        }
        return this;
    }

    Draft atBoot(boolean brought) {
        atBoot |= brought;
        return this;
    }

    /** Whether it is configured in no way at all. */
    boolean empty() {
        return name.isEmpty() && mac.isEmpty();
    }

    Interface done() {
        return new Interface(name, manager, path, mac, dhcp, List.copyOf(addresses), atBoot);
    }

    /** A MAC address in small letters with colons, where the text is one. */
    static Optional<String> macAddress(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT).replace('-', ':');
        return plain.matches("([0-9a-f]{2}:){5}[0-9a-f]{2}") ? Optional.of(plain) : Optional.empty();
    }
}
