package dev.bothways.disk.archive;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The extended header of POSIX.1-2001: lines {@code LENGTH KEY=VALUE}, the length that of the whole line, in decimal. */
final class PaxRecords {
    private static final int MOST_DIGITS = 7;

    private PaxRecords() {}

    /** The values by key, the last of each; empty if these are no such records. */
    static Optional<Map<String, String>> of(byte[] bytes) {
        Map<String, String> records = new LinkedHashMap<>();
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            int blank = at;
            int length = 0;
            while (blank < bytes.length && blank - at < MOST_DIGITS && bytes[blank] >= '0' && bytes[blank] <= '9') {
                length = length * 10 + (bytes[blank] - '0');
                blank++;
            }
            int end = at + length;
            if (blank == at
                    || end > bytes.length
                    || end <= blank + 1
                    || bytes[blank] != ' '
                    || bytes[end - 1] != '\n') {
                return Optional.empty();
            }
            int equals = blank + 1;
            while (equals < end && bytes[equals] != '=') {
                equals++;
            }
            if (equals == end) {
                return Optional.empty();
            }
            records.put(
                    TarHeader.text(Arrays.copyOfRange(bytes, blank + 1, equals)),
                    TarHeader.text(Arrays.copyOfRange(bytes, equals + 1, end - 1)));
            at = end;
        }
        return Optional.of(records);
    }
}
