package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConcatenatedDiskTest extends VirtualDiskContract {

    @Override
    protected VirtualDisk disk(byte[] bytes) throws IOException {
        int[] ends = {1, 513, 70_000, 250_001, bytes.length};
        List<VirtualDisk> parts = new ArrayList<>();
        int start = 0;
        for (int end : ends) {
            MemoryDisk part = new MemoryDisk(end - start);
            part.write(0, ByteBuffer.wrap(bytes, start, end - start));
            parts.add(part);
            start = end;
        }
        return new ConcatenatedDisk(parts);
    }

    @Test
    void refusesPartsThatMakeNoDisk() {
        assertThatThrownBy(() -> new ConcatenatedDisk(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ConcatenatedDisk(List.of(new MemoryDisk(512), new MemoryDisk(0))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ConcatenatedDisk(List.of(new MemoryDisk(512), new MemoryDisk(4096, 4096))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("part 1");
    }

    @Test
    void isReadOnlyWhereOnePartIs() throws IOException {
        try (ConcatenatedDisk disk =
                new ConcatenatedDisk(List.of(new MemoryDisk(512), new ReadOnlyDisk(new MemoryDisk(512))))) {
            assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }
}
