package dev.bothways.disk.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a member may be called. Nothing is ever unpacked under these names, but they reach messages and look-ups. */
final class MemberName {
    private final String name;

    private MemberName(String name) {
        this.name = name;
    }

    /** The name for messages: whatever could confuse a terminal is made visible. */
    static String shown(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints().limit(200).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append("\\u%04x".formatted(c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    /** Why nothing may be called so; empty if it may. */
    static Optional<String> wrong(String name) {
        return new MemberName(name).wrong();
    }

    private Optional<String> wrong() {
        if (name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("has control characters in its name");
        }
        if (name.startsWith("/") || name.startsWith("\\") || name.matches("[A-Za-z]:.*")) {
            return Optional.of("has an absolute path");
        }
        for (String part : name.split("[/\\\\]")) {
            if (part.equals("..")) {
                return Optional.of("has a path that leads out of the archive");
            }
        }
        return Optional.empty();
    }

    /** Without the parts that mean nothing: {@code ./}, and a second slash; empty if it names the archive's top. */
    static String plain(String name) {
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }
}
