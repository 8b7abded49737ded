package dev.bothways.guest.fixup;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name that Linux gives to a disk or a partition by the order in which it finds them: {@code xvda2}, {@code sdb}, {@code
 * nvme0n1p3}. Such names differ from one hypervisor to the next.
 *
 * @param kind the driver's part: {@code xvd}, {@code sd}, {@code vd}, {@code hd}, {@code nvme}
 * @param disk the disk's place in the order, from 0
 * @param partition its number, for a partition
 */
record DeviceName(String kind, int disk, OptionalInt partition) {
    private static final Pattern LETTERS = Pattern.compile("(xvd|sd|vd|hd|ubd)([a-z]{1,3})([0-9]{1,4})?");
    private static final Pattern NUMBERS = Pattern.compile("nvme([0-9]{1,4})n1(?:p([0-9]{1,4}))?");

    /** The parts of a name with or without {@code /dev/}; empty where it is of another sort. */
    static Optional<DeviceName> parse(String name) {
        String leaf = name.startsWith("/dev/") ? name.substring("/dev/".length()) : name;
        Matcher letters = LETTERS.matcher(leaf);
        if (letters.matches()) {
            return Optional.of(new DeviceName(letters.group(1), index(letters.group(2)), number(letters.group(3))));
        }
        Matcher numbers = NUMBERS.matcher(leaf);
        if (numbers.matches()) {
            return Optional.of(new DeviceName("nvme", Integer.parseInt(numbers.group(1)), number(numbers.group(2))));
        }
        return Optional.empty();
    }

    private static OptionalInt number(@Nullable String digits) {
        return digits == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits));
    }

    private static int index(String letters) {
        int index = 0;
        for (int i = 0; i < letters.length(); i++) {
            index = index * 26 + letters.charAt(i) - 'a' + 1;
        }
        return index - 1;
    }

    /** The name of a partition of a disk: {@code sda2}, {@code nvme0n1p2}. */
    static String partition(String disk, int number) {
        return disk + (Character.isDigit(disk.charAt(disk.length() - 1)) ? "p" : "") + number;
    }

    /** The letters of the disk with this place in the order: a, b, ... z, aa, ab ... */
    static String letters(int disk) {
        StringBuilder letters = new StringBuilder();
        for (int left = disk + 1; left > 0; left = (left - 1) / 26) {
            letters.insert(0, (char) ('a' + (left - 1) % 26));
        }
        return letters.toString();
    }
}
