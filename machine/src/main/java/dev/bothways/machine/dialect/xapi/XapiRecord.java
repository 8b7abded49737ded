package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.DefinitionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An object of XAPI as it was exported: its class, by what the others refer to it, and its fields.
 *
 * @param file what to call the definition in messages
 * @param type the class: {@code VM}, {@code VBD}, {@code VDI}, {@code VIF}, {@code network}, {@code SR} ...
 * @param id the reference, {@code Ref:4}
 * @param fields its record
 */
record XapiRecord(String file, String type, String id, RpcValue.Struct fields) {
    private static final String NULL = "OpaqueRef:NULL";

    /** A text as it stands; empty where the field is not there. */
    Optional<String> text(String field) throws DefinitionException {
        RpcValue value = fields.members().get(field);
        return switch (value) {
            case null -> Optional.empty();
            case RpcValue.Text text -> Optional.of(text.text());
            case RpcValue.Struct ignored -> throw error(field, "is a structure but must be a single value");
            case RpcValue.Items ignored -> throw error(field, "is an array but must be a single value");
        };
    }

    /** A text without the white space around it, if there is any text. */
    Optional<String> word(String field) throws DefinitionException {
        return text(field).map(String::strip).filter(word -> !word.isEmpty());
    }

    /** A whole number between two bounds. */
    OptionalLong number(String field, long least, long most) throws DefinitionException {
        Optional<String> word = word(field);
        return word.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(field, word.get(), least, most));
    }

    /** A word as a whole number between two bounds. */
    long number(String field, String word, long least, long most) throws DefinitionException {
        long number;
        try {
            number = Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw error(field, "'" + word + "' is not a number");
        }
        if (number < least || number > most) {
            throw error(field, number + " is not between " + least + " and " + most);
        }
        return number;
    }

    /** A truth; false where the field is not there. */
    boolean truth(String field) throws DefinitionException {
        return isTrue(word(field).orElse("0"));
    }

    /** How XAPI and its clients write that something is so, in fields and in maps. */
    static boolean isTrue(String word) {
        return word.equals("1") || word.equalsIgnoreCase("true");
    }

    /** A map from text to text, in order; empty where the field is not there. */
    Map<String, String> map(String field) throws DefinitionException {
        RpcValue value = fields.members().get(field);
        Map<String, String> map = new LinkedHashMap<>();
        switch (value) {
            case null -> {
                // No map.
            }
            case RpcValue.Struct struct -> {
                for (Map.Entry<String, RpcValue> member : struct.members().entrySet()) {
                    if (!(member.getValue() instanceof RpcValue.Text text)) {
                        throw error(field, "holds more than texts under " + member.getKey());
                    }
                    map.put(member.getKey(), text.text());
                }
            }
            case RpcValue.Text text when text.text().isBlank() -> {
                // Written so by some tools.
            }
            case RpcValue.Text ignored -> throw error(field, "is a single value but must be a structure");
            case RpcValue.Items ignored -> throw error(field, "is an array but must be a structure");
        }
        return map;
    }

    /** The texts of an array; empty where the field is not there. */
    List<String> texts(String field) throws DefinitionException {
        RpcValue value = fields.members().get(field);
        List<String> texts = new ArrayList<>();
        switch (value) {
            case null -> {
                // No array.
            }
            case RpcValue.Items items -> {
                for (RpcValue item : items.items()) {
                    if (!(item instanceof RpcValue.Text text)) {
                        throw error(field, "holds more than texts");
                    }
                    texts.add(text.text().strip());
                }
            }
            case RpcValue.Text text when text.text().isBlank() -> {
                // Written so by some tools.
            }
            case RpcValue.Text ignored -> throw error(field, "is a single value but must be an array");
            case RpcValue.Struct ignored -> throw error(field, "is a structure but must be an array");
        }
        return texts;
    }

    /** What a field refers to, if it refers to anything. */
    Optional<String> reference(String field) throws DefinitionException {
        return word(field).filter(word -> !word.equals(NULL));
    }

    /** An error in a field of this object. */
    DefinitionException error(String field, String message) {
        RpcValue value = fields.members().get(field);
        int line = value == null ? fields.line() : value.line();
        return DefinitionException.inKey(file, Math.max(1, line), type + " " + id + " " + field, message);
    }
}
