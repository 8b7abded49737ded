package dev.bothways.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A new file of the host, from its beginning to its end. It closes the file. */
final class FileOutput extends OutputStream {
    private final HostFile file;
    private long position;

    FileOutput(HostFile file) {
        this.file = file;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        file.write(position, ByteBuffer.wrap(from, offset, length));
        position += length;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
