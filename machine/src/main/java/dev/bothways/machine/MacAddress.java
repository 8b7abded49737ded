package dev.bothways.machine;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A NIC's hardware address, in lower case with colons: {@code 00:16:3e:5f:48:e4}. */
public record MacAddress(String text) {
    private static final Pattern CANONICAL = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final Pattern SEPARATED = Pattern.compile("[0-9a-fA-F]{1,2}([:-][0-9a-fA-F]{1,2}){5}");
    private static final Pattern BARE = Pattern.compile("[0-9a-fA-F]{12}");

    public MacAddress {
        if (!CANONICAL.matcher(text).matches()) {
            throw new IllegalArgumentException(text + " is no MAC address");
        }
    }

    /** Reads an address written with colons, with hyphens or (as Hyper-V does) with neither; empty if it is none. */
    public static Optional<MacAddress> parse(String text) {
        String[] groups;
        if (SEPARATED.matcher(text).matches()) {
            groups = text.split("[:-]");
        } else if (BARE.matcher(text).matches()) {
            groups = text.split("(?<=\\G..)");
        } else {
            return Optional.empty();
        }
        StringBuilder canonical = new StringBuilder();
        for (String group : groups) {
            canonical
                    .append(canonical.isEmpty() ? "" : ":")
                    .append(group.length() == 1 ? "0" : "")
                    .append(group);
        }
        return Optional.of(new MacAddress(canonical.toString().toLowerCase(Locale.ROOT)));
    }

    /** Whether it is the address of a group of cards, which none can have as its own. */
    public boolean ofGroup() {
        return (Integer.parseInt(text.substring(0, 2), 16) & 1) != 0;
    }

    /** The twelve digits alone, in upper case, as Hyper-V writes them. */
    public String digits() {
        return text.replace(":", "").toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return text;
    }
}
