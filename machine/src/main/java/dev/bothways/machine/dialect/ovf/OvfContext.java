package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedSet;

/**
 * What messages about a file need, and what is odd about it so far. This is where it is decided what of that is refused: breaches of
 * the specification are, and warnings are not, for good programs' envelopes give rise to them.
 */
final class OvfContext {
    private static final String LAX = "--lax";

    /** What the specification forbids, and where it is. */
    private record Breach(int line, String element, String message) {}

    private final String fileName;
    private final boolean draft;
    private final SequencedSet<String> warnings = new LinkedHashSet<>();
    private final SequencedSet<Breach> breaches = new LinkedHashSet<>();

    /** @param draft whether the envelope is one of OVF 0.9, which VMware alone ever wrote */
    OvfContext(String fileName, boolean draft) {
        this.fileName = fileName;
        this.draft = draft;
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

    /** Something that the specification forbids and that does not keep the file from being understood. */
    void breach(XmlElement at, String message) {
        breaches.add(new Breach(at.line(), at.name(), message));
        warn(at, message);
    }

    /** Something that the specification forbids, but that programs that write OVF 1.x and later do all the same. */
    void breachOfDraft(XmlElement at, String message) {
        if (draft) {
            breach(at, message);
        } else {
            warn(at, message);
        }
    }

    /** Refuses an envelope with breaches. */
    void refuseBreaches() throws DefinitionException {
        if (breaches.isEmpty()) {
            return;
        }
        Breach first = breaches.getFirst();
        String more = breaches.size() == 1 ? "" : ", the first of " + breaches.size() + " breaches";
        throw DefinitionException.inKey(
                fileName,
                first.line(),
                first.element(),
                first.message() + more + "; correct the envelope, or have it read all the same with " + LAX);
    }

    /** All warnings until now, breaches among them. */
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
