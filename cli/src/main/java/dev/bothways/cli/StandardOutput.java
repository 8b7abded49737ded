package dev.bothways.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Standard output, of which every write counts: where one fails, the command fails. */
final class StandardOutput {
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");

    private StandardOutput() {}

    /** The program at the other end of the pipe has ended, or has closed it. */
    static final class ClosedPipe extends IOException {
        ClosedPipe(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Something written is lost. Unchecked, for a {@link PrintWriter} swallows an {@link IOException} and goes on. */
    static final class Lost extends RuntimeException {
        Lost(IOException cause) {
            super("standard output: cannot be written: " + cause.getMessage(), cause);
        }
    }

    /** For text; it throws {@link Lost}. */
    static PrintWriter writer() {
        return new PrintWriter(stream(), false, System.out.charset());
    }

    /** For bytes; it throws {@link Lost}. */
    static OutputStream stream() {
        return new OutputStream() {
            private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

            @Override
            public void write(int each) {
                write(new byte[] {(byte) each}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                try {
                    out.write(bytes, from, length);
                } catch (IOException e) {
                    throw new Lost(told(e));
                }
            }
        };
    }

    /** For an image; closing it does nothing. */
    static WritableByteChannel channel() {
        @SuppressWarnings("resource") // the system closes it
        WritableByteChannel out = new FileOutputStream(FileDescriptor.out).getChannel();
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) throws IOException {
                try {
                    return out.write(from);
                } catch (IOException e) {
                    throw told(e);
                }
            }

            @Override
            public boolean isOpen() {
                return out.isOpen();
            }

            @Override
            public void close() {}
        };
    }

    /** A pipe refuses for one reason only. */
    private static IOException told(IOException e) {
        return isPipe() || "Broken pipe".equals(e.getMessage()) ? new ClosedPipe(e) : e;
    }

    private static boolean isPipe() {
        try {
            String opened = Files.readSymbolicLink(DESCRIPTOR).toString();
            return opened.startsWith("pipe:") || opened.startsWith("socket:");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }
}
