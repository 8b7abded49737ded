package dev.bothways.machine.dialect.libvirt;

import dev.bothways.machine.Console;
import dev.bothways.machine.Console.Connection;
import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code <serial>} and {@code <console>}. */
final class ConsoleForm {
    private static final String WAITS_FOR_CLIENTS = ",server,nowait";
    private static final Pattern ADDRESS = Pattern.compile("([^,@]*):([0-9]{1,5})(,.*)?");
    private static final Pattern TWO_ADDRESSES = Pattern.compile("([^,@]*):([0-9]{0,5})(?:@([^,@]*):([0-9]{0,5}))?");
    private static final Pattern PATH = Pattern.compile("(.*?)(,server(?:,.*)?)?", Pattern.DOTALL);

    private static final XmlElement NO_TARGET = XmlElement.builder("target").build();

    private ConsoleForm() {}

    /** What a serial port or console is: its target and where it leads, in QEMU's words. */
    static Console read(XmlElement element, Console.Type type) {
        String kind = element.attribute("type").orElse("pty");
        Optional<XmlElement> source = element.child("source");
        String path = attribute(source, "path");
        boolean server = attribute(source, "mode").equals("bind");
        return switch (kind) {
            case "pty" -> new Console(type, Connection.PTY, Optional.empty());
            case "stdio" -> new Console(type, Connection.STDIO, Optional.empty());
            case "null" -> new Console(type, Connection.NULL, Optional.empty());
            case "file" -> to(type, Connection.FILE, path);
            case "pipe" -> to(type, Connection.PIPE, path);
            case "dev" -> to(type, Connection.DEVICE, path);
            case "unix" -> to(type, Connection.UNIX, path + (server ? WAITS_FOR_CLIENTS : ""));
            case "tcp" -> {
                boolean telnet = element.child("protocol")
                        .flatMap(protocol -> protocol.attribute("type"))
                        .filter("telnet"::equals)
                        .isPresent();
                yield to(
                        type,
                        telnet ? Connection.TELNET : Connection.TCP,
                        attribute(source, "host") + ":" + attribute(source, "service")
                                + (server ? WAITS_FOR_CLIENTS : ""));
            }
            case "udp" -> to(type, Connection.UDP, udp(element));
            default -> to(type, Connection.OTHER, kind);
        };
    }

    private static Console to(Console.Type type, Connection connection, String target) {
        return new Console(type, connection, Optional.of(target));
    }

    private static String attribute(Optional<XmlElement> element, String name) {
        return element.flatMap(present -> present.attribute(name)).orElse("");
    }

    private static String udp(XmlElement element) {
        String connect = "";
        String bind = "";
        for (XmlElement source : element.children("source").toList()) {
            String address = source.attribute("host").orElse("") + ":"
                    + source.attribute("service").orElse("");
            if (source.attribute("mode").orElse("connect").equals("bind")) {
                bind = "@" + address;
            } else {
                connect = address;
            }
        }
        return (connect.isEmpty() ? ":" : connect) + bind;
    }

    /** Whether a {@code <console>} says that it is of this kind. */
    static boolean isOf(XmlElement console, Console.Type type) {
        String kind = console.child("target")
                .flatMap(target -> target.attribute("type"))
                .orElse("serial");
        return kind.equals(type.id());
    }

    /** The element without what libvirt adds by itself: the port's usual kind, the number it has anyway, the path of a terminal. */
    static XmlElement plain(XmlElement element, Console.Type type, int port) {
        XmlElement.Builder plain = XmlElement.builder(type == Console.Type.SERIAL ? "serial" : "console");
        plain.attribute("type", element.attribute("type").orElse("pty"));
        boolean terminal = element.attribute("type").orElse("pty").equals("pty");
        for (XmlElement.Attribute attribute : element.attributes()) {
            if (!attribute.name().equals("type")
                    && !(terminal && attribute.name().equals("tty"))) {
                plain.attribute(attribute.name(), attribute.value());
            }
        }
        for (XmlElement child : element.children()) {
            if (!(terminal && child.name().equals("source")) && !child.name().equals("target")) {
                plain.child(child);
            }
        }
        return plain.child(place(element.child("target").orElse(NO_TARGET), type, port))
                .build();
    }

    private static XmlElement place(XmlElement target, Console.Type type, int port) {
        boolean usualModel = target.children().stream()
                .allMatch(child -> child.name().equals("model")
                        && child.attribute("name").orElse("").equals("isa-serial"));
        String kind = target.attribute("type").orElse("");
        XmlElement.Builder plain = XmlElement.builder("target");
        if (type != Console.Type.SERIAL) {
            plain.attribute("type", type == Console.Type.XEN ? "xen" : "virtio");
        } else if (!Set.of("", "isa-serial", "serial").contains(kind)) {
            plain.attribute("type", kind);
        }
        plain.attribute("port", target.attribute("port").orElse(Integer.toString(port)));
        return usualModel ? plain.build() : plain.children(target.children()).build();
    }

    /**
     * The element of a console.
     *
     * @param port its number among those of its kind, from 0
     */
    static Optional<XmlElement> write(Console console, int port) {
        String target = console.target().orElse("");
        XmlElement.Builder element = XmlElement.builder(console.type() == Console.Type.SERIAL ? "serial" : "console");
        boolean written = switch (console.connection()) {
            case PTY -> simple(element, "pty");
            case STDIO -> simple(element, "stdio");
            case NULL -> simple(element, "null");
            case FILE -> path(element, "file", target);
            case PIPE -> path(element, "pipe", target);
            case DEVICE -> path(element, "dev", target);
            case UNIX -> unix(element, target);
            case TCP -> tcp(element, target, "raw");
            case TELNET -> tcp(element, target, "telnet");
            case UDP -> udp(element, target);
            case OTHER -> target.equals("vc") && simple(element, "vc");
        };
        if (!written) {
            return Optional.empty();
        }
        XmlElement.Builder place = XmlElement.builder("target");
        if (console.type() != Console.Type.SERIAL) {
            place.attribute("type", console.type() == Console.Type.XEN ? "xen" : "virtio");
        }
        return Optional.of(element.child(place.attribute("port", port)).build());
    }

    private static boolean simple(XmlElement.Builder element, String kind) {
        element.attribute("type", kind);
        return true;
    }

    private static boolean path(XmlElement.Builder element, String kind, String path) {
        element.attribute("type", kind).child(XmlElement.builder("source").attribute("path", path));
        return !path.isEmpty();
    }

    private static boolean unix(XmlElement.Builder element, String target) {
        Matcher matcher = PATH.matcher(target);
        if (!matcher.matches() || matcher.group(1).isEmpty()) {
            return false;
        }
        element.attribute("type", "unix")
                .child(XmlElement.builder("source")
                        .attribute("mode", matcher.group(2) == null ? "connect" : "bind")
                        .attribute("path", matcher.group(1)));
        return true;
    }

    private static boolean tcp(XmlElement.Builder element, String target, String protocol) {
        Matcher matcher = ADDRESS.matcher(target);
        if (!matcher.matches()) {
            return false;
        }
        boolean server = matcher.group(3) != null && matcher.group(3).startsWith(",server");
        element.attribute("type", "tcp")
                .child(XmlElement.builder("source")
                        .attribute("mode", server ? "bind" : "connect")
                        .attribute("host", matcher.group(1))
                        .attribute("service", matcher.group(2)))
                .child(XmlElement.builder("protocol").attribute("type", protocol));
        return true;
    }

    private static boolean udp(XmlElement.Builder element, String target) {
        Matcher matcher = TWO_ADDRESSES.matcher(target);
        if (!matcher.matches()) {
            return false;
        }
        element.attribute("type", "udp");
        if (matcher.group(3) != null) {
            element.child(address("bind", matcher.group(3), matcher.group(4)));
        }
        if (!target.startsWith(":@")) {
            element.child(address("connect", matcher.group(1), matcher.group(2)));
        }
        return true;
    }

    private static XmlElement.Builder address(String mode, String host, String service) {
        return XmlElement.builder("source")
                .attribute("mode", mode)
                .attribute("host", host)
                .attribute("service", service);
    }
}
