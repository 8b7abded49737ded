package dev.bothways.guest.linux.network;

import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Part;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Matcher;
import dev.bothways.guest.network.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Interfaces on the kernel's command line: for a network that the initramfs needs (dracut.cmdline(7), the kernel's nfsroot). */
final class CommandLineNames {
    private static final Pattern KEYS =
            Pattern.compile("(ip|ifname|bootdev|vlan|bond|bridge|team|rd\\.route|netconsole|rd\\.znet)=(.*)");

    private CommandLineNames() {}

    /**
     * The interfaces.
     *
     * @param place where the command line stands
     */
    static List<InterfaceMatch> read(String commandLine, Place place) {
        List<InterfaceMatch> matches = new ArrayList<>();
        for (String word : commandLine.split("\\s+")) {
            var setting = KEYS.matcher(word);
            if (!setting.matches()) {
                continue;
            }
            String value = setting.group(2);
            int colon = value.indexOf(':');
            Optional<String> address = colon < 0 ? Optional.empty() : Addresses.parse(value.substring(colon + 1));
            if (setting.group(1).equals("ifname") && address.isPresent()) {
                matches.add(match(
                        Matcher.is(Property.ADDRESS, address.get()),
                        word,
                        place,
                        Optional.of(value.substring(0, colon))));
            } else {
                Mentions.names(value)
                        .forEach(name ->
                                matches.add(match(Matcher.is(Property.NAME, name), word, place, Optional.empty())));
            }
        }
        return matches;
    }

    private static InterfaceMatch match(Matcher matcher, String word, Place place, Optional<String> gives) {
        return new InterfaceMatch(
                Reader.COMMAND_LINE,
                place.path(),
                place.line(),
                List.of(new Part(matcher, word, List.of(place))),
                gives,
                word);
    }
}
