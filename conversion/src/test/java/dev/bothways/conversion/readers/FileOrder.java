package dev.bothways.conversion.readers;

import java.util.Comparator;

/** Files of converted disks by the number at the end of their names. */
final class FileOrder {
    static final Comparator<String> BY_NUMBER =
            Comparator.comparingInt(FileOrder::number).thenComparing(name -> name);

    private FileOrder() {}

    private static int number(String file) {
        String digits = file.replaceFirst(".*-([0-9]+)[.][a-z0-9]+$", "$1");
        return digits.matches("[0-9]{1,6}") ? Integer.parseInt(digits) : 0;
    }
}
