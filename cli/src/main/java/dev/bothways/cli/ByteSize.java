package dev.bothways.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Sizes as people type and read them: {@code 2G}, {@code 512MiB}, {@code 1048576}; powers of 1024. */
final class ByteSize implements CommandLine.ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*([kKmMgGtTpP]?)(?:[iI]?[bB])?");
    private static final String UNITS = "KMGTP";

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new CommandLine.TypeConversionException("'" + text + "' is no size; say for example 2G or 512M");
        }
        int power = UNITS.indexOf(form.group(2).toUpperCase(Locale.ROOT)) + 1;
        try {
            return Math.multiplyExact(
                    Long.parseLong(form.group(1)), form.group(2).isEmpty() ? 1 : 1L << (10 * power));
        } catch (ArithmeticException e) {
            throw new CommandLine.TypeConversionException("'" + text + "' is more than any disk holds");
        }
    }

    /** A size to read: {@code 2.0 GiB}, {@code 512 bytes}. */
    static String text(long bytes) {
        if (bytes < 1024) {
            return bytes + (bytes == 1 ? " byte" : " bytes");
        }
        int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        double value = (double) bytes / (1L << (10 * power));
        return String.format(Locale.ROOT, "%.1f %siB", value, "KMGTPE".charAt(power - 1));
    }
}
