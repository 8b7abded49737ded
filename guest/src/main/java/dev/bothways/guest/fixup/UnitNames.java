package dev.bothways.guest.fixup;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of systemd's units that stand for devices: a slash is written as {@code -}, what else a name should not have as {@code \x2d}. */
final class UnitNames {
    private static final Pattern UNIT = Pattern.compile(
            "((?:systemd-(?:fsck|growfs|makefs|mkswap)@)?)(dev-(?:[A-Za-z0-9:_.-]|\\\\x[0-9a-f]{2}){1,255})(\\.(?:device|swap|service)(?:\\.d)?)");

    private UnitNames() {}

    /** The device that a unit is about: {@code /dev/sda2} of {@code dev-sda2.swap}; empty where it is about none. */
    static Optional<String> device(String unit) {
        Matcher matcher = UNIT.matcher(unit);
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(3).startsWith(".service"))) {
            return Optional.empty();
        }
        String plain = "/" + matcher.group(2).replace('-', '/');
        return Optional.of(Pattern.compile("\\\\x([0-9a-f]{2})")
                .matcher(plain)
                .replaceAll(
                        code -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(code.group(1), 16)))));
    }

    /** The name of the unit that says of {@code device} what {@code unit} says of its own. */
    static String of(String device, String unit) {
        Matcher matcher = UNIT.matcher(unit);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(unit + " is about no device");
        }
        return matcher.group(1) + escaped(device) + matcher.group(3);
    }

    /** A path as systemd-escape(1) with {@code --path} writes it. */
    static String escaped(String path) {
        StringBuilder escaped = new StringBuilder();
        for (byte one : path.substring(1).getBytes(StandardCharsets.ISO_8859_1)) {
            char c = (char) (one & 0xff);
            boolean plain = c < 0x80
                    && (Character.isLetterOrDigit(c) || c == ':' || c == '_' || (c == '.' && !escaped.isEmpty()));
            escaped.append(c == '/' ? "-" : plain ? String.valueOf(c) : String.format("\\x%02x", (int) c));
        }
        return escaped.toString();
    }
}
