package dev.bothways.guest.linux.network;

import dev.bothways.machine.MacAddress;
import java.util.Optional;

/** Hardware addresses in a guest's files. */
final class Addresses {
    private Addresses() {}

    /** In small letters with colons, where the text is one. */
    static Optional<String> parse(String text) {
        String plain = text.strip();
        // networkd knows the form of routers too: 0016.3e00.0001.
        String colons = plain.matches("[0-9A-Fa-f]{4}(\\.[0-9A-Fa-f]{4}){2}") ? plain.replace(".", "") : plain;
        return MacAddress.parse(colons).map(MacAddress::text);
    }
}
