package dev.bothways.guest.fixup;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kernel's command line as it stands in a file: words parted by blanks, which may go on behind a
 * backslash at the end of a line. What is not changed keeps its exact text. */
record CommandLine(String text) {
    /** Quotes hold blanks together. A backslash at the end of a line parts words, too. */
    private static final Pattern WORD =
            Pattern.compile("(?:[^ \\t\"'\\r\\n\\\\]++|\"[^\"\\r\\n]*+\"|'[^'\\r\\n]*+'|\\\\(?!\\r?\\n)|[\"']){1,200}");

    /** The words. */
    List<String> words() {
        return WORD.matcher(text).results().map(match -> match.group()).toList();
    }

    /** The command line with every word replaced by what {@code change} gives for it. */
    CommandLine map(UnaryOperator<String> change) {
        return new CommandLine(
                WORD.matcher(text).replaceAll(match -> Matcher.quoteReplacement(change.apply(match.group()))));
    }

    /** The command line without the words that {@code unwanted} tells, each with the blanks before it. */
    CommandLine without(Predicate<String> unwanted) {
        StringBuilder kept = new StringBuilder();
        int end = 0;
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            if (!unwanted.test(word.group())) {
                kept.append(text, kept.isEmpty() ? word.start() : end, word.end());
            }
            end = word.end();
        }
        return new CommandLine(kept.append(text, end, text.length()).toString());
    }

    /** The command line with words added at its end, before blanks that stand there. */
    CommandLine with(List<String> added) {
        if (added.isEmpty()) {
            return this;
        }
        String body = text.stripTrailing();
        List<String> all = new ArrayList<>();
        if (!body.isEmpty()) {
            all.add(body);
        }
        all.addAll(added);
        return new CommandLine(String.join(" ", all) + text.substring(body.length()));
    }

    @Override
    public String toString() {
        return text;
    }
}
