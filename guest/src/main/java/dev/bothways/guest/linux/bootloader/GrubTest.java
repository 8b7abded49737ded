package dev.bothways.guest.linux.bootloader;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** GRUB's {@code test} command (GRUB manual, "test"). */
final class GrubTest {
    private final List<String> words;
    private final BootFiles files;
    private final Function<String, Optional<String>> path;
    private int at;

    private GrubTest(List<String> words, BootFiles files, Function<String, Optional<String>> path) {
        this.words = words;
        this.files = files;
        this.path = path;
    }

    /**
     * @param words the expression, without {@code [} and {@code ]}
     * @param path from a file as spelled to its path in the guest
     */
    static boolean holds(List<String> words, BootFiles files, Function<String, Optional<String>> path)
            throws IOException {
        GrubTest test = new GrubTest(words, files, path);
        return !words.isEmpty() && test.either();
    }

    private boolean more() {
        return at < words.size();
    }

    private boolean either() throws IOException {
        boolean value = both();
        while (more() && words.get(at).equals("-o")) {
            at++;
            value |= both();
        }
        return value;
    }

    private boolean both() throws IOException {
        boolean value = one();
        while (more() && !words.get(at).equals("-o") && !words.get(at).equals(")")) {
            if (words.get(at).equals("-a")) {
                at++;
            }
            value &= one();
        }
        return value;
    }

    private boolean one() throws IOException {
        if (!more()) {
            return false;
        }
        boolean not = false;
        while (more() && words.get(at).equals("!")) {
            not = !not;
            at++;
        }
        if (!more()) {
            return not;
        }
        if (words.get(at).equals("(")) {
            at++;
            boolean value = either();
            at++;
            return value != not;
        }
        if (at + 2 < words.size() && isComparison(words.get(at + 1))) {
            boolean value = compare(words.get(at), words.get(at + 1), words.get(at + 2));
            at += 3;
            return value != not;
        }
        if (at + 1 < words.size() && words.get(at).matches("-[defsnz]")) {
            boolean value = unary(words.get(at).charAt(1), words.get(at + 1));
            at += 2;
            return value != not;
        }
        return words.get(at++).isEmpty() == not;
    }

    private static boolean isComparison(String word) {
        return List.of("=", "==", "!=", "<", "<=", ">", ">=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge")
                .contains(word);
    }

    private static boolean compare(String left, String operator, String right) {
        int order = operator.startsWith("-") ? Long.compare(number(left), number(right)) : left.compareTo(right);
        return switch (operator) {
            case "=", "==", "-eq" -> order == 0;
            case "!=", "-ne" -> order != 0;
            case "<", "-lt" -> order < 0;
            case "<=", "-le" -> order <= 0;
            case ">", "-gt" -> order > 0;
            default -> order >= 0;
        };
    }

    private static long number(String text) {
        return text.matches("-?[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private boolean unary(char operator, String operand) throws IOException {
        if (operator == 'n' || operator == 'z') {
            return operand.isEmpty() == (operator == 'z');
        }
        Optional<String> guestPath = path.apply(operand);
        if (guestPath.isEmpty()) {
            return false;
        }
        return switch (operator) {
            case 'd' -> files.files().isDirectory(guestPath.get());
            case 'e' -> files.files().exists(guestPath.get());
            case 'f' -> files.files().isRegular(guestPath.get());
            default ->
                files.files()
                        .find(guestPath.get())
                        .filter(status -> status.size() > 0)
                        .isPresent();
        };
    }
}
