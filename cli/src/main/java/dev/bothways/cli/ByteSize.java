package dev.bothways.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Sizes as people type and read them: {@code 2G}, {@code 1.5GiB}, {@code 10Gi}, {@code 1048576}; powers of 1024. */
final class ByteSize implements CommandLine.ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?)\\s*([kKmMgGtTpPeE]?)[iI]?[bB]?");
    private static final String UNITS = "KMGTPE";

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw none(text);
        }
        boolean plain = form.group(2).isEmpty();
        BigDecimal number = new BigDecimal(form.group(1));
        if (plain && number.scale() > 0) {
            throw none(text); // A part of a byte.
        }
        int power = plain ? 0 : UNITS.indexOf(form.group(2).toUpperCase(Locale.ROOT)) + 1;
        BigInteger bytes = number.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(10 * power)))
                .toBigInteger();
        if (bytes.bitLength() > Long.SIZE - 1) {
            throw new CommandLine.TypeConversionException("'" + text + "' is more than any disk holds");
        }
        return bytes.longValue();
    }

    private static CommandLine.TypeConversionException none(String text) {
        return new CommandLine.TypeConversionException("'" + text + "' is no size; say for example 2G, 1.5G or 512M");
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
