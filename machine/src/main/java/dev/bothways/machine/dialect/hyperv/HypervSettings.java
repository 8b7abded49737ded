package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The keys of a definition by their paths below the root, and which of them have been understood. */
final class HypervSettings {
    private final String file;
    private final HypervNode root;
    private final Set<String> taken = new HashSet<>();

    HypervSettings(String file, HypervNode root) {
        this.file = file;
        this.root = root;
    }

    String fileName() {
        return file;
    }

    HypervNode root() {
        return root;
    }

    /** A key, left in place. */
    Optional<HypervNode> find(String path) {
        return root.at(path);
    }

    /** The keys below a key, in the order of the file. */
    List<HypervNode> children(String path) {
        return find(path).map(HypervNode::children).orElse(List.of());
    }

    /** Marks a key and all below it as understood. */
    void take(String path) {
        taken.add(path.toLowerCase(Locale.ROOT));
    }

    /** Whether a key, or one it is below of, has been understood. */
    boolean isTaken(String path) {
        String rest = path.toLowerCase(Locale.ROOT);
        while (!taken.contains(rest)) {
            int slash = rest.lastIndexOf('/');
            if (slash < 0) {
                return false;
            }
            rest = rest.substring(0, slash);
        }
        return true;
    }

    private Optional<HypervValue> value(String path) {
        take(path);
        return find(path).flatMap(HypervNode::value);
    }

    /** A text that is not empty; numbers count as texts. */
    Optional<String> text(String path) {
        return value(path).map(HypervValue::shown).filter(text -> !text.isEmpty());
    }

    /** A whole number between two bounds. */
    OptionalLong number(String path, long least, long most) throws DefinitionException {
        Optional<HypervValue> value = value(path);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!(value.get() instanceof HypervValue.Whole whole)) {
            throw error(path, "'" + value.get().shown() + "' is not a number");
        }
        if (whole.number() < least || whole.number() > most) {
            throw error(path, whole.number() + " is not between " + least + " and " + most);
        }
        return OptionalLong.of(whole.number());
    }

    /** A truth; false where nothing is said. */
    boolean truth(String path) throws DefinitionException {
        Optional<HypervValue> value = value(path);
        if (value.isEmpty()) {
            return false;
        }
        return switch (value.get()) {
            case HypervValue.Truth truth -> truth.truth();
            case HypervValue.Whole whole -> whole.number() != 0;
            case HypervValue.Text text -> throw error(path, "'" + text.text() + "' is neither true nor false");
            case HypervValue.Real ignored -> throw error(path, "is a fraction, neither true nor false");
            case HypervValue.Bytes ignored -> throw error(path, "is bytes, neither true nor false");
        };
    }

    /** An error in a key, with its line if the file has lines. */
    DefinitionException error(String path, String message) {
        int line = find(path).map(HypervNode::line).orElse(0);
        return line > 0
                ? DefinitionException.inKey(file, line, path, message)
                : DefinitionException.of(file, path + ": " + message);
    }
}
