package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class SliceDiskTest extends VirtualDiskContract {

    @Override
    protected VirtualDisk disk(byte[] bytes) throws IOException {
        MemoryDisk whole = new MemoryDisk(bytes.length + 10_000);
        whole.write(777, ByteBuffer.wrap(bytes));
        return new SliceDisk(whole, 777, bytes.length);
    }

    @Test
    void leavesItsNeighboursAlone() throws IOException {
        MemoryDisk whole = new MemoryDisk(30);
        SliceDisk slice = new SliceDisk(whole, 10, 10);

        assertThatThrownBy(() -> slice.write(8, ByteBuffer.wrap(new byte[] {1, 2, 3})))
                .isInstanceOf(IndexOutOfBoundsException.class);
        byte[] bytes = new byte[30];
        whole.read(0, ByteBuffer.wrap(bytes));
        assertThat(bytes).containsOnly(0);
    }

    @Test
    void liesWithinItsDisk() {
        MemoryDisk whole = new MemoryDisk(30);
        assertThatThrownBy(() -> new SliceDisk(whole, 21, 10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new SliceDisk(whole, Long.MAX_VALUE, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void leavesTheWholeOpen() throws IOException {
        MemoryDisk whole = new MemoryDisk(30);
        new SliceDisk(whole, 10, 10).close();
        whole.read(0, ByteBuffer.allocate(30));
        assertThat(whole.size()).isEqualTo(30);
    }
}
