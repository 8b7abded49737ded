package dev.bothways.guest.linux.network;

import dev.bothways.guest.GuestFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Shell patterns with {@code *}, {@code ?} and {@code [...]}, as far as configuration files use them. */
final class Globs {
    private static final int MOST = 1_000;

    private Globs() {}

    /** Whether the whole of {@code name} fits. */
    static boolean matches(String pattern, String name) {
        return Pattern.matches(regex(pattern), name);
    }

    /** The guest's paths that fit, in order. */
    static List<String> expand(GuestFiles files, String pattern) throws IOException {
        List<String> found = List.of("");
        for (String part : pattern.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            List<String> next = new ArrayList<>();
            for (String directory : found) {
                if (part.matches("[^*?\\[]*")) {
                    next.add(directory + "/" + part);
                    continue;
                }
                for (String name : files.list(directory.isEmpty() ? "/" : directory)) {
                    if (next.size() < MOST && !name.startsWith(".") && matches(part, name)) {
                        next.add(directory + "/" + name);
                    }
                }
            }
            found = next;
        }
        return found;
    }

    private static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            int close = c == '[' ? pattern.indexOf(']', i + 2) : -1;
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (close > 0) {
                boolean not = pattern.charAt(i + 1) == '!';
                String set = pattern.substring(i + (not ? 2 : 1), close).replaceAll("[\\\\\\[\\]^&]", "\\\\$0");
                regex.append(not ? "[^" : "[").append(set).append(']');
                i = close;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        // A star after a star says nothing more, and would cost time without end.
        return regex.toString().replaceAll("(\\.\\*)+", ".*");
    }
}
