package dev.bothways.conversion.target;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names of files after names of machines: safe on every host, in shells and in definitions. */
final class FileNames {
    private static final int LONGEST = 60;
    private static final Pattern RESERVED =
            Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?", Pattern.CASE_INSENSITIVE);

    private FileNames() {}

    /** The name with everything but letters, digits, {@code .}, {@code _} and {@code -} of ASCII replaced. */
    static String of(String machineName) {
        StringBuilder name = new StringBuilder();
        machineName.codePoints().limit(LONGEST).forEach(c -> name.append(plain(c) ? (char) c : '_'));
        String text = name.toString().replaceAll("^[.-]+", "_").replaceAll("[.]+$", "");
        if (text.chars().noneMatch(Character::isLetterOrDigit)) {
            return "machine";
        }
        return RESERVED.matcher(text.toLowerCase(Locale.ROOT)).matches() ? "vm-" + text : text;
    }

    private static boolean plain(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
