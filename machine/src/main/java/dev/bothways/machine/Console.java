package dev.bothways.machine;

import java.util.Optional;

/**
 * A text console or serial port.
 *
 * @param type what the guest sees
 * @param connection where it leads on the host
 * @param target the path or address it leads to, in the form QEMU's character devices use ({@code 127.0.0.1:9999,server})
 */
public record Console(Type type, Connection connection, Optional<String> target) {

    /** What the guest sees. */
    public enum Type {
        /** A serial port of a PC; the first is COM1, {@code ttyS0}. */
        SERIAL("serial"),
        /** Xen's own console, {@code hvc0}. */
        XEN("xen"),
        /** virtio-console. */
        VIRTIO("virtio");

        private final String id;

        Type(String id) {
            this.id = id;
        }

        /** The name in manifests. */
        public String id() {
            return id;
        }
    }

    /** Where it leads on the host. */
    public enum Connection {
        /** A pseudo-terminal that the host's tools open. */
        PTY("pty"),
        FILE("file"),
        PIPE("pipe"),
        TCP("tcp"),
        TELNET("telnet"),
        UDP("udp"),
        UNIX("unix"),
        STDIO("stdio"),
        /** A device of the host; the target is its path. */
        DEVICE("device"),
        /** Nowhere. */
        NULL("null"),
        /** Something else; the target is the dialect's text. */
        OTHER("other");

        private final String id;

        Connection(String id) {
            this.id = id;
        }

        /** The name in manifests. */
        public String id() {
            return id;
        }
    }

    /** A console that leads to a pseudo-terminal. */
    public static Console pty(Type type) {
        return new Console(type, Connection.PTY, Optional.empty());
    }
}
