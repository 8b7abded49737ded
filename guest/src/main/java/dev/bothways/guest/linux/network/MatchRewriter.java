package dev.bothways.guest.linux.network;

import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Part;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Naming;
import dev.bothways.guest.network.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Has a place of a guest's files choose cards by their addresses, in the words of what reads the file. */
public final class MatchRewriter {
    private static final Pattern ADDRESS = Pattern.compile("([0-9A-Fa-f]{1,2}[:-]){5}[0-9A-Fa-f]{1,2}");

    private MatchRewriter() {}

    /** Whether such a place can name the addresses of several cards. */
    public static boolean takesSeveral(Reader reader) {
        return switch (reader) {
            case UDEV, NETWORKD, NETWORK_MANAGER_DEVICES -> true;
            case LINK, NETPLAN, CLOUD_INIT, NETWORK_MANAGER, IFUPDOWN, IFCFG, COMMAND_LINE, MENTION -> false;
        };
    }

    /** Where the file is changed that holds {@code path}'s text: packages' own files are hidden by a changed copy. */
    public static String editable(String path) {
        return Layers.editable(path);
    }

    /** Whether a package brought the file. */
    public static boolean isVendors(String path) {
        return Layers.isVendors(path);
    }

    /**
     * The text of a file in which a match chooses by address, and by nothing that fails. What else it asks for stays.
     *
     * @param text the text of the file {@code path}, one character a byte
     * @param failing the parts that would not fit
     * @param addresses the cards' addresses; none where another file of the match names them
     * @return nothing where the file cannot say it
     */
    public static Optional<String> byAddress(
            String text, InterfaceMatch match, List<Part> failing, String path, List<String> addresses, Naming naming) {
        Set<Integer> lines = failing.stream()
                .flatMap(part -> part.places().stream())
                .filter(place -> place.path().equals(path))
                .map(Place::line)
                .collect(Collectors.toSet());
        return switch (match.reader()) {
            case NETWORKD, LINK -> {
                // VLANs share their card's address, but not the permanent one.
                boolean permanent = match.reader() == Reader.NETWORKD && naming.systemdIsAtLeast(245);
                String key = permanent ? "PermanentMACAddress=" : "MACAddress=";
                yield Optional.of(IniFile.replace(
                        text,
                        lines,
                        Optional.of(key + String.join(" ", addresses)).filter(line -> !addresses.isEmpty())));
            }
            case UDEV ->
                UdevRules.byAddress(
                        text, match.line(), failing.stream().map(Part::text).collect(Collectors.toSet()), addresses);
            case NETPLAN, CLOUD_INIT -> yaml(text, match, "macaddress: \"" + addresses.getFirst() + "\"");
            case NETWORK_MANAGER -> Optional.of(NetworkManager.profileByAddress(text, lines, addresses.getFirst()));
            case NETWORK_MANAGER_DEVICES ->
                NetworkManager.deviceByAddress(text, match.line(), match.label(), addresses);
            case IFUPDOWN, IFCFG -> otherAddress(text, failing, lines, addresses);
            case COMMAND_LINE, MENTION -> Optional.empty();
        };
    }

    /** These can choose by address only where they do already: the card has got another one. */
    private static Optional<String> otherAddress(
            String text, List<Part> failing, Set<Integer> lines, List<String> addresses) {
        boolean byAddress =
                failing.stream().allMatch(part -> part.matcher().properties().equals(List.of(Property.ADDRESS)));
        if (!byAddress || lines.size() != 1 || lines.contains(0)) {
            return Optional.empty();
        }
        List<String> all = new ArrayList<>(Arrays.asList(text.split("(?<=\n)", -1)));
        int index = lines.iterator().next() - 1;
        String before = all.get(index);
        all.set(index, ADDRESS.matcher(before).replaceAll(addresses.getFirst()));
        return all.get(index).equals(before) ? Optional.empty() : Optional.of(String.join("", all));
    }

    /** As {@link #byAddress}, for several cards: every one whose name fits {@code pattern}. */
    public static Optional<String> byName(String text, InterfaceMatch match, String pattern) {
        return switch (match.reader()) {
            case NETPLAN, CLOUD_INIT -> yaml(text, match, "name: \"" + pattern + "\"");
            case UDEV,
                    LINK,
                    NETWORKD,
                    NETWORK_MANAGER,
                    NETWORK_MANAGER_DEVICES,
                    IFUPDOWN,
                    IFCFG,
                    COMMAND_LINE,
                    MENTION -> Optional.empty();
        };
    }

    private static Optional<String> yaml(String bytes, InterfaceMatch match, String instead) {
        byte[] plain = bytes.getBytes(StandardCharsets.ISO_8859_1);
        String text = new String(plain, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), plain)) {
            return Optional.empty();
        }
        return Netplan.withMatch(text, match.label(), instead)
                .map(changed -> new String(changed.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }
}
