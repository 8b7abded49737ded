package dev.bothways.disk.archive.xva;

/** Names out of an archive, for messages. Control characters cannot be in them; what else confuses a terminal is made visible. */
final class XvaText {
    private static final int LONGEST = 80;

    private XvaText() {}

    static String shown(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints().limit(LONGEST).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append("\\u%04x".formatted(c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
