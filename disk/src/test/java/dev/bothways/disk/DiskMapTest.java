package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DiskMapTest {

    @Test
    void joinsNeighboursOfOneKind() throws IOException {
        MemoryDisk left = new MemoryDisk(3 * 4096);
        left.write(4096, ByteBuffer.allocate(8192));
        MemoryDisk right = new MemoryDisk(3 * 4096);
        right.write(0, ByteBuffer.allocate(4096));
        ConcatenatedDisk disk = new ConcatenatedDisk(List.of(left, right));
        List<Extent> map = new ArrayList<>();

        DiskMap.walk(disk, map::add);

        assertThat(map)
                .containsExactly(
                        new Extent.Zero(0, 4096), new Extent.Data(4096, 3 * 4096), new Extent.Zero(4 * 4096, 2 * 4096));
        assertThat(DiskMap.dataBytes(disk)).isEqualTo(3 * 4096);
    }

    @Test
    void ofAnEmptyDiskIsEmpty() throws IOException {
        assertThat(DiskMap.dataBytes(new MemoryDisk(0))).isZero();
    }
}
