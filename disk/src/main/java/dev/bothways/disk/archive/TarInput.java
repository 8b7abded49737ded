package dev.bothways.disk.archive;

import dev.bothways.disk.HostFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Where a {@link TarReader} has its bytes from. */
sealed interface TarInput extends Closeable {

    /** What it is called in messages. */
    Path path();

    /** Reads some bytes at {@code position}, which never goes back; -1 at the end. */
    int read(long position, ByteBuffer into) throws IOException;

    /** Whether there is a byte before {@code position}. */
    boolean reaches(long position) throws IOException;

    /** A file: what is passed over is not read. */
    record Seekable(HostFile file, long length) implements TarInput {

        static Seekable of(HostFile file) throws IOException {
            return new Seekable(file, file.size());
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public int read(long position, ByteBuffer into) throws IOException {
            int count = (int) Math.min(into.remaining(), length - position);
            if (count <= 0) {
                return -1;
            }
            ByteBuffer part = into.slice().limit(count);
            file.read(position, part);
            into.position(into.position() + count);
            return count;
        }

        @Override
        public boolean reaches(long position) {
            return position <= length;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** A stream: what is passed over is read and forgotten. */
    final class Streamed implements TarInput {
        private final InputStream in;
        private final Path path;
        private final byte[] passage = new byte[64 << 10];
        private long at;

        Streamed(InputStream in, Path path) {
            this.in = in;
            this.path = path;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public int read(long position, ByteBuffer into) throws IOException {
            if (!reaches(position)) {
                return -1;
            }
            int count = in.read(passage, 0, Math.min(passage.length, into.remaining()));
            if (count > 0) {
                into.put(passage, 0, count);
                at += count;
            }
            return count;
        }

        @Override
        public boolean reaches(long position) throws IOException {
            while (at < position) {
                int count = in.read(passage, 0, (int) Math.min(passage.length, position - at));
                if (count < 0) {
                    return false;
                }
                at += count;
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
