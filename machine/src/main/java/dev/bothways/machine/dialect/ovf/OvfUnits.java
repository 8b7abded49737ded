package dev.bothways.machine.dialect.ovf;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Units of amounts of bytes: as DSP0004, annex C, has them since OVF 1.0 ({@code byte * 2^20}, blanks anywhere, {@code * 10^6},
 * {@code * 1024}), and in the words of OVF 0.9 ({@code MegaBytes}).
 */
final class OvfUnits {
    private static final Pattern PROGRAMMATIC =
            Pattern.compile("bytes?(?:\\*([0-9]{1,4})(?:\\^([0-9]{1,2}))?)?", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Integer> WORDS = Map.ofEntries(
            Map.entry("kilobytes", 10),
            Map.entry("kilobyte", 10),
            Map.entry("kb", 10),
            Map.entry("megabytes", 20),
            Map.entry("megabyte", 20),
            Map.entry("mb", 20),
            Map.entry("gigabytes", 30),
            Map.entry("gigabyte", 30),
            Map.entry("gb", 30),
            Map.entry("terabytes", 40),
            Map.entry("tb", 40));

    private OvfUnits() {}

    /** How many bytes one of this unit is; empty if it is no unit of bytes, or of more than a file can have. */
    static OptionalLong bytes(String unit) {
        String plain = unit.replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
        Integer shift = WORDS.get(plain);
        if (shift != null) {
            return OptionalLong.of(1L << shift);
        }
        Matcher matcher = PROGRAMMATIC.matcher(plain);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        if (matcher.group(1) == null) {
            return OptionalLong.of(1);
        }
        long base = Long.parseLong(matcher.group(1));
        int exponent = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        try {
            return positive(Math.powExact(base, exponent));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong positive(long value) {
        return value < 1 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** So many of a unit in bytes; empty if that is more than a file can have. */
    static OptionalLong amount(long quantity, long unit) {
        try {
            return OptionalLong.of(Math.multiplyExact(quantity, unit));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }
}
