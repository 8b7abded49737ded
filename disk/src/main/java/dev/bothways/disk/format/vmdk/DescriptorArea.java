package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The room for a descriptor within an extent. */
final class DescriptorArea {
    private DescriptorArea() {}

    /** The text and zeros up to the end of the room. */
    static ByteBuffer of(Path path, String text, int sectors) throws DiskImageException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer area = ByteBuffer.allocate(sectors * SparseHeader.SECTOR);
        if (bytes.length > area.capacity()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED, path, "the descriptor has no room; give the disk or its parent a shorter name");
        }
        return area.put(bytes).clear();
    }
}
