package dev.bothways.guest.linux;

/**
 * A shell's pattern for names: {@code *}, {@code ?} and {@code [...]}. Matching takes time in proportion to both lengths, whatever the
 * pattern: patterns come from guests.
 */
public record ShellPattern(String text) {

    /** Whether the whole of {@code name} fits. */
    public boolean matches(String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int starName = 0;
        while (n < name.length()) {
            int next = p < text.length() ? one(p, name.charAt(n)) : -1;
            if (p < text.length() && text.charAt(p) == '*') {
                star = p++;
                starName = n;
            } else if (next >= 0) {
                p = next;
                n++;
            } else if (star >= 0) {
                // The last star takes one character more.
                p = star + 1;
                n = ++starName;
            } else {
                return false;
            }
        }
        while (p < text.length() && text.charAt(p) == '*') {
            p++;
        }
        return p == text.length();
    }

    /** Where the pattern goes on after the piece at {@code p} has taken {@code c}; -1 where it does not. */
    private int one(int p, char c) {
        char piece = text.charAt(p);
        int close = piece == '[' ? text.indexOf(']', p + 2) : -1;
        if (close < 0) {
            return piece == '?' || piece == c ? p + 1 : -1;
        }
        boolean not = text.charAt(p + 1) == '!' || text.charAt(p + 1) == '^';
        boolean in = false;
        for (int i = p + (not ? 2 : 1); i < close; i++) {
            if (i + 2 < close && text.charAt(i + 1) == '-') {
                in |= text.charAt(i) <= c && c <= text.charAt(i + 2);
                i += 2;
            } else {
                in |= text.charAt(i) == c;
            }
        }
        return in != not ? close + 1 : -1;
    }
}
