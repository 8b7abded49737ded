package dev.bothways.guest.network;

import java.util.List;
import java.util.Optional;

/**
 * A place in a guest's files that chooses network interfaces.
 *
 * @param reader what reads the file
 * @param path the file
 * @param line where it begins there, from 1; 0 where the file's name says it
 * @param parts what all must fit; with none it chooses every interface
 * @param gives the name that an interface gets by it, where it gives one
 * @param label what the reader calls it: netplan's id, a key, the text of a pattern
 */
public record InterfaceMatch(
        Reader reader, String path, int line, List<Part> parts, Optional<String> gives, String label) {

    /** What reads a file. */
    public enum Reader {
        /** Rules in {@code /etc/udev/rules.d}. */
        UDEV,
        /** systemd's {@code .link} files. */
        LINK,
        NETPLAN,
        CLOUD_INIT,
        /** systemd's {@code .network} and {@code .netdev} files. */
        NETWORKD,
        /** NetworkManager's profiles. */
        NETWORK_MANAGER,
        /** NetworkManager's own configuration, where it lists devices. */
        NETWORK_MANAGER_DEVICES,
        IFUPDOWN,
        /** {@code ifcfg-} files. */
        IFCFG,
        /** The kernel's command line. */
        COMMAND_LINE,
        /** Any other file that has the name of an interface in it. */
        MENTION
    }

    /**
     * One thing that must fit.
     *
     * @param text as the file has it, for people
     * @param places the lines that say it
     */
    public record Part(Matcher matcher, String text, List<Place> places) {
        public Part {
            places = List.copyOf(places);
        }
    }

    /** A line of a file, from 1. */
    public record Place(String path, int line) {
        @Override
        public String toString() {
            return line == 0 ? path : path + " line " + line;
        }
    }

    public InterfaceMatch {
        parts = List.copyOf(parts);
    }

    /** Where it stands. */
    public Place place() {
        return new Place(path, line);
    }

    /** Whether it chooses this card. */
    public Verdict matches(Card card) {
        return Verdict.all(
                parts.stream().map(part -> part.matcher().matches(card)).toList());
    }

    /** The one name that an interface must have, where it asks for exactly one. */
    public Optional<String> exactName() {
        return exact(Property.NAME);
    }

    /** The one address that a card must have, where it asks for exactly one. */
    public Optional<String> exactAddress() {
        return exact(Property.ADDRESS);
    }

    private Optional<String> exact(Property property) {
        return parts.stream()
                .map(Part::matcher)
                .filter(matcher -> matcher instanceof Matcher.Is is
                        && is.property() == property
                        && is.patterns().size() == 1
                        && !is.patterns().getFirst().matches(".*[*?\\[].*"))
                .map(matcher -> ((Matcher.Is) matcher).patterns().getFirst())
                .findFirst();
    }

    /** Whether it looks at the interface's name. */
    public boolean looksAtName() {
        return parts.stream().anyMatch(part -> part.matcher().properties().contains(Property.NAME));
    }

    /** What it asks for, for people. */
    public String text() {
        return String.join(", ", parts.stream().map(Part::text).toList());
    }
}
