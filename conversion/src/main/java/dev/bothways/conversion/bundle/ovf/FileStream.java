package dev.bothways.conversion.bundle.ovf;

import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** A file of the host, or a member of an archive, read from its beginning to its end. The file stays open. */
final class FileStream extends InputStream {
    private final HostFile file;
    private final long size;
    private final LongConsumer progress;
    private long position;

    /** The bytes of {@code file}; {@code progress} gets how many each read gave. */
    FileStream(HostFile file, LongConsumer progress) throws IOException {
        this.file = file;
        this.size = file.size();
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = (int) Math.min(length, size - position);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        file.read(position, ByteBuffer.wrap(into, offset, count));
        position += count;
        progress.accept(count);
        return count;
    }
}
