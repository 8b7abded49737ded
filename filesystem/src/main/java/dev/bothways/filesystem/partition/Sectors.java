package dev.bothways.filesystem.partition;

import dev.bothways.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian pieces of a disk. */
final class Sectors {
    private Sectors() {}

    static ByteBuffer read(VirtualDisk disk, long offset, int length) throws IOException {
        ByteBuffer bytes = zeros(length);
        disk.read(offset, bytes);
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer zeros(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** All of {@code bytes}, wherever its position and limit are. */
    static void write(VirtualDisk disk, long offset, ByteBuffer bytes) throws IOException {
        disk.write(offset, bytes.duplicate().clear());
    }

    static long unsigned(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }
}
