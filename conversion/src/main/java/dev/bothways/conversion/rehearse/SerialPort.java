package dev.bothways.conversion.rehearse;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The host's end of a serial port: QEMU connects to its socket when it starts, so that not a byte is lost.
 *
 * <p>Lines are handed on as they end. A prompt does not end its line, so what has come of a line so far can be had too, each
 * time more of it has come.
 */
final class SerialPort implements Closeable {
    /** A line longer than this is no line of a console. */
    private static final int LINE_LIMIT = 4096;

    private final Path socket;
    private final ServerSocketChannel server;

    SerialPort(Path socket) throws IOException {
        this.socket = socket;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
    }

    /** What QEMU is told to connect to. */
    String chardev(String id) {
        return "socket,id=" + id + ",server=off,path=" + DriveDevices.quoted(socket);
    }

    /**
     * Reads until QEMU ends.
     *
     * @param log gets every byte as it came
     * @param lines gets whole lines, without control characters
     * @param beginnings gets what has come so far of a line, likewise
     */
    void pump(OutputStream log, Consumer<String> lines, Consumer<String> beginnings) throws IOException {
        try (SocketChannel channel = server.accept()) {
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            StringBuilder line = new StringBuilder();
            while (channel.read(buffer.clear()) >= 0) {
                log.write(buffer.array(), 0, buffer.position());
                log.flush();
                String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
                for (int i = 0; i < text.length(); i++) {
                    char c = text.charAt(i);
                    if (c == '\n' || line.length() == LINE_LIMIT) {
                        lines.accept(line.toString());
                        line.setLength(0);
                    } else if (c >= ' ' && c < 0x7f) {
                        line.append(c);
                    }
                }
                if (!line.isEmpty()) {
                    beginnings.accept(line.toString());
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
