package dev.bothways.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The word that someone may have meant who typed one that is not known. */
final class Suggestion {
    private static final int LETTERS_AN_ERROR = 3;

    private Suggestion() {}

    /** What follows a sentence on an unknown word: the likeliest known one as a question, or nothing. */
    static String after(String typed, Collection<String> known) {
        return of(typed, known).map(word -> "; did you mean '" + word + "'?").orElse("");
    }

    /** The likeliest known word, if one is close: it begins as the typed one, or a letter in three is wrong, missing or swapped. */
    static Optional<String> of(String typed, Collection<String> known) {
        String word = typed.toLowerCase(Locale.ROOT);
        Optional<String> begun = known.stream()
                .filter(each -> word.length() >= 2 && !word.startsWith("-") && each.startsWith(word))
                .findFirst();
        return begun.isPresent()
                ? begun
                : known.stream()
                        .filter(each -> distance(word, each.toLowerCase(Locale.ROOT))
                                <= Math.max(1, each.replaceFirst("^-+", "").length() / LETTERS_AN_ERROR))
                        .filter(each -> each.replaceFirst("^-+", "").length() > 1)
                        .min(Comparator.comparingInt(each -> distance(word, each.toLowerCase(Locale.ROOT))));
    }

    /** The least number of letters to insert, delete, change, or swap with their neighbour. */
    private static int distance(String from, String to) {
        int[][] least = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                least[i][j] = Math.min(least[i - 1][j - 1] + change, Math.min(least[i - 1][j], least[i][j - 1]) + 1);
                boolean swapped = i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1);
                if (swapped) {
                    least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
                }
            }
        }
        return least[from.length()][to.length()];
    }
}
