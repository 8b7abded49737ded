package dev.bothways.guest.fixup;

import dev.bothways.guest.network.Card;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the guest calls its cards now. Surest first: the name that its files give a card; the name that they use with its address;
 * what udev calls it by its slot; its number; and, where as many names as cards are left, the order.
 */
final class CardNames {
    private static final Pattern PHYSICAL = Pattern.compile("(eth|enX)([0-9]{1,3})|en[opsx][0-9A-Za-z]+");

    private final List<Card> cards;
    private final List<Optional<String>> names = new ArrayList<>();
    private final Map<String, InterfaceMatch> strangers = new TreeMap<>(naturalOrder());

    CardNames(List<InterfaceMatch> matches, List<Card> cards) {
        this.cards = cards;
        cards.forEach(card -> names.add(Optional.empty()));
        matches.forEach(this::given);
        matches.forEach(this::withAddress);
        Map<String, InterfaceMatch> configured = exactNames(matches, false);
        if (!configured.isEmpty()) {
            strangers.putAll(assign(configured, isAnyPossible(configured)));
        }
        assign(exactNames(matches, true), true);
        for (Card card : cards) {
            if (names.get(card.number()).isEmpty() && card.placeNames().size() == 1) {
                names.set(card.number(), Optional.of(card.placeNames().getFirst()));
            }
        }
    }

    /** The name of one card, where it is known. */
    Optional<String> of(int card) {
        return names.get(card);
    }

    /** Configured names of which no card could be told to be it. */
    Map<String, InterfaceMatch> strangers() {
        return strangers;
    }

    static boolean isPhysical(String name) {
        return PHYSICAL.matcher(name).matches();
    }

    private void given(InterfaceMatch match) {
        match.gives()
                .ifPresent(name -> Choice.of(match, cards)
                        .meant()
                        .filter(meant ->
                                meant.size() == 1 && names.get(meant.getFirst()).isEmpty())
                        .ifPresent(meant -> names.set(meant.getFirst(), Optional.of(name))));
    }

    private void withAddress(InterfaceMatch match) {
        for (Card card : cards) {
            boolean same =
                    match.exactAddress().isPresent() && match.exactAddress().equals(card.address());
            if (same && names.get(card.number()).isEmpty()) {
                names.set(card.number(), match.exactName().filter(CardNames::isPhysical));
            }
        }
    }

    /** The names of cards that files ask for without saying which one it is. */
    private Map<String, InterfaceMatch> exactNames(List<InterfaceMatch> matches, boolean mentions) {
        Map<String, InterfaceMatch> found = new TreeMap<>(naturalOrder());
        for (InterfaceMatch match : matches) {
            boolean mention = match.reader() == Reader.MENTION || match.reader() == Reader.NETWORK_MANAGER_DEVICES;
            if (mention == mentions
                    && match.exactAddress().isEmpty()
                    && match.gives().isEmpty()) {
                match.exactName()
                        .filter(CardNames::isPhysical)
                        .filter(name -> !names.contains(Optional.of(name)))
                        .ifPresent(name -> found.putIfAbsent(name, match));
            }
        }
        return found;
    }

    private boolean isAnyPossible(Map<String, InterfaceMatch> wanted) {
        return wanted.keySet().stream().anyMatch(this::isPossible);
    }

    private boolean isPossible(String name) {
        return cards.stream().anyMatch(card -> card.isNamed(name) != Verdict.NO);
    }

    /** Gives names to cards that have none yet; returns the names that are left. */
    private Map<String, InterfaceMatch> assign(Map<String, InterfaceMatch> wanted, boolean onlyPossible) {
        Map<String, InterfaceMatch> left = new TreeMap<>(wanted);
        left.keySet().removeIf(name -> onlyPossible && !isPossible(name));
        Map<String, InterfaceMatch> never = new TreeMap<>(wanted);
        never.keySet().removeAll(left.keySet());
        for (Card card : nameless()) {
            card.placeNames().stream().filter(left::containsKey).findFirst().ifPresent(name -> take(card, name, left));
        }
        for (Card card : nameless()) {
            left.keySet().stream()
                    .filter(name -> isNumbered(name, card.number()))
                    .findFirst()
                    .ifPresent(name -> take(card, name, left));
        }
        List<Card> rest = nameless();
        List<String> inOrder = left.keySet().stream().sorted(naturalOrder()).toList();
        for (int i = 0; i < rest.size() && rest.size() == inOrder.size(); i++) {
            take(rest.get(i), inOrder.get(i), left);
        }
        left.putAll(never);
        return left;
    }

    private List<Card> nameless() {
        return cards.stream().filter(card -> names.get(card.number()).isEmpty()).toList();
    }

    private void take(Card card, String name, Map<String, InterfaceMatch> left) {
        names.set(card.number(), Optional.of(name));
        left.remove(name);
    }

    private static boolean isNumbered(String name, int number) {
        Matcher matcher = PHYSICAL.matcher(name);
        return matcher.matches() && String.valueOf(number).equals(matcher.group(2));
    }

    /** eth2 before eth10. */
    private static Comparator<String> naturalOrder() {
        return Comparator.comparing((String name) -> name.replaceAll("[0-9]+$", ""))
                .thenComparingInt(name -> name.replaceAll("^.*?([0-9]*)$", "$1").length())
                .thenComparing(Comparator.naturalOrder());
    }
}
