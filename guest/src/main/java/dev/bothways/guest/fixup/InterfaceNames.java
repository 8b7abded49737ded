package dev.bothways.guest.fixup;

import dev.bothways.guest.NetworkConfiguration;
import dev.bothways.guest.NetworkConfiguration.Interface;
import dev.bothways.guest.NetworkConfiguration.Manager;
import dev.bothways.guest.NetworkConfiguration.PersistentName;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A network card keeps the name that the guest's configuration has for it. Names come from the driver and the slot ({@code
 * eth0}, {@code enX0}, {@code ens192}), which change with the hypervisor, and a configuration for a name that is not there
 * leaves the guest without network. The address of a card stays the same, so the name is bound to it.
 */
final class InterfaceNames implements Fixup {
    private static final Pattern PHYSICAL = Pattern.compile("(eth|enX)([0-9]{1,3})|en[opsx][0-9A-Za-z]+");
    private static final String RULES = "/etc/udev/rules.d/70-persistent-net.rules";
    private static final List<String> LINK_DEFAULTS =
            List.of("/lib/systemd/network/99-default.link", "/usr/lib/systemd/network/99-default.link");

    @Override
    public String name() {
        return "network interface names";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        Map<MacAddress, String> wanted = wanted(draft);
        removeStaleRules(draft, wanted);
        List<MacAddress> unbound = wanted.keySet().stream()
                .filter(mac -> boundName(draft.guest().network(), mac).isEmpty())
                .toList();
        if (unbound.isEmpty()) {
            return;
        }
        boolean links = draft.exists(LINK_DEFAULTS.get(0)) || draft.exists(LINK_DEFAULTS.get(1));
        StringBuilder rules = new StringBuilder();
        for (MacAddress mac : unbound) {
            String name = wanted.getOrDefault(mac, "");
            if (links) {
                draft.write("/etc/systemd/network/10-bothways-" + name + ".link", link(mac, name), reason(draft, name));
            } else {
                rules.append(rule(mac, name));
            }
        }
        if (!rules.isEmpty()) {
            addRules(
                    draft,
                    rules.toString(),
                    String.join(" and ", unbound.stream().map(wanted::get).toList()));
        }
        if (unbound.size() > 1 && wanted.values().stream().anyMatch(name -> name.startsWith("eth"))) {
            draft.warn(
                    "the guest's network cards keep their names by their addresses, but udev cannot swap two names such as"
                            + " eth0 and eth1: check them after the first boot");
        }
    }

    private static Optional<String> boundName(NetworkConfiguration network, MacAddress mac) {
        return network.names().stream()
                .filter(name -> name.mac().equals(mac.text()))
                .map(PersistentName::name)
                .findFirst();
    }

    /** Which name each card must have: those whose name would change, or is bound to its address already. */
    private static Map<MacAddress, String> wanted(Draft draft) {
        NetworkConfiguration network = draft.guest().network();
        List<Optional<MacAddress>> nics = draft.target().nics();
        Map<MacAddress, String> wanted = new LinkedHashMap<>();
        Set<String> free = new TreeSet<>(naturalOrder());
        network.interfaces().stream()
                .filter(one -> PHYSICAL.matcher(one.name()).matches() && !isBoundByItself(one))
                .map(Interface::name)
                .forEach(free::add);
        for (Optional<MacAddress> nic : nics) {
            nic.flatMap(mac -> nameOf(network, mac)).ifPresent(name -> {
                wanted.put(nic.get(), name);
                free.remove(name);
            });
        }
        List<MacAddress> left = nics.stream()
                .flatMap(Optional::stream)
                .filter(mac -> !wanted.containsKey(mac))
                .toList();
        List<String> byOrder = List.copyOf(free);
        for (MacAddress mac : left) {
            int index = nics.indexOf(Optional.of(mac));
            numbered(byOrder, index)
                    .or(() -> byOrder.size() == left.size()
                            ? Optional.of(byOrder.get(left.indexOf(mac)))
                            : Optional.empty())
                    .filter(free::remove)
                    .ifPresent(name -> wanted.put(mac, name));
        }
        if (!free.isEmpty() && !draft.target().nics().isEmpty() && left.size() != byOrder.size()) {
            draft.warn("the guest configures " + String.join(", ", free) + ", and none of the machine's " + nics.size()
                    + " network cards could be told to be it");
        }
        wanted.entrySet()
                .removeIf(entry -> boundName(network, entry.getKey()).isEmpty()
                        && holds(draft, entry.getValue(), nics.indexOf(Optional.of(entry.getKey()))));
        return wanted;
    }

    /** eth2 before eth10. */
    private static Comparator<String> naturalOrder() {
        return Comparator.comparing((String name) -> name.replaceAll("[0-9]+$", ""))
                .thenComparingInt(name -> name.replaceAll("^.*?([0-9]*)$", "$1").length())
                .thenComparing(Comparator.naturalOrder());
    }

    /** Netplan and networkd find a card by the address that their files have, whatever its name. */
    private static boolean isBoundByItself(Interface one) {
        return one.mac().isPresent() && (one.manager() == Manager.NETPLAN || one.manager() == Manager.NETWORKD);
    }

    private static Optional<String> nameOf(NetworkConfiguration network, MacAddress mac) {
        return boundName(network, mac)
                .or(() -> network.interfaces().stream()
                        .filter(one -> one.mac().equals(Optional.of(mac.text())) && !isBoundByItself(one))
                        .map(Interface::name)
                        .filter(name -> PHYSICAL.matcher(name).matches())
                        .findFirst());
    }

    private static Optional<String> numbered(List<String> names, int index) {
        return names.stream()
                .filter(name -> {
                    Matcher matcher = PHYSICAL.matcher(name);
                    return matcher.matches() && String.valueOf(index).equals(matcher.group(2));
                })
                .findFirst();
    }

    /** Whether the target gives the name by itself. */
    private static boolean holds(Draft draft, String name, int index) {
        boolean predictable = draft.guest().network().predictableNames();
        Platform platform = draft.target().platform();
        boolean xen = platform == Platform.XEN_PV || platform == Platform.XEN_PVH || platform == Platform.XEN_HVM;
        if (predictable) {
            return xen && name.equals("enX" + index);
        }
        // Xen numbers its cards; elsewhere drivers probe in any order.
        return name.equals("eth" + index) && (xen || draft.target().nics().size() == 1);
    }

    private static String link(MacAddress mac, String name) {
        return "# The network configuration knows this card as " + name + ".\n[Match]\nMACAddress=" + mac
                + "\n\n[Link]\nName=" + name + "\n";
    }

    private static String rule(MacAddress mac, String name) {
        return "SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", ATTR{address}==\"" + mac
                + "\", ATTR{type}==\"1\", KERNEL==\"eth*\", NAME=\"" + name + "\"\n";
    }

    private static void addRules(Draft draft, String rules, String names) throws IOException {
        String text = draft.text(RULES).orElse("");
        String separator = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        draft.write(RULES, text + separator + rules, reason(draft, names));
    }

    /**
     * A rule that gives a wanted name to a card that is gone: udev's generator of such rules (until systemd 209) takes the name
     * for used, and calls the card eth1.
     */
    private static void removeStaleRules(Draft draft, Map<MacAddress, String> wanted) throws IOException {
        Set<String> present = draft.target().nics().stream()
                .flatMap(Optional::stream)
                .map(MacAddress::text)
                .collect(Collectors.toSet());
        Map<String, List<Integer>> stale = new LinkedHashMap<>();
        for (PersistentName rule : draft.guest().network().names()) {
            boolean gone = !present.contains(rule.mac()) && wanted.containsValue(rule.name());
            if (gone && rule.line() >= 0 && rule.path().startsWith("/etc/")) {
                stale.computeIfAbsent(rule.path(), path -> new ArrayList<>()).add(rule.line());
            }
        }
        for (Map.Entry<String, List<Integer>> file : stale.entrySet()) {
            Optional<String> text = draft.text(file.getKey());
            if (text.isPresent()) {
                List<String> lines = new ArrayList<>(Arrays.asList(text.get().split("\n", -1)));
                file.getValue().stream().sorted(Comparator.reverseOrder()).forEach(line -> lines.remove((int) line));
                draft.write(
                        file.getKey(),
                        String.join("\n", lines),
                        "the rule keeps the name for a network card that the machine does not have");
            }
        }
    }

    private static String reason(Draft draft, String name) {
        return "the network card has another name on "
                + draft.target().platform().id() + ", and the configuration for " + name + " would not find it";
    }
}
