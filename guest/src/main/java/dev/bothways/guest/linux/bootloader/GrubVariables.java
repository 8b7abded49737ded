package dev.bothways.guest.linux.bootloader;

import dev.bothways.guest.linux.bootloader.GrubScript.Part;
import dev.bothways.guest.linux.bootloader.GrubScript.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The variables of a GRUB script and the arguments of its function at hand, and what words become with them. */
final class GrubVariables {
    private static final int MOST = 2_000;
    private static final int LONGEST_VALUE = 64 << 10;
    private static final int LONGEST_COMMAND = 1 << 20;

    private final Map<String, String> values;
    private List<String> arguments;

    private GrubVariables(Map<String, String> values, List<String> arguments) {
        this.values = values;
        this.arguments = arguments;
    }

    /** None. */
    GrubVariables() {
        this(new HashMap<>(), List.of());
    }

    /** The same ones, to be changed apart. */
    GrubVariables copy() {
        return new GrubVariables(new HashMap<>(values), arguments);
    }

    /** The value; empty where it is not set. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }

    /** Sets one; too many, and values that are too long, are passed over. */
    void put(String name, String value) {
        if (values.size() < MOST || values.containsKey(name)) {
            values.put(name, value.length() > LONGEST_VALUE ? "" : value);
        }
    }

    /** Does what {@code name=value} says. */
    void assign(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals > 0) {
            put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
    }

    void remove(String name) {
        values.remove(name);
    }

    List<String> arguments() {
        return arguments;
    }

    void arguments(List<String> given) {
        arguments = List.copyOf(given);
    }

    /** A text's words with their variables' values. */
    String expandText(String text) {
        List<GrubScript.Token> tokens = GrubLexer.tokens(text);
        List<Word> words = tokens.stream()
                .filter(GrubScript.Token.Item.class::isInstance)
                .map(token -> ((GrubScript.Token.Item) token).word())
                .toList();
        return String.join(" ", expand(words));
    }

    /** The words with their variables' values; unquoted values part into several words, or into none. */
    List<String> expand(List<Word> words) {
        List<String> expanded = new ArrayList<>();
        int length = 0;
        for (Word word : words) {
            StringBuilder current = new StringBuilder();
            boolean any = word.quoted();
            for (Part part : word.parts()) {
                switch (part) {
                    case Part.Text text -> {
                        current.append(text.text());
                        any = true;
                    }
                    case Part.Variable variable when variable.quoted() -> current.append(value(variable.name()));
                    case Part.Variable variable -> {
                        String[] pieces = value(variable.name()).split("[ \t\n]+", -1);
                        for (int i = 0; i < pieces.length; i++) {
                            if (i > 0 && (any || !current.isEmpty())) {
                                expanded.add(current.toString());
                                current.setLength(0);
                                any = false;
                            }
                            current.append(pieces[i]);
                        }
                    }
                }
                length += current.length();
                if (current.length() > LONGEST_VALUE || length > LONGEST_COMMAND) {
                    return List.of();
                }
            }
            if (any || !current.isEmpty()) {
                expanded.add(current.toString());
            }
        }
        return expanded;
    }

    private String value(String name) {
        return switch (name) {
            case "@", "*" -> String.join(" ", arguments);
            case "#" -> Integer.toString(arguments.size());
            case "?" -> "0";
            default -> {
                if (name.matches("[0-9]{1,3}")) {
                    int index = Integer.parseInt(name);
                    yield index >= 1 && index <= arguments.size() ? arguments.get(index - 1) : "";
                }
                yield get(name);
            }
        };
    }
}
