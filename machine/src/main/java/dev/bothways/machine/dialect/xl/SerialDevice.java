package dev.bothways.machine.dialect.xl;

import dev.bothways.machine.Console;
import dev.bothways.machine.Console.Connection;
import java.util.Map;
import java.util.Optional;

/** One value of {@code serial=}: a character device in QEMU's words. */
final class SerialDevice {
    private static final Map<String, Connection> PREFIXES = Map.of(
            "file:", Connection.FILE,
            "pipe:", Connection.PIPE,
            "tcp:", Connection.TCP,
            "telnet:", Connection.TELNET,
            "udp:", Connection.UDP,
            "unix:", Connection.UNIX);

    private SerialDevice() {}

    /** The serial port, or nothing for {@code none}. */
    static Optional<Console> console(String device) {
        if (device.equals("none") || device.isEmpty()) {
            return Optional.empty();
        }
        for (Map.Entry<String, Connection> prefix : PREFIXES.entrySet()) {
            if (device.startsWith(prefix.getKey())) {
                return serial(
                        prefix.getValue(),
                        Optional.of(device.substring(prefix.getKey().length())));
            }
        }
        return switch (device) {
            case "pty" -> serial(Connection.PTY, Optional.empty());
            case "stdio" -> serial(Connection.STDIO, Optional.empty());
            case "null" -> serial(Connection.NULL, Optional.empty());
            default -> serial(device.startsWith("/") ? Connection.DEVICE : Connection.OTHER, Optional.of(device));
        };
    }

    private static Optional<Console> serial(Connection connection, Optional<String> target) {
        return Optional.of(new Console(Console.Type.SERIAL, connection, target));
    }

    /** The value that stands for a serial port. */
    static String text(Console console) {
        String target = console.target().orElse("");
        return switch (console.connection()) {
            case PTY -> "pty";
            case STDIO -> "stdio";
            case NULL -> "null";
            case FILE -> "file:" + target;
            case PIPE -> "pipe:" + target;
            case TCP -> "tcp:" + target;
            case TELNET -> "telnet:" + target;
            case UDP -> "udp:" + target;
            case UNIX -> "unix:" + target;
            case DEVICE, OTHER -> target;
        };
    }
}
