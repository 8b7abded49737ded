package dev.bothways.machine.dialect.yaml;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes YAML in blocks. Text is quoted, but for words that no reader could take for anything else; so whatever a
 * machine is called, it stays a text.
 */
public final class YamlText {
    /** What YAML 1.1 reads as no text; 1.2 has fewer. */
    private static final Set<String> WORDS = Set.of("true", "false", "yes", "no", "on", "off", "null", "y", "n");

    private final StringBuilder out = new StringBuilder();

    private YamlText() {}

    /** A document of an object: maps by name, lists, strings, numbers and truths. */
    public static String document(Map<String, ?> root) {
        YamlText text = new YamlText();
        text.members(root, 0, "");
        return text.out.toString();
    }

    private void members(Map<?, ?> members, int indent, String lead) {
        String before = lead;
        for (Map.Entry<?, ?> member : members.entrySet()) {
            out.append(before.isEmpty() ? " ".repeat(indent) : before);
            before = "";
            out.append(scalar(String.valueOf(member.getKey()))).append(':');
            value(member.getValue(), indent);
        }
    }

    private void value(Object value, int indent) {
        switch (value) {
            case Map<?, ?> map
            when !map.isEmpty() -> {
                out.append('\n');
                members(map, indent + 2, "");
            }
            case Collection<?> items
            when !items.isEmpty() -> {
                out.append('\n');
                items.forEach(item -> item(item, indent));
            }
            default -> out.append(' ').append(flat(value)).append('\n');
        }
    }

    private void item(Object item, int indent) {
        String lead = " ".repeat(indent) + "- ";
        if (item instanceof Map<?, ?> map && !map.isEmpty()) {
            members(map, indent + 2, lead);
        } else {
            out.append(lead).append(flat(item)).append('\n');
        }
    }

    private static String flat(Object value) {
        return switch (value) {
            case Map<?, ?> map when map.isEmpty() -> "{}";
            case List<?> list when list.isEmpty() -> "[]";
            case String text -> scalar(text);
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> throw new IllegalArgumentException("no YAML for " + value);
        };
    }

    private static String scalar(String text) {
        boolean plain =
                text.matches("[A-Za-z][A-Za-z0-9_./-]*") && !WORDS.contains(text.toLowerCase(java.util.Locale.ROOT));
        return plain ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"', '\\' -> out.append('\\').append((char) c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                        out.append('\ufffd');
                    } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                        out.append(String.format("\\u%04x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }
}
