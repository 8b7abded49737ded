package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Part;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Matcher;
import dev.bothways.guest.network.Property;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The network configuration that cloud-init is given, and from which it writes that of the guest: in {@code /etc/cloud/cloud.cfg.d},
 * and in seeds. Version 2 is netplan's; version 1 names cards by address itself.
 */
final class CloudInit {
    private static final List<String> SEEDS = List.of("/var/lib/cloud/seed/nocloud", "/var/lib/cloud/seed/nocloud-net");
    private static final List<String> WRITTEN = List.of(
            "/etc/netplan/50-cloud-init.yaml",
            "/etc/network/interfaces.d/50-cloud-init",
            "/etc/network/interfaces.d/50-cloud-init.cfg",
            "/etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection",
            "/etc/NetworkManager/system-connections/cloud-init-ens3.nmconnection",
            "/etc/sysconfig/network-scripts/ifcfg-eth0");

    private CloudInit() {}

    static List<InterfaceMatch> read(GuestFiles files, String commandLine, List<String> problems) throws IOException {
        List<InterfaceMatch> matches = new ArrayList<>();
        boolean there = files.exists("/etc/cloud/cloud.cfg") || files.exists("/usr/bin/cloud-init");
        List<String> words = List.of(commandLine.split("\\s+"));
        boolean disabled = !there
                || files.exists("/etc/cloud/cloud-init.disabled")
                || words.contains("cloud-init=disabled")
                || words.contains("network-config=disabled");
        if (disabled) {
            return List.of();
        }
        List<String> paths = new ArrayList<>(List.of("/etc/cloud/cloud.cfg"));
        paths.addAll(Layers.of(files, List.of("/etc/cloud/cloud.cfg.d"), ".cfg").values());
        SEEDS.forEach(seed -> paths.add(seed + "/network-config"));
        for (String path : paths) {
            Optional<YamlTree> tree =
                    YamlTree.parse(files.text(path, Network.LARGEST_FILE).orElse(""));
            if (tree.isEmpty()) {
                problems.add(path + " is no valid YAML, so the interfaces that cloud-init configures are not known");
                continue;
            }
            if (tree.get().branch(List.of("network")).text("config").equals(Optional.of("disabled"))) {
                return List.of();
            }
            matches.addAll(file(tree.get(), path));
        }
        for (String path : WRITTEN) {
            String text = files.isRegular(path)
                    ? files.text(path, Network.LARGEST_FILE).orElse("")
                    : "";
            if (path.contains("cloud-init") ? !text.isEmpty() : text.contains("Created by cloud-init")) {
                problems.add(path + " was written by cloud-init, which may write it anew where the target offers other"
                        + " metadata or none; to keep it, put \"network: {config: disabled}\" into a file in"
                        + " /etc/cloud/cloud.cfg.d");
            }
        }
        return List.copyOf(matches);
    }

    private static List<InterfaceMatch> file(YamlTree tree, String path) {
        List<InterfaceMatch> matches = new ArrayList<>();
        for (List<String> root : List.of(List.of("network"), List.<String>of())) {
            Map<String, Netplan.Device> devices = new LinkedHashMap<>();
            Netplan.add(tree, root, path, devices);
            devices.forEach((id, device) -> matches.add(device.match(Reader.CLOUD_INIT, id)));
            List<String> configured = new ArrayList<>(root);
            configured.add("config");
            for (YamlTree.Branch item : tree.branch(configured).items()) {
                physical(item, path).ifPresent(matches::add);
            }
        }
        return matches;
    }

    private static Optional<InterfaceMatch> physical(YamlTree.Branch item, String path) {
        Optional<String> name = item.text("name");
        if (name.isEmpty() || !item.text("type").equals(Optional.of("physical"))) {
            return Optional.empty();
        }
        Optional<String> address = item.text("mac_address").flatMap(Addresses::parse);
        Matcher matcher = address.map(text -> Matcher.is(Property.ADDRESS, text))
                .orElseGet(() -> Matcher.is(Property.NAME, name.get()));
        String text = address.map(mac -> "mac_address: " + mac).orElse("name: " + name.get());
        Part part = new Part(matcher, text, List.of(new Place(path, item.line())));
        return Optional.of(new InterfaceMatch(
                Reader.CLOUD_INIT,
                path,
                item.line(),
                List.of(part),
                address.isPresent() ? name : Optional.empty(),
                name.get()));
    }
}
