package dev.bothways.guest;

import java.util.List;
import java.util.Optional;

/**
 * How a Linux guest configures its network.
 *
 * @param interfaces every configured interface in the order of the files; the loopback is left out
 * @param names rules that give an interface its name by its MAC address
 * @param predictableNames whether udev names interfaces by slot ({@code ens192}): off with {@code net.ifnames=0} or a masked rule
 */
public record NetworkConfiguration(List<Interface> interfaces, List<PersistentName> names, boolean predictableNames) {

    /** What reads a file. */
    public enum Manager {
        IFUPDOWN,
        NETPLAN,
        NETWORKD,
        NETWORK_MANAGER,
        IFCFG
    }

    /**
     * One interface.
     *
     * @param name as configured; may hold {@code *} where the file matches several; empty where it matches by MAC alone
     * @param path the file
     * @param mac the address it is bound to, lower case with colons, where it is bound to one
     * @param dhcp whether it asks for an address (DHCP or router advertisement asked for by name)
     * @param addresses static ones as written, with the prefix length where the file has one
     * @param atBoot whether it is brought up at boot, or when the device appears
     */
    public record Interface(
            String name,
            Manager manager,
            String path,
            Optional<String> mac,
            boolean dhcp,
            List<String> addresses,
            boolean atBoot) {}

    /**
     * A rule that names an interface.
     *
     * @param path an udev rule file ({@code 70-persistent-net.rules}) or a systemd {@code .link} file
     * @param line index (from 0) of the rule; -1 for a {@code .link} file
     * @param mac lower case with colons
     */
    public record PersistentName(String path, int line, String mac, String name) {}
}
