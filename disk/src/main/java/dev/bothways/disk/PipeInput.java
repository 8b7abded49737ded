package dev.bothways.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;

/** Bytes that come once, from the first to the last: a pipe. For one thread at a time. */
public final class PipeInput implements Closeable {
    private static final int BUFFER = 64 << 10;

    private final Path name;
    private final ReadableByteChannel channel;
    /** What was taken from the pipe and not yet read, from position to limit. */
    private final ByteBuffer ahead = ByteBuffer.allocateDirect(BUFFER).flip();

    private long position;
    private boolean ended;

    /**
     * Reads a pipe, which is closed with this.
     *
     * @param name what messages call it
     */
    public PipeInput(Path name, ReadableByteChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    /** What messages call it. */
    public Path name() {
        return name;
    }

    /** How many bytes were read. */
    public long position() {
        return position;
    }

    /** The next bytes, at most {@code count} and at most 64 KiB, which stay to be read; fewer where the pipe ends before. */
    public byte[] peek(int count) throws IOException {
        while (ahead.remaining() < Math.min(count, BUFFER) && !ended) {
            ahead.compact();
            ended = channel.read(ahead) < 0;
            ahead.flip();
        }
        byte[] bytes = new byte[Math.min(count, ahead.remaining())];
        ahead.get(ahead.position(), bytes);
        return bytes;
    }

    /** Whether no byte is left. It waits for one. */
    public boolean atEnd() throws IOException {
        return peek(1).length == 0;
    }

    /**
     * Fills {@code into} from its position to its limit.
     *
     * @throws DiskImageException where the pipe ends before
     */
    public void read(ByteBuffer into) throws IOException {
        int kept = Math.min(into.remaining(), ahead.remaining());
        into.put(into.position(), ahead, ahead.position(), kept);
        ahead.position(ahead.position() + kept);
        into.position(into.position() + kept);
        position += kept;
        while (into.hasRemaining()) {
            int count = ended ? -1 : channel.read(into);
            if (count < 0) {
                ended = true;
                throw new DiskImageException(
                        DiskImageException.Kind.TRUNCATED,
                        name,
                        "what comes ends after " + position
                                + " bytes, before the disk does; see what the program that sends it says");
            }
            position += count;
        }
    }

    /** Passes over {@code count} bytes. */
    public void skip(long count) throws IOException {
        ByteBuffer unwanted = ByteBuffer.allocateDirect((int) Math.min(count, BUFFER));
        for (long left = count; left > 0; left -= unwanted.limit()) {
            read(unwanted.clear().limit((int) Math.min(left, unwanted.capacity())));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
