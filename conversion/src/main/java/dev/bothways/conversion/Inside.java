package dev.bothways.conversion;

import dev.bothways.guest.LinuxGuest;
import java.util.Optional;

/** What is inside a machine, as far as it can be told. */
public sealed interface Inside {

    /** An operating system that can be changed. */
    record Understood(LinuxGuest guest) implements Inside {}

    /**
     * Something else, or nothing.
     *
     * @param why one sentence
     */
    record NotUnderstood(String why) implements Inside {}

    /** The guest, where it is understood. */
    default Optional<LinuxGuest> linux() {
        return switch (this) {
            case Understood understood -> Optional.of(understood.guest());
            case NotUnderstood not -> Optional.empty();
        };
    }
}
