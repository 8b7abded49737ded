package dev.bothways.machine.dialect.proxmox;

import java.util.Locale;
import java.util.Optional;

/** Words for true and false. */
final class Truth {
    private Truth() {}

    static Optional<Boolean> of(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "on", "yes", "true" -> Optional.of(true);
            case "0", "off", "no", "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
