package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the values of one file, and collects what looked wrong in it. */
final class Values {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern SIGNED = Pattern.compile("[-+]?[0-9]{1,18}");
    private static final Pattern UNIT = Pattern.compile("([kmgtpe])?(b|ib)?|b(yte)?s?");
    private static final String PREFIXES = "kmgtpe";
    private static final int KILO = 1000;
    private static final int KIBI = 1024;

    private final String file;
    private final List<String> warnings = new ArrayList<>();

    Values(String file) {
        this.file = file;
    }

    List<String> warnings() {
        return warnings;
    }

    void warn(XmlElement at, String message) {
        warnings.add(wrong(at, message).getMessage());
    }

    DefinitionException wrong(XmlElement at, String message) {
        return at.line() < 1
                ? DefinitionException.of(file, at.name() + ": " + message)
                : DefinitionException.inKey(file, at.line(), at.name(), message);
    }

    /** A whole number within bounds. */
    long number(XmlElement at, String text, long least, long most) throws DefinitionException {
        String digits = text.strip();
        if (!NUMBER.matcher(digits).matches()) {
            throw wrong(at, "'" + text + "' is not a number");
        }
        long value = Long.parseLong(digits);
        if (value < least || value > most) {
            throw wrong(at, value + " is not between " + least + " and " + most);
        }
        return value;
    }

    int integer(XmlElement at, String text, int least, int most) throws DefinitionException {
        return (int) number(at, text, least, most);
    }

    /** A number of seconds, forwards or back. */
    long seconds(XmlElement at, String text) throws DefinitionException {
        String digits = text.strip();
        if (!SIGNED.matcher(digits).matches()) {
            throw wrong(at, "'" + text + "' is not a number of seconds");
        }
        return Long.parseLong(digits);
    }

    /** An amount of bytes in libvirt's units: {@code k} and {@code KiB} are 1024, {@code KB} 1000; KiB without one. */
    long bytes(XmlElement at, String text) throws DefinitionException {
        long amount = number(at, text, 0, Long.MAX_VALUE);
        String unit = at.attribute("unit").orElse("KiB").toLowerCase(Locale.ROOT);
        Matcher matcher = UNIT.matcher(unit);
        if (unit.isEmpty() || !matcher.matches()) {
            throw wrong(at, "'" + unit + "' is no unit of memory: use KiB, MiB or GiB");
        }
        long bytes = amount;
        String prefix = matcher.group(1) == null ? "" : matcher.group(1);
        int base = "b".equals(matcher.group(2)) ? KILO : KIBI;
        try {
            for (int i = prefix.isEmpty() ? -1 : PREFIXES.indexOf(prefix); i >= 0; i--) {
                bytes = Math.multiplyExact(bytes, base);
            }
            // libvirt counts in KiB, upwards.
            return Math.multiplyExact(Math.ceilDiv(bytes, KIBI), KIBI);
        } catch (ArithmeticException e) {
            throw wrong(at, amount + " " + unit + " is more memory than there is");
        }
    }

    /** A number if the text is one; for words that only help. */
    static OptionalInt ifNumber(String text) {
        return text.matches("[0-9]{1,9}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    /** A UUID, with hyphens or without them. */
    UUID uuid(XmlElement at, String text) throws DefinitionException {
        String digits = text.strip().replace("-", "");
        if (!digits.matches("[0-9a-fA-F]{32}")) {
            throw wrong(at, "'" + text.strip() + "' is no UUID");
        }
        return new UUID(
                Long.parseUnsignedLong(digits.substring(0, 16), 16), Long.parseUnsignedLong(digits.substring(16), 16));
    }
}
