package dev.bothways.guest;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a table whose fields are parted by blanks (fstab, crypttab), with its exact text so that an edit changes one field
 * and nothing else.
 *
 * @param text the line without its end
 * @param fields where the fields stand; none in a blank line or a comment
 */
public record TabLine(String text, List<Field> fields) {

    /** A field: {@code text.substring(start, end)}. */
    public record Field(int start, int end) {}

    /** The parts of a line. A {@code #} begins a comment where a field would begin. */
    public static TabLine parse(String text) {
        List<Field> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < text.length() && blank(text.charAt(at))) {
                at++;
            }
            if (at == text.length() || text.charAt(at) == '#') {
                return new TabLine(text, List.copyOf(fields));
            }
            int start = at;
            while (at < text.length() && !blank(text.charAt(at))) {
                at++;
            }
            fields.add(new Field(start, at));
        }
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    /** The field's value with {@code \040} and its like undone; empty where the line has no such field. */
    public String value(int field) {
        if (field >= fields.size()) {
            return "";
        }
        String raw = text.substring(fields.get(field).start(), fields.get(field).end());
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        StringBuilder plain = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            int code = raw.charAt(i) == '\\' ? octal(raw, i + 1) : -1;
            plain.append(code < 0 ? raw.charAt(i) : (char) code);
            i += code < 0 ? 0 : 3;
        }
        return plain.toString();
    }

    private static int octal(String text, int at) {
        if (at + 3 > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + 3; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 7) {
                return -1;
            }
            value = value * 8 + digit;
        }
        return value <= 0x7f ? value : -1;
    }

    /** The line's text with {@code value} in place of the field, blanks in it escaped. */
    public String with(int field, String value) {
        Field place = fields.get(field);
        String escaped = value.replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011");
        return text.substring(0, place.start()) + escaped + text.substring(place.end());
    }

    /** The line with {@code value} in place of the field; itself, to the letter, where the field has that value. */
    public TabLine replacing(int field, String value) {
        return value.equals(value(field)) ? this : parse(with(field, value));
    }
}
