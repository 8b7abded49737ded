package dev.bothways.guest.fixup;

import dev.bothways.guest.network.Card;
import dev.bothways.guest.network.InterfaceMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which of a machine's cards, by their places in its list, a match chooses.
 *
 * @param sure those that it is known to choose
 * @param possible those of which that is not known
 */
record Choice(List<Integer> sure, List<Integer> possible) {

    static Choice of(InterfaceMatch match, List<Card> cards) {
        List<Integer> sure = new ArrayList<>();
        List<Integer> possible = new ArrayList<>();
        for (Card card : cards) {
            switch (match.matches(card)) {
                case YES -> sure.add(card.number());
                case UNKNOWN -> possible.add(card.number());
                case NO -> {
                    // Not this one.
                }
            }
        }
        return new Choice(List.copyOf(sure), List.copyOf(possible));
    }

    /** The cards that are meant; empty where that cannot be told. What chooses something chooses the only card that it can. */
    Optional<List<Integer>> meant() {
        if (possible.isEmpty()) {
            return Optional.of(sure);
        }
        return sure.isEmpty() && possible.size() == 1 ? Optional.of(possible) : Optional.empty();
    }

    /** All that may be meant. */
    List<Integer> all() {
        List<Integer> all = new ArrayList<>(sure);
        all.addAll(possible);
        return all;
    }
}
