package dev.bothways.guest.linux.kernel;

import java.util.Comparator;

/** Orders kernel releases as people count: {@code 6.1.0-9} before {@code 6.1.0-50}. */
final class ReleaseOrder implements Comparator<String> {

    @Override
    public int compare(String left, String right) {
        int l = 0;
        int r = 0;
        while (l < left.length() && r < right.length()) {
            boolean digits = digit(left.charAt(l));
            if (digits != digit(right.charAt(r))) {
                // A number is newer than a word: 6.1.2 than 6.1-rc3.
                return digits ? 1 : -1;
            }
            int leftEnd = runEnd(left, l, digits);
            int rightEnd = runEnd(right, r, digits);
            int order = digits
                    ? compareNumbers(left.substring(l, leftEnd), right.substring(r, rightEnd))
                    : left.substring(l, leftEnd).compareTo(right.substring(r, rightEnd));
            if (order != 0) {
                return order;
            }
            l = leftEnd;
            r = rightEnd;
        }
        return Integer.compare(left.length() - l, right.length() - r);
    }

    private static int runEnd(String text, int start, boolean digits) {
        int end = start;
        while (end < text.length() && digit(text.charAt(end)) == digits) {
            end++;
        }
        return end;
    }

    private static int compareNumbers(String left, String right) {
        String l = left.replaceFirst("^0+", "");
        String r = right.replaceFirst("^0+", "");
        return l.length() != r.length() ? Integer.compare(l.length(), r.length()) : l.compareTo(r);
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
