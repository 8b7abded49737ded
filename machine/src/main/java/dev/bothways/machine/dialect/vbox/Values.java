package dev.bothways.machine.dialect.vbox;

import dev.bothways.machine.DefinitionException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Takes values out of elements; what is wrong names the file, the line and the attribute. */
final class Values {
    private final String file;

    Values(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    DefinitionException error(Node node, String attribute, String message) {
        return DefinitionException.inKey(file, Math.max(1, node.line()), node.name() + " " + attribute, message);
    }

    boolean truth(Node node, String attribute, boolean otherwise) throws DefinitionException {
        Optional<String> text = node.take(attribute);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get().strip()) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw error(node, attribute, "'" + text.get() + "' is neither true nor false");
        };
    }

    OptionalLong number(Node node, String attribute, long least, long most) throws DefinitionException {
        Optional<String> text = node.take(attribute);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        String digits = text.get().strip();
        if (!digits.matches("-?[0-9]{1,18}")) {
            throw error(node, attribute, "'" + digits + "' is not a number");
        }
        long number = Long.parseLong(digits);
        if (number < least || number > most) {
            throw error(node, attribute, number + " is not between " + least + " and " + most);
        }
        return OptionalLong.of(number);
    }

    Optional<UUID> uuid(Node node, String attribute) throws DefinitionException {
        Optional<String> text = node.take(attribute);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String bare = text.get().replaceAll("^\\{|}$", "");
        if (!bare.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            throw error(node, attribute, "'" + text.get() + "' is no UUID");
        }
        return Optional.of(UUID.fromString(bare));
    }
}
