package dev.bothways.machine.dialect.kubevirt;

import dev.bothways.machine.dialect.json.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as Kubernetes writes them: {@code 512Mi}, {@code 1.5G}, {@code 2e9}. */
final class Quantity {
    private static final Pattern FORM = Pattern.compile(
            "\\+?([0-9]{1,20}(?:\\.[0-9]{0,20})?)(?:[eE]([0-9]{1,2})|(Ki|Mi|Gi|Ti|Pi|Ei|m|k|M|G|T|P|E)?)");
    private static final Map<String, BigDecimal> UNITS = Map.ofEntries(
            Map.entry("m", new BigDecimal("0.001")),
            Map.entry("k", BigDecimal.TEN.pow(3)),
            Map.entry("M", BigDecimal.TEN.pow(6)),
            Map.entry("G", BigDecimal.TEN.pow(9)),
            Map.entry("T", BigDecimal.TEN.pow(12)),
            Map.entry("P", BigDecimal.TEN.pow(15)),
            Map.entry("E", BigDecimal.TEN.pow(18)),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    private Quantity() {}

    /** The amount in whole ones, rounded up; empty if it is none, or larger than a long. */
    static OptionalLong of(JsonValue value) {
        String text = switch (value) {
            case JsonValue.Text quantity -> quantity.text();
            case JsonValue.Numeral number -> number.digits();
            default -> "";
        };
        return of(text, BigDecimal.ONE);
    }

    /** The amount in hundredths: what two and a half processors are in percent of one. */
    static OptionalLong percent(JsonValue value) {
        return value instanceof JsonValue.Text quantity
                ? of(quantity.text(), BigDecimal.valueOf(100))
                : value instanceof JsonValue.Numeral number
                        ? of(number.digits(), BigDecimal.valueOf(100))
                        : OptionalLong.empty();
    }

    private static OptionalLong of(String text, BigDecimal times) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        BigDecimal amount = new BigDecimal(matcher.group(1) + (matcher.group(1).endsWith(".") ? "0" : ""));
        if (matcher.group(2) != null) {
            amount = amount.scaleByPowerOfTen(Integer.parseInt(matcher.group(2)));
        } else if (matcher.group(3) != null) {
            amount = amount.multiply(UNITS.getOrDefault(matcher.group(3), BigDecimal.ONE));
        }
        BigDecimal whole = amount.multiply(times).setScale(0, RoundingMode.CEILING);
        return whole.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
                ? OptionalLong.of(whole.longValueExact())
                : OptionalLong.empty();
    }

    /** Bytes, in the largest unit of powers of two that has them whole. */
    static String bytes(long bytes) {
        String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
        long amount = bytes;
        int unit = 0;
        while (unit + 1 < units.length && amount != 0 && amount % 1024 == 0) {
            amount /= 1024;
            unit++;
        }
        return amount + units[unit];
    }
}
