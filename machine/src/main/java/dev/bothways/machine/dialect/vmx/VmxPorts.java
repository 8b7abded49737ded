package dev.bothways.machine.dialect.vmx;

import dev.bothways.machine.Console;
import dev.bothways.machine.DefinitionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The serial ports, {@code serial0} to {@code serial31}. What the record has no word for stays an extra of the machine. */
final class VmxPorts {
    static final int MOST = 32;
    private static final Pattern ADDRESS = Pattern.compile("(tcp|telnet|telnets|tcp4|tcp6|ssl)://(.*)");

    private final VmxSettings settings;
    private final List<String> warnings;

    VmxPorts(VmxSettings settings, List<String> warnings) {
        this.settings = settings;
        this.warnings = warnings;
    }

    List<Console> read() throws DefinitionException {
        List<Console> consoles = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            String port = "serial" + i;
            if (!settings.isTrue(port + ".present")) {
                settings.takeAll(port + ".");
                continue;
            }
            if (consoles.size() != i) {
                warnings.add(settings.file() + ": " + port
                        + " is there without the ports before it; it is taken for serial" + consoles.size());
                rename(port, "serial" + consoles.size());
            }
            consoles.add(console("serial" + consoles.size()));
        }
        return consoles;
    }

    private void rename(String from, String to) {
        for (VmxSettings.Setting setting : settings.takeAll(from + ".")) {
            settings.putBack(new VmxSettings.Setting(
                    to + setting.key().substring(from.length()), setting.line(), setting.value()));
        }
    }

    private Console console(String port) throws DefinitionException {
        settings.take(port + ".present");
        Optional<VmxSettings.Setting> type = settings.take(port + ".fileType");
        Optional<String> name = settings.word(port + ".fileName");
        String word =
                type.map(found -> VmxSettings.small(found.value().strip())).orElse("device");
        return switch (word) {
            case "file" -> new Console(Console.Type.SERIAL, Console.Connection.FILE, name);
            case "pipe" -> new Console(Console.Type.SERIAL, Console.Connection.PIPE, name);
            case "device" -> new Console(Console.Type.SERIAL, Console.Connection.DEVICE, name);
            case "network" -> network(port, name);
            default -> {
                type.ifPresent(settings::putBack);
                yield new Console(Console.Type.SERIAL, Console.Connection.OTHER, name);
            }
        };
    }

    private Console network(String port, Optional<String> name) throws DefinitionException {
        boolean server = settings.find(port + ".network.endPoint")
                .map(found -> !found.value().strip().equalsIgnoreCase("client"))
                .orElse(true);
        settings.take(port + ".network.endPoint");
        Matcher address = ADDRESS.matcher(name.orElse(""));
        boolean understood = address.matches();
        boolean plain = understood
                && (address.group(1).equals("tcp") || address.group(1).equals("telnet"));
        if (!plain) {
            // An address of another sort: the two keys stay as they are.
            settings.putBack(new VmxSettings.Setting(port + ".fileType", 0, "network"));
            settings.putBack(new VmxSettings.Setting(port + ".network.endPoint", 0, server ? "server" : "client"));
            return new Console(Console.Type.SERIAL, Console.Connection.OTHER, name);
        }
        return new Console(
                Console.Type.SERIAL,
                address.group(1).equals("tcp") ? Console.Connection.TCP : Console.Connection.TELNET,
                Optional.of(address.group(2) + (server ? ",server" : "")));
    }
}
