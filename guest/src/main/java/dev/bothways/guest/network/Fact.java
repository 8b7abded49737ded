package dev.bothways.guest.network;

import dev.bothways.guest.linux.ShellPattern;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What is known of one property of a card.
 *
 * @param values what {@code kind} says of them
 */
public record Fact(Kind kind, List<String> values) {

    /** How the values are meant. */
    public enum Kind {
        /** The property has one of these values. */
        ONE_OF,
        /** The property has a value of which these are examples; what they begin with in common is certain. */
        LIKE,
        /** The property has all of these values, and one of them is enough. */
        EACH
    }

    /** Examples differ in their numbers: a word that is in none of them is in no other value either. */
    private static final Pattern WORD = Pattern.compile("(?<![\\[\\w])[A-Za-z]{3,}");

    /** Nothing is known. */
    static final Fact UNKNOWN = like();

    public Fact {
        values = List.copyOf(values);
    }

    static Fact oneOf(List<String> values) {
        return new Fact(Kind.ONE_OF, values);
    }

    static Fact oneOf(String... values) {
        return oneOf(List.of(values));
    }

    static Fact like(String... values) {
        return new Fact(Kind.LIKE, List.of(values));
    }

    static Fact each(String... values) {
        return new Fact(Kind.EACH, List.of(values));
    }

    /** Whether the property fits one of these patterns (as a shell has them). */
    Verdict matches(List<String> patterns) {
        List<ShellPattern> all = patterns.stream().map(ShellPattern::new).toList();
        long hits = values.stream()
                .filter(value -> all.stream().anyMatch(pattern -> pattern.matches(value)))
                .count();
        return switch (kind) {
            case EACH -> hits > 0 ? Verdict.YES : Verdict.NO;
            case ONE_OF -> hits == 0 ? Verdict.NO : hits == values.size() ? Verdict.YES : Verdict.UNKNOWN;
            case LIKE -> {
                if (patterns.contains("*") || (!values.isEmpty() && hits == values.size())) {
                    yield Verdict.YES;
                }
                yield hits > 0 || patterns.stream().anyMatch(this::isPossible) ? Verdict.UNKNOWN : Verdict.NO;
            }
        };
    }

    private boolean isPossible(String pattern) {
        String literal = pattern.replaceFirst("(?s)[*?\\[].*", "");
        String common = values.stream().reduce(Fact::commonStart).orElse("");
        boolean whole = literal.length() == pattern.length();
        boolean strange = WORD.matcher(pattern)
                .results()
                .map(MatchResult::group)
                .filter(word -> !word.matches("[0-9a-fA-F]+"))
                .anyMatch(word -> values.stream().noneMatch(value -> value.contains(word)));
        return !(strange && !values.isEmpty())
                && (literal.startsWith(common) || (!whole && common.startsWith(literal)));
    }

    private static String commonStart(String one, String other) {
        int length = 0;
        while (length < Math.min(one.length(), other.length()) && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return one.substring(0, length);
    }
}
