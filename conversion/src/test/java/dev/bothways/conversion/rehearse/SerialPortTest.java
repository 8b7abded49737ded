package dev.bothways.conversion.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SerialPortTest {
    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();
    private final BlockingQueue<String> beginnings = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void handsOnLinesWithoutControlCharactersAndLogsEveryByte() throws Exception {
        String text = "\u001b[2Jone\r\ntwo\u0007\n\nthree \u00ff four\n";
        converse(guest -> send(guest, text));
        assertThat(lines).containsExactly("[2Jone", "two", "", "three  four");
        assertThat(log.toString(StandardCharsets.ISO_8859_1)).isEqualTo(text);
    }

    @Test
    void handsOnAPromptThatDoesNotEndItsLine() throws Exception {
        converse(guest -> {
            send(guest, "Debian GNU/Linux 12 web01 ttyS0\n\nweb01 lo");
            assertThat(next()).isEqualTo("web01 lo");
            send(guest, "gin: ");
            assertThat(next()).isEqualTo("web01 login: ");
        });
        assertThat(lines).containsExactly("Debian GNU/Linux 12 web01 ttyS0", "");
    }

    @Test
    void cutsALineThatDoesNotEnd() throws Exception {
        converse(guest -> send(guest, "x".repeat(10_000) + "\n"));
        assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(4096));
        assertThat(log.size()).isEqualTo(10_001);
    }

    @Test
    void tellsQemuAPathWithCommasAsQemuReadsIt() throws IOException {
        try (SerialPort port = new SerialPort(folder.resolve("a,b"))) {
            assertThat(port.chardev("console")).isEqualTo("socket,id=console,server=off,path=" + folder + "/a,,b");
        }
    }

    private interface Guest {
        void says(SocketChannel channel) throws IOException, InterruptedException;
    }

    private void converse(Guest guest) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Path socket = folder.resolve("console");
        try (SerialPort port = new SerialPort(socket)) {
            CompletableFuture<Void> pumped = CompletableFuture.runAsync(() -> {
                try {
                    port.pump(log, lines::add, beginnings::add);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                guest.says(channel);
            }
            pumped.get(30, TimeUnit.SECONDS);
        }
    }

    private String next() throws InterruptedException {
        String beginning = beginnings.poll(30, TimeUnit.SECONDS);
        return beginning == null ? "nothing within 30 s" : beginning;
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
