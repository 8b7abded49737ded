package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedSet;

/** What messages about a file need, and the warnings so far. */
final class OvfContext {
    private final String fileName;
    private final SequencedSet<String> warnings = new LinkedHashSet<>();

    OvfContext(String fileName) {
        this.fileName = fileName;
    }

    /** An error in what {@code name} says in this element. */
    DefinitionException error(XmlElement at, String name, String message) {
        return DefinitionException.inKey(fileName, at.line(), name, message);
    }

    DefinitionException error(String message) {
        return DefinitionException.of(fileName, message);
    }

    /** Something wrong that does not keep the file from being understood. */
    void warn(XmlElement at, String message) {
        warnings.add(fileName + ", line " + at.line() + ": " + message);
    }

    /** All warnings until now. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** A whole number from 0 to {@code most}, in an attribute or element called {@code name}. */
    long number(XmlElement at, String name, String text, long most) throws DefinitionException {
        if (!text.matches("[0-9]{1,18}")) {
            throw error(at, name, "'" + text + "' is no whole number of 18 digits or less");
        }
        long value = Long.parseLong(text);
        if (value > most) {
            throw error(at, name, value + " is more than " + most);
        }
        return value;
    }

    /** An attribute that is a number, if it is there. */
    OptionalLong attribute(XmlElement at, String name) throws DefinitionException {
        String text = at.attribute(name).orElse("").strip();
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(at, name, text, Long.MAX_VALUE));
    }

    /** An attribute that must be there. */
    String need(XmlElement at, String name) throws DefinitionException {
        return at.attribute(name)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> error(at, at.name(), "has no " + name));
    }
}
