package dev.bothways.machine.dialect.xapi;

import dev.bothways.machine.Console;
import java.util.Optional;

/** {@code other_config:hvm_serial}, which QEMU gets as it stands: {@code pty}, {@code none}, {@code tcp:HOST:PORT} ... */
final class SerialSetting {
    static final String KEY = "hvm_serial";
    static final String NONE = "none";

    private SerialSetting() {}

    static Optional<Console> console(String setting) {
        if (setting.equals(NONE)) {
            return Optional.empty();
        }
        for (Console.Connection connection : Console.Connection.values()) {
            if (setting.equals(connection.id())) {
                return Optional.of(new Console(Console.Type.SERIAL, connection, Optional.empty()));
            }
            String prefix = connection.id() + ":";
            if (setting.startsWith(prefix) && setting.length() > prefix.length()) {
                return Optional.of(
                        new Console(Console.Type.SERIAL, connection, Optional.of(setting.substring(prefix.length()))));
            }
        }
        return Optional.of(new Console(Console.Type.SERIAL, Console.Connection.OTHER, Optional.of(setting)));
    }

    static String text(Console console) {
        boolean own = console.connection() == Console.Connection.OTHER
                && console.target().isPresent();
        return own
                ? console.target().get()
                : console.connection().id()
                        + console.target().map(target -> ":" + target).orElse("");
    }
}
