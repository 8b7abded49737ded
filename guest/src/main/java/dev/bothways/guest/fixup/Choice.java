package dev.bothways.guest.fixup;

import dev.bothways.guest.linux.network.MatchRewriter;
import dev.bothways.guest.network.Card;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.Property;
import dev.bothways.guest.network.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which of a machine's cards, by their places in its list, a match chooses.
 *
 * @param sure those that it is known to choose
 * @param possible those of which that is not known
 * @param strange whether it asks for something of which nothing is known; then nothing follows from how many are possible
 */
record Choice(List<Integer> sure, List<Integer> possible, boolean strange) {

    static Choice of(InterfaceMatch match, List<Card> cards) {
        List<Integer> sure = new ArrayList<>();
        List<Integer> possible = new ArrayList<>();
        boolean strange = false;
        // Packages' files are for any machine: what they perhaps choose they do not mean.
        boolean any = MatchRewriter.isVendors(match.path());
        for (Card card : cards) {
            strange |= isStrange(match, card);
            switch (match.matches(card)) {
                case YES -> sure.add(card.number());
                case UNKNOWN -> {
                    if (!any) {
                        possible.add(card.number());
                    }
                }
                case NO -> {
                    // Not this one.
                }
            }
        }
        return new Choice(List.copyOf(sure), List.copyOf(possible), strange);
    }

    private static boolean isStrange(InterfaceMatch match, Card card) {
        return match.parts().stream()
                .map(InterfaceMatch.Part::matcher)
                .anyMatch(matcher ->
                        matcher.properties().contains(Property.OTHER) && matcher.matches(card) == Verdict.UNKNOWN);
    }

    /** The cards that are meant; empty where that cannot be told. What chooses something chooses the only card that it can. */
    Optional<List<Integer>> meant() {
        if (possible.isEmpty()) {
            return Optional.of(sure);
        }
        return !strange && sure.isEmpty() && possible.size() == 1 ? Optional.of(possible) : Optional.empty();
    }

    /** All that may be meant. */
    List<Integer> all() {
        List<Integer> all = new ArrayList<>(sure);
        all.addAll(possible);
        return all;
    }
}
