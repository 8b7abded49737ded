package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * An object of WMI as CIM-XML writes it (DSP0201: {@code INSTANCE}).
 *
 * @param file what to call its file in messages
 * @param className its class
 * @param line where it stands, from 1
 * @param properties by their names, whose case says nothing
 */
record CimObject(String file, String className, int line, Map<String, Property> properties) {

    /**
     * A property.
     *
     * @param line where it stands, from 1
     * @param values one, those of an array, or none: {@code NULL}
     */
    record Property(int line, List<String> values) {
        Property {
            values = List.copyOf(values);
        }
    }

    /** The object of an {@code INSTANCE}. */
    static CimObject of(XmlElement instance, String file) {
        Map<String, Property> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (XmlElement child : instance.children()) {
            Optional<String> name = child.attribute("NAME");
            if (name.isPresent()
                    && (child.name().equals("PROPERTY") || child.name().equals("PROPERTY.ARRAY"))) {
                List<String> values = new ArrayList<>();
                child.children("VALUE").map(XmlElement::text).forEach(values::add);
                child.children("VALUE.ARRAY")
                        .flatMap(array -> array.children("VALUE"))
                        .map(XmlElement::text)
                        .forEach(values::add);
                properties.put(name.get(), new Property(child.line(), values));
            }
        }
        return new CimObject(file, instance.attribute("CLASSNAME").orElse(""), instance.line(), properties);
    }

    boolean is(String name) {
        return className.equalsIgnoreCase(name);
    }

    /** Where a property stands, or else its object. */
    int lineOf(String property) {
        Property found = properties.get(property);
        return found == null ? line : found.line;
    }

    List<String> texts(String property) {
        Property found = properties.get(property);
        return found == null ? List.of() : found.values;
    }

    /** The first value that is more than white space. */
    Optional<String> text(String property) {
        return texts(property).stream().filter(text -> !text.isBlank()).findFirst();
    }

    /** A number, whatever type it is declared as: addresses are texts. */
    OptionalLong whole(String property) throws DefinitionException {
        Optional<String> text = text(property);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text.get().strip()));
        } catch (NumberFormatException e) {
            throw error(property, "'" + text.get().strip() + "' is no whole number of 64 bits");
        }
    }

    Optional<Boolean> truth(String property) throws DefinitionException {
        Optional<String> text = text(property).map(found -> found.strip().toLowerCase(Locale.ROOT));
        if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
            throw error(property, "'" + text.get() + "' is neither TRUE nor FALSE");
        }
        return text.map("true"::equals);
    }

    /** The object by its key; references to it hold the same text. */
    String id() {
        return CimPath.normal(text("InstanceID").orElse(""));
    }

    DefinitionException error(String property, String message) {
        return DefinitionException.inKey(file, lineOf(property), className + "." + property, message);
    }
}
