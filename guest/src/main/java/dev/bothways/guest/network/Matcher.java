package dev.bothways.guest.network;

import java.util.List;

/** What chooses network interfaces, in any file of any configuration system. */
public sealed interface Matcher {

    /** Whether it chooses this card. */
    Verdict matches(Card card);

    /** A property fits one of some patterns, as a shell has them. */
    record Is(Property property, List<String> patterns) implements Matcher {
        public Is {
            patterns = List.copyOf(patterns);
        }

        @Override
        public Verdict matches(Card card) {
            return property == Property.MACHINE
                    ? Verdict.YES
                    : card.fact(property).matches(patterns);
        }
    }

    /** What the other does not choose. */
    record Not(Matcher matcher) implements Matcher {
        @Override
        public Verdict matches(Card card) {
            return matcher instanceof Is is && is.property() == Property.MACHINE
                    ? Verdict.YES
                    : matcher.matches(card).not();
        }
    }

    /** What all of them choose; with none, everything. */
    record All(List<Matcher> matchers) implements Matcher {
        public All {
            matchers = List.copyOf(matchers);
        }

        @Override
        public Verdict matches(Card card) {
            return Verdict.all(
                    matchers.stream().map(matcher -> matcher.matches(card)).toList());
        }
    }

    /** What one of them chooses. */
    record Any(List<Matcher> matchers) implements Matcher {
        public Any {
            matchers = List.copyOf(matchers);
        }

        @Override
        public Verdict matches(Card card) {
            return Verdict.any(
                    matchers.stream().map(matcher -> matcher.matches(card)).toList());
        }
    }

    /** A property fits one of these patterns. */
    static Matcher is(Property property, String... patterns) {
        return new Is(property, List.of(patterns));
    }

    /** The properties that it looks at. */
    default List<Property> properties() {
        return switch (this) {
            case Is is -> List.of(is.property());
            case Not not -> not.matcher().properties();
            case All all ->
                all.matchers().stream()
                        .flatMap(matcher -> matcher.properties().stream())
                        .toList();
            case Any any ->
                any.matchers().stream()
                        .flatMap(matcher -> matcher.properties().stream())
                        .toList();
        };
    }
}
