package dev.bothways.cli;

import dev.bothways.disk.PipeInput;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a program before us sends, or the shell opened for us. */
final class StandardInput {
    private static final Path DEVICE = Path.of("/dev/stdin");

    private StandardInput() {}

    /** The file that the shell opened ({@code < FILE}), where the system tells and nobody has read from it. */
    static Optional<Path> file() throws IOException {
        if (!Files.isRegularFile(DEVICE) || channel().position() != 0) {
            return Optional.empty();
        }
        Path file = DEVICE.toRealPath();
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /** The bytes as they come. */
    static PipeInput pipe() {
        return new PipeInput(Path.of("standard input"), channel());
    }

    @SuppressWarnings("resource") // whoever has the channel closes it
    private static FileChannel channel() {
        return new FileInputStream(FileDescriptor.in).getChannel();
    }
}
