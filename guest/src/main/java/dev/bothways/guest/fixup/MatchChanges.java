package dev.bothways.guest.fixup;

import dev.bothways.filesystem.NewFile;
import dev.bothways.guest.linux.network.MatchRewriter;
import dev.bothways.guest.network.Card;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Part;
import dev.bothways.guest.network.InterfaceMatch.Place;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Matcher;
import dev.bothways.guest.network.Property;
import dev.bothways.guest.network.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Has each match choose on the target the cards that it chooses now, or tells that it may not. */
final class MatchChanges {
    /** What says nothing of one card among several. */
    private static final Set<Property> OF_ALL_CARDS =
            Set.of(Property.TYPE, Property.KIND, Property.MACHINE, Property.VIRTUALIZATION);

    private final Draft draft;
    /** The cards on the target, as they are named by now. */
    private final List<Card> after;

    /** The same, as an initramfs has them: nothing of the guest has named them yet. */
    private final List<Card> early;

    MatchChanges(Draft draft, List<Card> after) {
        this.draft = draft;
        this.after = after;
        this.early = List.copyOf(after);
    }

    /**
     * Settles one match.
     *
     * @param before the cards as the guest knows them now
     * @return whether it chooses the same cards on the target for sure
     */
    boolean settle(InterfaceMatch match, List<Card> before) throws IOException {
        Choice choice = Choice.of(match, before);
        List<Integer> all = choice.all();
        if (all.isEmpty()) {
            tellIfDead(match);
            return false;
        }
        List<Card> there = match.reader() == Reader.COMMAND_LINE ? early : after;
        boolean same = all.stream().allMatch(card -> match.matches(there.get(card)) == Verdict.YES);
        boolean more =
                there.stream().anyMatch(card -> !all.contains(card.number()) && match.matches(card) == Verdict.YES);
        if (same && !more) {
            return choice.meant().isPresent();
        }
        if (choice.meant().isPresent() && isChanged(match, all, more)) {
            return true;
        }
        tell(match, choice);
        return false;
    }

    private boolean isChanged(InterfaceMatch match, List<Integer> cards, boolean more) throws IOException {
        List<Part> failing = match.parts().stream()
                .filter(part -> cards.stream().anyMatch(card -> part.matcher().matches(after.get(card)) != Verdict.YES))
                .toList();
        if (more && failing.isEmpty()) {
            failing = match.parts().stream()
                    .filter(part -> !OF_ALL_CARDS.containsAll(part.matcher().properties()))
                    .toList();
        }
        boolean ofMachine = failing.stream()
                .anyMatch(part -> part.matcher().properties().stream().anyMatch(OF_ALL_CARDS::contains));
        // A rule that gives no name does something for this hardware alone.
        boolean ofHardware = match.reader() == Reader.UDEV && match.gives().isEmpty();
        if (failing.isEmpty() || ofMachine || ofHardware) {
            return false;
        }
        Map<String, String> texts = texts(match, failing, cards);
        for (Map.Entry<String, String> file : texts.entrySet()) {
            write(file.getKey(), file.getValue(), match);
        }
        return !texts.isEmpty();
    }

    /** The changed files by path; none where one of them cannot be changed. */
    private Map<String, String> texts(InterfaceMatch match, List<Part> failing, List<Integer> cards)
            throws IOException {
        List<String> addresses = cards.stream()
                .flatMap(card -> after.get(card).address().stream())
                .toList();
        boolean several = cards.size() > 1 && !MatchRewriter.takesSeveral(match.reader());
        if (addresses.size() != cards.size() || (several && !isAllCalledE(cards))) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        List<String> paths = failing.stream()
                .flatMap(part -> part.places().stream())
                .map(Place::path)
                .distinct()
                .toList();
        boolean everywhere = match.reader() == Reader.NETPLAN || match.reader() == Reader.CLOUD_INIT;
        for (String path : paths) {
            String text = draft.text(path).orElse("");
            List<String> here = everywhere || texts.isEmpty() ? addresses : List.of();
            Optional<String> changed = several
                    ? MatchRewriter.byName(text, match, "e*")
                    : MatchRewriter.byAddress(
                            text,
                            match,
                            failing,
                            path,
                            here,
                            draft.guest().network().naming());
            if (changed.isEmpty()) {
                return Map.of();
            }
            texts.put(path, changed.get());
        }
        return Collections.unmodifiableMap(texts);
    }

    /** Whether these are all cards of the machine, and each has a name that begins as those of wired cards do. */
    private boolean isAllCalledE(List<Integer> cards) {
        Matcher called = Matcher.is(Property.NAME, "e*");
        return cards.size() == after.size() && after.stream().allMatch(card -> called.matches(card) == Verdict.YES);
    }

    private void write(String path, String text, InterfaceMatch match) throws IOException {
        String to = MatchRewriter.editable(path);
        boolean secret = match.reader() == Reader.NETWORK_MANAGER;
        draft.write(
                to,
                FileContent.of(text),
                secret ? new NewFile(0, 0, 0600) : NewFile.ROOT_FILE,
                "it chooses the network card by " + match.text() + ", which does not fit the card on "
                        + draft.target().platform().id() + "; its address does");
    }

    private void tell(InterfaceMatch match, Choice choice) {
        String platform = draft.target().platform().id();
        String cards = String.join(
                ", ",
                choice.all().stream()
                        .flatMap(card -> after.get(card).address().stream())
                        .toList());
        if (match.reader() == Reader.MENTION) {
            List<Place> places = match.parts().getFirst().places();
            String more = places.size() > 3 ? " and " + (places.size() - 3) + " more places" : "";
            String where = String.join(
                    ", ", places.stream().limit(3).map(Place::toString).toList());
            draft.warn(
                    where + more + ": the name " + match.label() + " of a network card stands there, and on " + platform
                            + " the card (" + cards + ") may have another; write its name there after the first boot");
            return;
        }
        String which = choice.meant().isPresent()
                ? "the network card " + cards + " by " + match.text() + ", which may not fit it on " + platform
                : "a network card by " + match.text() + ", and which of the machine's " + after.size()
                        + " cards that is could not be told; on " + platform + " it may be another, or none";
        String what = match.gives()
                .map(name -> "this gives the name " + name + " to ")
                .orElse("this chooses ");
        draft.warn(match.place() + ": " + what + which + "; " + remedy(match.reader()) + cards);
    }

    private static String remedy(Reader reader) {
        return switch (reader) {
            case UDEV -> "write ATTR{address}== with the card's address instead: ";
            case LINK, NETWORKD -> "write MACAddress= with the card's address instead: ";
            case NETPLAN, CLOUD_INIT -> "write macaddress: with the card's address instead: ";
            case NETWORK_MANAGER -> "write mac-address= with the card's address into [ethernet] instead: ";
            case NETWORK_MANAGER_DEVICES -> "write mac: with the card's address instead: ";
            case IFUPDOWN -> "write the card's new name or, with ifupdown 0.8, mac/ and its address there: ";
            case IFCFG -> "write HWADDR= with the card's address there: ";
            case COMMAND_LINE -> "the initramfs knows other names; write ifname=NAME:ADDRESS there too: ";
            case MENTION -> "write the card's new name there: ";
        };
    }

    /** What chooses none of the cards now is left over, and chooses none there, unless it is for that hardware. */
    private void tellIfDead(InterfaceMatch match) {
        boolean byHardware = match.parts().stream()
                .flatMap(part -> part.matcher().properties().stream())
                .anyMatch(Set.of(Property.DRIVER, Property.DRIVERS, Property.PATH, Property.PARENTS)::contains);
        boolean listed = match.reader() == Reader.NETWORK_MANAGER_DEVICES
                || (match.reader() == Reader.UDEV && match.gives().isEmpty());
        boolean fits = after.stream().anyMatch(card -> match.matches(card) == Verdict.YES);
        if (byHardware && !listed && !fits && !MatchRewriter.isVendors(match.path())) {
            draft.warn(match.place() + ": this chooses a network card by " + match.text()
                    + ", which fits none of the machine's cards, neither now nor on "
                    + draft.target().platform().id() + "; " + remedy(match.reader()) + everyAddress());
        }
    }

    private String everyAddress() {
        return String.join(
                ", ", after.stream().flatMap(card -> card.address().stream()).toList());
    }

    /** Tells of configured names of which no card could be told to be it. */
    void tellStrangers(Map<String, InterfaceMatch> strangers) {
        if (strangers.isEmpty()) {
            return;
        }
        List<String> each = new ArrayList<>();
        strangers.forEach((name, match) ->
                each.add(name + " (" + Objects.requireNonNull(match).place() + ")"));
        draft.warn("the guest configures " + String.join(", ", each) + ", and none of the machine's " + after.size()
                + " network cards (" + everyAddress()
                + ") could be told to be it; bind the name to the card's address in"
                + " the guest if it is used");
    }
}
