package dev.bothways.machine;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** A definition that cannot be read. The message is one sentence: what, where, what to do. */
public final class DefinitionException extends IOException {
    private final String file;
    private final OptionalInt line;
    private final OptionalInt column;
    private final Optional<String> key;

    private DefinitionException(
            String message, String file, OptionalInt line, OptionalInt column, Optional<String> key) {
        super(message);
        this.file = file;
        this.line = line;
        this.column = column;
        this.key = key;
    }

    /** An error of the file as a whole. */
    public static DefinitionException of(String file, String message) {
        return new DefinitionException(
                file + ": " + message, file, OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
    }

    /** An error at a place of a text file; both count from 1. */
    public static DefinitionException at(String file, int line, int column, String message) {
        return new DefinitionException(
                file + ", line " + line + ", column " + column + ": " + message,
                file,
                OptionalInt.of(line),
                OptionalInt.of(column),
                Optional.empty());
    }

    /** An error in the value of a key that was set in this line. */
    public static DefinitionException inKey(String file, int line, String key, String message) {
        return new DefinitionException(
                file + ", line " + line + ", " + key + ": " + message,
                file,
                OptionalInt.of(line),
                OptionalInt.empty(),
                Optional.of(key));
    }

    /** The file's name as the caller gave it. */
    public String file() {
        return file;
    }

    /** The line, from 1, if it is one place. */
    public OptionalInt line() {
        return line;
    }

    /** The column, from 1. */
    public OptionalInt column() {
        return column;
    }

    /** The key whose value is wrong. */
    public Optional<String> key() {
        return key;
    }
}
