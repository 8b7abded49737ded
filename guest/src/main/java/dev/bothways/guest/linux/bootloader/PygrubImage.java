package dev.bothways.guest.linux.bootloader;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An image as pygrub keeps it: paths are those of the file system that it looks into. It takes values apart at once, by Python's
 * rules, and raises where it cannot.
 */
final class PygrubImage {
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\p{Nd}+(?:_\\p{Nd}+)*");
    private static final int LONGEST_INTEGER = 4300;
    private static final String XEN_DISK = "/dev/xvd";

    final String title;
    /** Index of the line that begins it. */
    final int start;

    Optional<String> kernel = Optional.empty();
    String commandLine = "";
    Optional<String> initramfs = Optional.empty();
    Optional<String> root = Optional.empty();
    int line = -1;

    PygrubImage(String title, int start) {
        this.title = title;
        this.start = start;
    }

    /** pygrub raises an exception here: it reads nothing of the file. */
    static final class Raised extends Exception {
        private static final long serialVersionUID = 1;

        Raised(String why) {
            super(why);
        }
    }

    void root(String value) throws Raised {
        disk(value);
        root = Optional.of(value);
    }

    void kernel(String value, int at) throws Raised {
        // Only a space makes it look for arguments; then any blank parts them.
        int end = value.indexOf(' ') < 0 ? value.length() : blank(value, 0);
        kernel = Optional.of(path(value.substring(0, end)));
        commandLine = stripLeading(value.substring(end));
        line = at;
    }

    void initramfs(String value) throws Raised {
        initramfs = Optional.of(path(value));
    }

    /** The path behind a device in brackets, which must be a disk. */
    static String path(String value) throws Raised {
        if (!value.startsWith("(")) {
            return value;
        }
        int end = value.indexOf(')');
        if (end < 0) {
            throw new Raised("a bracket is not closed: " + value);
        }
        disk(value.substring(0, end));
        return value.substring(end + 1);
    }

    /** A disk and maybe its partition: {@code (hd0,msdos1)}, {@code /dev/xvda}. */
    private static void disk(String value) throws Raised {
        String[] parts = value.split(",", -1);
        String disk = parts[0].replace("(", "").replace(")", "");
        boolean known = disk.startsWith(XEN_DISK)
                ? disk.length() > XEN_DISK.length()
                : integer(disk.substring(Math.min(2, disk.length()))).isPresent();
        if (parts.length > 2 || !known) {
            throw new Raised("it is no numbered disk: " + value);
        }
        if (parts.length == 2) {
            String part = parts[1].replace("(", "").replace(")", "");
            part = part.startsWith("msdos") ? part.substring(5) : part;
            part = part.startsWith("gpt") ? part.substring(3) : part;
            if (integer(part).isEmpty()) {
                throw new Raised("it is no numbered partition: " + value);
            }
        }
    }

    /** What Python's {@code int()} makes of a text. */
    static Optional<BigInteger> integer(String text) {
        String plain = strip(text);
        if (plain.length() > LONGEST_INTEGER || !INTEGER.matcher(plain).matches()) {
            return Optional.empty();
        }
        StringBuilder digits = new StringBuilder();
        plain.replace("_", "")
                .codePoints()
                .forEach(c -> digits.append(c == '-' ? "-" : c == '+' ? "" : Integer.toString(Character.digit(c, 10))));
        return Optional.of(new BigInteger(digits.toString()));
    }

    /** A command and its argument: parted at the first equals sign where that comes before a blank, else at blanks. */
    static String[] split(String line) {
        int equals = line.indexOf('=');
        int blank = firstOf(line, " \t");
        if (equals >= 0 && (blank < 0 || equals < blank)) {
            return new String[] {line.substring(0, equals), line.substring(equals + 1)};
        }
        int end = blank(line, 0);
        return new String[] {line.substring(0, end), stripLeading(line.substring(end))};
    }

    private static int firstOf(String line, String characters) {
        for (int i = 0; i < line.length(); i++) {
            if (characters.indexOf(line.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Where the first blank is, from {@code from} on; the text's end where there is none. */
    static int blank(String text, int from) {
        int at = from;
        while (at < text.length() && !isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static String strip(String text) {
        int end = text.length();
        while (end > 0 && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return stripLeading(text.substring(0, end));
    }

    static String stripLeading(String text) {
        int at = 0;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return text.substring(at);
    }

    /** What Python counts as a blank. */
    private static boolean isBlank(char c) {
        return (c >= 0x09 && c <= 0x0d)
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }
}
