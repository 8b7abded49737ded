package dev.bothways.guest.fixup;

import dev.bothways.guest.NetworkConfiguration;
import dev.bothways.guest.network.Card;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.NetworkCard;
import dev.bothways.guest.network.NetworkCards;
import dev.bothways.guest.network.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The guest's files go on to choose the network cards that they choose now. They do so by names, drivers and places, which change with
 * the hypervisor; a card's address stays. So a name is bound to the address, and what chooses by driver or place is changed to
 * choose by address; what can be neither is told with its file and line. What fits the card on the target as it is stays.
 */
final class InterfaceNames implements Fixup {

    @Override
    public String name() {
        return "network interface names";
    }

    @Override
    public void draft(Draft draft) throws IOException {
        if (!draft.target().nics().isEmpty()) {
            new Pass(draft).run();
        }
    }

    /** One look at one guest for one target. */
    private static final class Pass {
        private final Draft draft;
        private final NetworkConfiguration network;
        private final NameBinding binding;
        private final MatchChanges changes;
        /** As the guest knows them now, their names aside. */
        private final List<Card> before;

        /** On the target; a card's name becomes certain when it is bound. */
        private final List<Card> after;

        private final CardNames names;

        Pass(Draft draft) {
            this.draft = draft;
            this.network = draft.guest().network();
            this.binding = new NameBinding(draft);
            List<NetworkCard> there = draft.target().nics();
            NetworkCards unknown = new NetworkCards(
                    Optional.empty(),
                    there.stream().map(card -> NetworkCard.of(card.address())).toList());
            this.before = draft.cards()
                    .filter(now -> now.cards().size() == there.size())
                    .orElse(unknown)
                    .seenBy(network.naming());
            this.after = new ArrayList<>(
                    new NetworkCards(Optional.of(draft.target().platform()), there).seenBy(network.naming()));
            this.names = new CardNames(network.matches(), before);
            this.changes = new MatchChanges(draft, after);
        }

        void run() throws IOException {
            network.warnings().forEach(draft::warn);
            for (InterfaceMatch match : network.matches()) {
                if (match.gives().isPresent()) {
                    namer(match);
                }
            }
            bind();
            List<Card> named = named();
            for (InterfaceMatch match : network.matches()) {
                if (match.gives().isEmpty() && !isVirtual(match)) {
                    changes.settle(match, named);
                }
            }
            changes.tellStrangers(names.strangers());
            List<String> wanted = before.stream()
                    .flatMap(card -> names.of(card.number()).stream())
                    .toList();
            List<String> addresses =
                    after.stream().flatMap(card -> card.address().stream()).toList();
            binding.removeStale(wanted, addresses);
        }

        /** A bridge, a bond, a wireless card: nothing that the machine has. Nor a name of which it is told that no card has it. */
        private boolean isVirtual(InterfaceMatch match) {
            Optional<String> name = match.exactName();
            boolean known =
                    before.stream().anyMatch(card -> names.of(card.number()).equals(name));
            return name.isPresent() && !known && (!CardNames.isPhysical(name.get()) || isStranger(name.get()));
        }

        private boolean isStranger(String name) {
            return names.strangers().containsKey(name);
        }

        private void namer(InterfaceMatch match) throws IOException {
            if (changes.settle(match, before)) {
                for (int card : Choice.of(match, before).meant().orElse(List.of())) {
                    if (names.of(card).equals(match.gives())) {
                        after.set(card, after.get(card).named(match.gives().orElseThrow()));
                    }
                }
            }
        }

        /** Binds names that the target does not give by itself, where files ask for them. */
        private void bind() throws IOException {
            Map<Card, String> bound = new LinkedHashMap<>();
            List<Card> named = named();
            for (Card card : List.copyOf(after)) {
                Optional<String> name = names.of(card.number());
                List<InterfaceMatch> asking = network.matches().stream()
                        .filter(match -> match.gives().isEmpty() && match.looksAtName())
                        .filter(match -> match.matches(card) != Verdict.YES && isMeant(match, card.number(), named))
                        .toList();
                Optional<String> wanted = name.or(() -> invented(asking, card.number()));
                if (!asking.isEmpty() && wanted.isPresent() && binding.isPossible(card, wanted.get())) {
                    bound.put(card, wanted.get());
                    after.set(card.number(), card.named(wanted.get()));
                }
            }
            binding.bind(bound);
        }

        private static boolean isMeant(InterfaceMatch match, int card, List<Card> named) {
            return Choice.of(match, named)
                    .meant()
                    .filter(meant -> meant.contains(card))
                    .isPresent();
        }

        /** The cards as the guest knows them now, with what their names are. */
        private List<Card> named() {
            return before.stream()
                    .map(card -> names.of(card.number()).map(card::named).orElse(card))
                    .toList();
        }

        /** A name that fits the pattern, where nobody knows the card's own and what reads the file knows no addresses. */
        private static Optional<String> invented(List<InterfaceMatch> asking, int number) {
            return asking.stream()
                    .filter(match -> match.reader() == Reader.IFUPDOWN
                            && match.exactName().isEmpty())
                    .map(match -> match.label().replaceFirst("^/", "").replaceFirst("[/=].*", ""))
                    .map(pattern -> pattern.replaceAll("\\[([^]])[^]]*\\]", "$1")
                            .replaceFirst("[*?].*", "")
                            .concat(String.valueOf(number)))
                    .filter(name -> asking.stream()
                            .allMatch(match -> match.matches(nameless(number).named(name)) == Verdict.YES))
                    .findFirst();
        }

        private static Card nameless(int number) {
            return new Card(number, Optional.empty(), List.of(), Map.of());
        }
    }
}
