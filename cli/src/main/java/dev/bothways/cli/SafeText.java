package dev.bothways.cli;

/** Makes text from an image, a definition or a guest fit for a terminal. */
final class SafeText {

    private SafeText() {}

    /** The text with every control character and other thing that a terminal might obey shown as {@code \}{@code u1234}. */
    static String of(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean obeyed = Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.SURROGATE
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
            if (c == '\t') {
                safe.append(' ');
            } else if (obeyed) {
                safe.append(String.format("\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }
}
