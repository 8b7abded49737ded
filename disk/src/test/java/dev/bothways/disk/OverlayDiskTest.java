package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class OverlayDiskTest extends VirtualDiskContract {

    @Override
    protected VirtualDisk disk(byte[] bytes) throws IOException {
        byte[] below = bytes.clone();
        Arrays.fill(below, 100_000, 200_001, (byte) 0x5a);
        OverlayDisk disk = new OverlayDisk(memory(below));
        disk.write(100_000, ByteBuffer.wrap(bytes, 100_000, 100_001));
        return disk;
    }

    private static MemoryDisk memory(byte[] bytes) throws IOException {
        MemoryDisk disk = new MemoryDisk(bytes.length);
        disk.write(0, ByteBuffer.wrap(bytes));
        return disk;
    }

    @Test
    void neverChangesTheDiskBelow() throws IOException {
        byte[] bytes = {1, 2, 3, 4, 5};
        MemoryDisk base = memory(bytes);
        try (OverlayDisk overlay = new OverlayDisk(base)) {
            overlay.write(1, ByteBuffer.wrap(new byte[] {9, 9}));

            assertThat(bytes(overlay)).containsExactly(1, 9, 9, 4, 5);
            assertThat(overlay.heldBytes()).isEqualTo(4096);
        }
        assertThat(bytes(base)).containsExactly(1, 2, 3, 4, 5);
    }

    private static byte[] bytes(VirtualDisk disk) throws IOException {
        byte[] bytes = new byte[(int) disk.size()];
        disk.read(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Test
    void holdsNoMoreThanItWasAllowed() throws IOException {
        try (OverlayDisk overlay = new OverlayDisk(new MemoryDisk(1 << 20), 8192)) {
            overlay.write(0, ByteBuffer.allocate(8192));
            overlay.write(100, ByteBuffer.allocate(1000));

            assertThatThrownBy(() -> overlay.write(8192, ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("8192 bytes of memory");
        }
    }
}
