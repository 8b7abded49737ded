package dev.bothways.guest.fixup;

import dev.bothways.guest.network.Card;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Naming.Binder;
import dev.bothways.guest.network.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds names to the addresses of cards, by what the guest has for that: systemd's {@code .link} files, or rules of udev. */
final class NameBinding {
    private static final String RULES = "/etc/udev/rules.d/70-persistent-net.rules";

    private final Draft draft;

    NameBinding(Draft draft) {
        this.draft = draft;
    }

    /** Whether a card can be given this name. */
    boolean isPossible(Card card, String name) {
        return draft.guest().network().naming().binder() != Binder.NONE
                && card.address().isPresent()
                && name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");
    }

    /** Gives each card its name. */
    void bind(Map<Card, String> names) throws IOException {
        StringBuilder rules = new StringBuilder();
        for (Map.Entry<Card, String> one : names.entrySet()) {
            String address = one.getKey().address().orElseThrow();
            String name = one.getValue();
            switch (draft.guest().network().naming().binder()) {
                case LINK -> link(one.getKey(), address, name);
                case UDEV_RULE -> rules.append(rule(address, name));
                case NONE -> throw new IllegalStateException("no card of this guest can be given a name");
            }
        }
        if (!rules.isEmpty()) {
            String text = draft.text(RULES).orElse("");
            String separator = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
            draft.write(RULES, text + separator + rules, reason(String.join(" and ", names.values())));
        }
        if (names.size() > 1 && names.values().stream().anyMatch(name -> name.startsWith("eth"))) {
            draft.warn(
                    "the guest's network cards keep their names by their addresses, but udev cannot swap two names such as"
                            + " eth0 and eth1: check them after the first boot");
        }
    }

    private void link(Card card, String address, String name) throws IOException {
        String file = "10-bothways-" + name + ".link";
        for (InterfaceMatch match : draft.guest().network().matches()) {
            boolean before = match.reader() == Reader.LINK && match.label().compareTo(file) < 0;
            if (before && match.matches(card) != Verdict.NO) {
                draft.warn(match.place() + " comes before " + file + " and may choose the network card " + address
                        + " too, which then is not called " + name + ": add Name=" + name + " there if it does");
            }
        }
        draft.write(
                "/etc/systemd/network/" + file,
                "# The network configuration knows this card as " + name + ".\n[Match]\nMACAddress=" + address
                        + "\n\n[Link]\nName=" + name + "\n",
                reason(name));
    }

    private static String rule(String address, String name) {
        return "SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", ATTR{address}==\"" + address
                + "\", ATTR{type}==\"1\", KERNEL==\"eth*\", NAME=\"" + name + "\"\n";
    }

    private String reason(String name) {
        return "the network card has another name on "
                + draft.target().platform().id() + ", and the configuration for " + name + " would not find it";
    }

    /**
     * Removes rules that give a wanted name to a card that is gone: udev's generator of such rules (until systemd 209) takes the
     * name for used, and calls the card eth1.
     */
    void removeStale(Collection<String> wanted, List<String> addresses) throws IOException {
        Map<String, List<Integer>> stale = new LinkedHashMap<>();
        for (InterfaceMatch match : draft.guest().network().matches()) {
            Optional<String> address = match.exactAddress();
            boolean gone = match.reader() == Reader.UDEV
                    && address.isPresent()
                    && !addresses.contains(address.get())
                    && match.gives().filter(wanted::contains).isPresent();
            if (gone) {
                stale.computeIfAbsent(match.path(), path -> new ArrayList<>()).add(match.line());
            }
        }
        for (Map.Entry<String, List<Integer>> file : stale.entrySet()) {
            List<String> lines = new ArrayList<>(
                    Arrays.asList(draft.text(file.getKey()).orElse("").split("\n", -1)));
            file.getValue().stream().sorted(Comparator.reverseOrder()).forEach(line -> {
                boolean continued;
                do {
                    continued = lines.remove(line - 1).endsWith("\\");
                } while (continued && line <= lines.size());
            });
            draft.write(
                    file.getKey(),
                    String.join("\n", lines),
                    "the rule keeps the name for a network card that the machine does not have");
        }
    }
}
